/*
 * A second reader of agency files, for the target `csv`: the simplest implementation of RFC 4180,
 * with the whole file in memory. It must not use libcsv.
 */
#ifndef FUZZ_NAIVE_CSV_H
#define FUZZ_NAIVE_CSV_H

#include "bets_file/csv_reader.h"

#define NAIVE_FIELDS 5u
#define NAIVE_FIELD_MAX 65536u /* more than a fuzz input has */

struct naive_field {
    char bytes[NAIVE_FIELD_MAX];
    size_t len;
};

struct naive_row {
    enum csv_outcome outcome; /* ROW, END or BAD */
    uint64_t line;
    unsigned fields;
    struct naive_field field[NAIVE_FIELDS];
    uint32_t document;
    uint16_t number;
};

struct naive_csv {
    const uint8_t *bytes;
    size_t len;
    size_t at;
    uint64_t line;
};

void naive_csv_begin(struct naive_csv *csv, const uint8_t *bytes, size_t len);

/* The next row, valid until the next call. Not to be called after END or BAD. */
const struct naive_row *naive_csv_next(struct naive_csv *csv);

#endif
