/*
 * The decoder that a good programmer would write by hand: plain C, one bet at a time, for BATCH
 * frames of the dialect wide. Sorteo's decoder has to be faster;
 * tests/unit/bench/test_handwritten.c compares it with the oracle.
 */
#ifndef BENCH_HANDWRITTEN_H
#define BENCH_HANDWRITTEN_H

#include "codec/sorteo.h"

enum handwritten_result {
    HANDWRITTEN_BET,  /* *bet was read, and *at is after it */
    HANDWRITTEN_MORE, /* the next bet is incomplete: call again with more bytes after *at */
    HANDWRITTEN_WRONG /* it is complete and invalid */
};

/* All zeros at the beginning of a stream. */
struct handwritten {
    unsigned bets_left; /* of the batch under way */
};

/* Checks names and days. */
enum handwritten_result handwritten_checked(struct handwritten *reader, const uint8_t **at, const uint8_t *end,
                                            struct sorteo_bet *bet);

/* Checks nothing but lengths. */
enum handwritten_result handwritten_unchecked(struct handwritten *reader, const uint8_t **at, const uint8_t *end,
                                              struct sorteo_bet *bet);

#endif
