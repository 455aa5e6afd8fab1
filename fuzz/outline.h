/*
 * Finds the frames and bets of an input, for the mutator: a loose reader that looks only at counts
 * and lengths, and stops where they no longer fit. It accepts and refuses nothing.
 */
#ifndef FUZZ_OUTLINE_H
#define FUZZ_OUTLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OUTLINE_BETS 32u
#define OUTLINE_FRAMES 64u
#define OUTLINE_BET_MAX 1024u /* largest bet, in bytes, that is worth copying */
#define OUTLINE_NONE SIZE_MAX

struct outline_name {
    size_t at; /* of the text; its length field precedes it */
    size_t len;
};

struct outline_bet {
    size_t begin, end;
    struct outline_name name, surname;
    size_t count_at; /* of its batch's N_BETS; OUTLINE_NONE in a SINGLE */
};

struct outline {
    size_t length_size, key_size, batch_agency_size; /* s, k and a of the dialect that it was read in */
    uint8_t receipt;
    bool is_bet_stream;
    struct outline_bet bets[OUTLINE_BETS];
    size_t bet_count;
    size_t frames[OUTLINE_FRAMES]; /* where each begins, and where the last one ends: at least one */
    size_t frame_count;
};

/* Reads in the dialect and as the stream in which it gets furthest; sometimes, depending on the
 * seed, in any. */
void outline_best(struct outline *outline, const uint8_t *bytes, size_t len, uint64_t seed);

#endif
