/*
 * Rows as COPY (FORMAT binary) takes them, collected in memory. Knows no table and no connection.
 *
 *   header, 19 bytes | row ... | row ... | trailer ff ff
 *   row: 00 06 (values) | 00 00 00 08 (length) 8 bytes | 00 00 00 05 (length) "Lorca" | ...
 */
#ifndef STORE_POSTGRESQL_ROWS_H
#define STORE_POSTGRESQL_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rows {
    uint8_t *bytes;
    size_t len, cap;
    size_t count;       /* rows that were begun */
    bool out_of_memory; /* one of the calls since the last rows_clear */
};

/* Begins a row of so many values, which follow in the table's order. */
void rows_begin(struct rows *rows, unsigned values);

/* A value of a column of `size` bytes: smallint 2, integer 4, bigint 8. */
void rows_put_integer(struct rows *rows, int64_t value, unsigned size);

/* One of a column of text or bytea. The bytes are copied. */
void rows_put_bytes(struct rows *rows, const void *bytes, size_t len);

/* Ends the rows, which can then be sent. */
void rows_end(struct rows *rows);

/* Removes the rows; the memory is kept. */
void rows_clear(struct rows *rows);

void rows_fini(struct rows *rows);

#endif
