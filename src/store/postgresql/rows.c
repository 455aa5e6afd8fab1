/* Rows for COPY: see rows.h. */
#include "store/postgresql/rows.h"

#include <stdlib.h>
#include <string.h>

static const uint8_t header[19] = { 'P', 'G', 'C', 'O', 'P', 'Y', '\n', 0xff, '\r', '\n', 0 };
static const uint8_t trailer[2] = { 0xff, 0xff };

static bool make_room(struct rows *rows, size_t len)
{
    size_t cap = rows->cap == 0 ? 64 * 1024 : rows->cap;
    uint8_t *bytes;

    if (rows->out_of_memory)
        return false;
    while (cap - rows->len < len)
        cap *= 2;
    if (cap == rows->cap)
        return true;
    bytes = realloc(rows->bytes, cap);
    if (bytes == NULL) {
        rows->out_of_memory = true;
        return false;
    }
    rows->bytes = bytes;
    rows->cap = cap;
    return true;
}

static void put(struct rows *rows, const void *bytes, size_t len)
{
    if (!make_room(rows, len) || len == 0)
        return;
    memcpy(rows->bytes + rows->len, bytes, len);
    rows->len += len;
}

/* Big-endian, in two's complement. */
static void put_number(struct rows *rows, uint64_t value, unsigned size)
{
    uint8_t bytes[8];

    for (unsigned i = 0; i < size; i++)
        bytes[i] = (uint8_t)(value >> (8 * (size - 1 - i)));
    put(rows, bytes, size);
}

void rows_begin(struct rows *rows, unsigned values)
{
    if (rows->count++ == 0)
        put(rows, header, sizeof header);
    put_number(rows, values, 2);
}

void rows_put_integer(struct rows *rows, int64_t value, unsigned size)
{
    put_number(rows, size, 4);
    put_number(rows, (uint64_t)value, size);
}

void rows_put_bytes(struct rows *rows, const void *bytes, size_t len)
{
    put_number(rows, len, 4);
    put(rows, bytes, len);
}

void rows_end(struct rows *rows)
{
    put(rows, trailer, sizeof trailer);
}

void rows_clear(struct rows *rows)
{
    rows->len = rows->count = 0;
    rows->out_of_memory = false;
}

void rows_fini(struct rows *rows)
{
    free(rows->bytes);
    *rows = (struct rows){ .bytes = NULL };
}
