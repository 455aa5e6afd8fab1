/*
 * Unsigned integers as big-endian bytes, 1 to 8 of them.
 */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stddef.h>
#include <stdint.h>

static inline void bytes_write(uint8_t *bytes, size_t len, uint64_t value)
{
    for (size_t i = len; i-- > 0; value >>= 8)
        bytes[i] = (uint8_t)value;
}

static inline uint64_t bytes_read(const uint8_t *bytes, size_t len)
{
    uint64_t value = 0;
    for (size_t i = 0; i < len; i++)
        value = value << 8 | bytes[i];
    return value;
}

#endif
