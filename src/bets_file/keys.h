/*
 * Which KEYs a sender gives to its frames: from the values that the grammar of its dialect lets a
 * KEY have, one after the other, and after the last one the first. The same number must never stand
 * for two frames of an agency, so a sender stops before one would come again.
 */
#ifndef BETS_FILE_KEYS_H
#define BETS_FILE_KEYS_H

#include "codec/sorteo.h"

/* The values, both ends included. Where the grammar has several ranges, the longest one. In a
 * dialect without keys every number, which is then written nowhere. */
struct key_range {
    uint64_t low, high;
};

struct key_range keys_of(enum sorteo_dialect dialect);

/* One of them, by a number of which every value is as likely as the others. */
uint64_t keys_pick(const struct key_range *range, uint64_t random);

/* The ones beside a key of the range. */
uint64_t keys_after(const struct key_range *range, uint64_t key);
uint64_t keys_before(const struct key_range *range, uint64_t key);

#endif
