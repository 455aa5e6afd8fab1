/*
 * One BET on its way out: may it be sent, and its bytes.
 *
 * Internal to the codec. What may be sent is not decided here: the grammar is asked. The contracts
 * of sizes are proved: see tests/proof/sizes.c.
 */
#ifndef CODEC_BET_H
#define CODEC_BET_H

#include "../gen/bet.h"
#include "codec/put.h"
#include "codec/report.h"

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

/* The sum, or SIZE_MAX where that is too small for it. */
/*@ assigns \nothing;
    ensures \result == (a + b <= SIZE_MAX ? a + b : SIZE_MAX); */
static inline size_t add_up_to_max(size_t a, size_t b)
{
    return a > SIZE_MAX - b ? SIZE_MAX : a + b;
}

/* The bytes of a bet that has so many without its names; SIZE_MAX if there are more. */
/*@ requires \valid_read(bet);
    assigns \nothing;
    ensures \let size = fixed + bet->name.len + bet->surname.len; \result == (size <= SIZE_MAX ? size : SIZE_MAX); */
static inline size_t size_with_names(size_t fixed, const struct sorteo_bet *bet)
{
    size_t size = fixed;

#define TEXT(name, field, none) size = add_up_to_max(size, bet->name.len);
    BET_FIELDS(BET_FIELD_NOTHING, TEXT, BET_FIELD_NOTHING)
#undef TEXT
    return size;
}

/* Does the key fit a KEY of so many bytes? There where is none, any does. */
static inline bool key_fits(uint64_t key, unsigned key_size)
{
    return key_size == 0 || key_size >= sizeof(key) || key >> 8 * key_size == 0;
}

#endif
