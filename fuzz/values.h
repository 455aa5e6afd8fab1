/*
 * An input as a list of values, for targets whose input is not a stream of frames. Values missing
 * at the end are 0, so that every input is valid.
 */
#ifndef FUZZ_VALUES_H
#define FUZZ_VALUES_H

#include "fuzz.h"

struct values {
    const uint8_t *bytes;
    size_t len; /* bytes that are left */
};

/* The next `size` bytes as an integer, big-endian. */
static inline uint64_t values_integer(struct values *values, unsigned size)
{
    uint64_t integer = 0;

    for (unsigned i = 0; i < size; i++) {
        const uint8_t byte = values->len > 0 ? *values->bytes : 0;

        integer = integer << 8 | byte;
        if (values->len > 0) {
            values->bytes++;
            values->len--;
        }
    }
    return integer;
}

/* The next bytes, as many as asked for or as are left, borrowed from the input. */
static inline struct sorteo_text values_text(struct values *values, size_t len)
{
    struct sorteo_text text = { .bytes = (const char *)values->bytes, .len = len < values->len ? len : values->len };

    values->bytes += text.len;
    values->len -= text.len;
    return text;
}

#endif
