/*
 * Inputs on which two decoders must agree, in one dialect: whole streams, and streams that are cut,
 * have a wrong byte, are under every limit and expectation, or are at the ends of the calendar and
 * of counts. Always the same, except inputs_random, which depends on its seed.
 *
 * Knows nothing about how they are used.
 */
#ifndef TESTS_INPUTS_H
#define TESTS_INPUTS_H

#include "conformance/oracle/oracle.h"

struct inputs {
    enum sorteo_dialect dialect;
    bool is_brief; /* for slow tools such as valgrind: a small part of each set */
    void (*visit)(void *context, const struct oracle_input *input);
    void *context;
};

/* A few dozen streams that exercise every rule, and each of their prefixes. */
void inputs_prefixes(const struct inputs *inputs);
/* The same streams with each byte replaced by each of the 256 values; some of them under a limit,
 * too. */
void inputs_bytes(const struct inputs *inputs);
/* The same streams with a byte left out, doubled, or followed by one too many. */
void inputs_shifts(const struct inputs *inputs);
/* The same streams under each limit up to their length and a little more. */
void inputs_limits(const struct inputs *inputs);
/* Each year with the last days of February and of December; each month 00 to 99 with each day 00 to
 * 99. */
void inputs_birthdates(const struct inputs *inputs);
/* Each character of one, two and three bytes and a great many of four, in a name that has just
 * room, and one byte less. */
void inputs_characters(const struct inputs *inputs);
/* Lengths, N_BETS and N_WINNERS at the ends of their ranges, with limits around what they make
 * necessary. */
void inputs_counts(const struct inputs *inputs);
/* Replies where others are due, or none. */
void inputs_replies(const struct inputs *inputs);

/* Streams of random frames, mostly valid, then damaged in up to three places. */
void inputs_random(const struct inputs *inputs, uint64_t seed, uint64_t rounds);

#endif
