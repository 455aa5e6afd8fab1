/*
 * A set of bytes: 256 bits, small enough to be copied. Knows nothing about what they number.
 */
#ifndef BASE_BYTE_SET_H
#define BASE_BYTE_SET_H

#include <stdbool.h>
#include <stdint.h>

/* All zeros: it is empty. */
struct byte_set {
    uint64_t words[4];
};

static inline void byte_set_add(struct byte_set *set, uint8_t byte)
{
    set->words[byte / 64] |= UINT64_C(1) << byte % 64;
}

static inline bool byte_set_has(const struct byte_set *set, uint8_t byte)
{
    return (set->words[byte / 64] >> byte % 64 & 1) != 0;
}

static inline bool byte_set_is_empty(const struct byte_set *set)
{
    return (set->words[0] | set->words[1] | set->words[2] | set->words[3]) == 0;
}

#endif
