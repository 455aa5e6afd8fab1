/*
 * Integers on their way out, big-endian. Each function returns the byte after what it has written.
 *
 * Internal to the codec. The contracts are proved: see tests/proof/sizes.c.
 */
#ifndef CODEC_PUT_H
#define CODEC_PUT_H

#include <stddef.h>
#include <stdint.h>

/* Writes the low `size` bytes of value, big-endian. Returns the byte after them. */
/*@ requires size <= 8 && \valid(out + (0 .. size - 1));
    assigns out[0 .. size - 1];
    ensures \result == out + size;
    ensures \forall integer i; 0 <= i < size ==> out[i] == (uint8_t)(value >> 8 * (size - 1 - i)); */
static inline uint8_t *put_integer(uint8_t *out, uint64_t value, unsigned size)
{
    /*@ loop invariant left <= size && out == \at(out, Pre) + (size - left);
        loop invariant \forall integer i; 0 <= i < size - left
                           ==> \at(out, Pre)[i] == (uint8_t)(value >> 8 * (size - 1 - i));
        loop assigns left, out, \at(out, Pre)[0 .. size - 1];
        loop variant left; */
    for (unsigned left = size; left > 0; left--)
        *out++ = (uint8_t)(value >> 8 * (left - 1));
    return out;
}

/* The same for integers of one size, without a loop. */
/*@ requires 1 <= size <= 2 && \valid(out + (0 .. size - 1));
    assigns out[0 .. size - 1];
    ensures \result == out + size;
    ensures size == 2 ==> out[0] == (uint8_t)(value >> 8);
    ensures out[size - 1] == (uint8_t)value; */
static inline uint8_t *put_length(uint8_t *out, size_t value, unsigned size)
{
    out[0] = (uint8_t)(value >> 8);
    out[size - 1] = (uint8_t)value;
    return out + size;
}

/*@ requires \valid(out + (0 .. 1));
    assigns out[0 .. 1];
    ensures \result == out + 2;
    ensures out[0] == (uint8_t)(value >> 8) && out[1] == (uint8_t)value; */
static inline uint8_t *put_2(uint8_t *out, uint16_t value)
{
    out[0] = (uint8_t)(value >> 8);
    out[1] = (uint8_t)value;
    return out + 2;
}

/*@ requires \valid(out + (0 .. 3));
    assigns out[0 .. 3];
    ensures \result == out + 4;
    ensures out[0] == (uint8_t)(value >> 24) && out[1] == (uint8_t)(value >> 16);
    ensures out[2] == (uint8_t)(value >> 8) && out[3] == (uint8_t)value; */
static inline uint8_t *put_4(uint8_t *out, uint32_t value)
{
    out[0] = (uint8_t)(value >> 24);
    out[1] = (uint8_t)(value >> 16);
    out[2] = (uint8_t)(value >> 8);
    out[3] = (uint8_t)value;
    return out + 4;
}

#endif
