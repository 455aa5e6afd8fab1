/*
 * One BET on its way out: may it be sent, and its bytes.
 *
 * Internal to the codec. What may be sent is not decided here: the grammar is asked.
 */
#ifndef CODEC_BET_H
#define CODEC_BET_H

#include "codec/sorteo.h"

/* May it be sent in this dialect, as one of a BATCH? OK, or LENGTH, UTF8, CONTROL, DATE, VALUE with
 * *error filled if it is not NULL. */
__attribute__((visibility("hidden"))) enum sorteo_code bet_check(enum sorteo_dialect dialect,
                                                                 const struct sorteo_bet *bet,
                                                                 struct sorteo_error *error);

/* The same of a whole SINGLE. */
__attribute__((visibility("hidden"))) enum sorteo_code single_check(enum sorteo_dialect dialect, uint64_t key,
                                                                    const struct sorteo_bet *bet,
                                                                    struct sorteo_error *error);

/* Writes a bet that bet_check let pass, with an AGENCY of so many bytes, 1 or 0, and lengths of so
 * many. Returns the byte after it. */
__attribute__((visibility("hidden"))) uint8_t *bet_put(uint8_t *out, unsigned agency_size, unsigned length_size,
                                                       const struct sorteo_bet *bet);

/* Does the key fit a KEY of so many bytes? There where is none, any does. */
static inline bool key_fits(uint64_t key, unsigned key_size)
{
    return key_size == 0 || key_size >= sizeof(key) || key >> 8 * key_size == 0;
}

/* Fills *error if that is not NULL, and returns the code. */
static inline enum sorteo_code report(struct sorteo_error *error, enum sorteo_code code, enum sorteo_field field,
                                      uint64_t offset)
{
    if (error != NULL)
        *error = (struct sorteo_error){ .code = code, .field = field, .offset = offset };
    return code;
}

/* Writes the low `size` bytes of value, big-endian. Returns the byte behind them. */
/* @ requires size <= 8 && \valid(out + (0 .. size - 1));
 *     assigns out[0 .. size - 1];
 *     ensures \result == out + size;
 *     ensures \forall integer i; 0 <= i < size ==> out[i] == (uint8_t)(value >> 8 * (size - 1 -
 * i)); */
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
