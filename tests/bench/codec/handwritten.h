/*
 * The decoder that somebody would write by hand: plain good C, a bet at a time, for BATCH frames of
 * the dialect wide. It is what sorteo's decoder has to be faster than;
 * tests/unit/bench/test_handwritten.c compares it with the oracle.
 */
#ifndef BENCH_HANDWRITTEN_H
#define BENCH_HANDWRITTEN_H

#include "codec/sorteo.h"

enum handwritten_result {
    HANDWRITTEN_BET,  /* *bet was read, and *at is behind it */
    HANDWRITTEN_MORE, /* the next bet is not all there: call again with more behind *at */
    HANDWRITTEN_WRONG /* it is all there, and may not be */
};

/* All zeros at the beginning of a stream. */
struct handwritten {
    unsigned bets_left; /* of the batch under way */
};

/* Checks names and days. */
enum handwritten_result handwritten_checked(struct handwritten *reader, const uint8_t **at, const uint8_t *end,
                                            struct sorteo_bet *bet);

/* Believes everything but lengths. */
enum handwritten_result handwritten_unchecked(struct handwritten *reader, const uint8_t **at, const uint8_t *end,
                                              struct sorteo_bet *bet);

#endif
