/*
 * Rounds: where each agency stands, and what it may do there (protocol, section 7).
 *
 *     OPEN(r) --FINISH--> WAITING(r) --draw, when all N wait--> DRAWN(r) --RECEIPT--> OPEN(r+1)
 *
 * Pure rules over a plain struct: no store, no connection, no clock. The barrier is a question
 * asked of it, "do all wait?", so that it counts agencies and not processes, and a crash cannot
 * make it miscount. The caller of a function that changes a state writes the new state to the
 * store.
 */
#ifndef LOTTERY_ROUNDS_H
#define LOTTERY_ROUNDS_H

#include <stdbool.h>
#include <stdint.h>

#include "store/store.h"

#define AGENCIES_MAX 255

struct rounds {
    uint8_t agencies;                             /* N; they are numbered 1..N */
    struct agency_state agency[AGENCIES_MAX + 1]; /* [0] is not used */
};

/* Every agency OPEN in round 1. */
void rounds_init(struct rounds *rounds, uint8_t agencies);

/* Is this one of the N? */
bool rounds_serves(const struct rounds *rounds, uint8_t agency);

/* Bets arrive: takes `count` of them and returns true; false, with nothing changed, in a state that
 * takes none. In OPEN they are taken. In DRAWN, once the winners were announced, a BATCH stands for
 * a RECEIPT that got lost and opens the next round; a SINGLE, which may come from anywhere, does
 * not. */
bool rounds_take_bets(struct rounds *rounds, uint8_t agency, enum key_use use, uint16_t count);

/* What a FINISH with an unknown KEY, or without keys, does. */
struct rounds_finish {
    uint32_t round; /* whose winners it asks for */
    bool closes;    /* it closed that round: the agency now waits */
};

/* `receipt_for` is the latest round for which this connection carried a RECEIPT, 0 if none: only
 * such a connection can close a round that has no bets, so that asking again closes nothing. A
 * FINISH with a `new_key` is known to be no repetition. */
struct rounds_finish rounds_finish(struct rounds *rounds, uint8_t agency, bool new_key, uint32_t receipt_for);

/* What happens to an agency that an operator finishes because it does not come. */
enum rounds_absent {
    /* It waits now, as if it had sent FINISH. If it has not acknowledged its winners, it waits in
     * the next round, in which others wait for it. */
    ROUNDS_ABSENT_CLOSED,
    ROUNDS_ABSENT_WAITS, /* it has finished, and waits itself */
    ROUNDS_ABSENT_DRAWN  /* it has finished, its round was drawn, and no agency waits in the next one */
};
enum rounds_absent rounds_finish_absent(struct rounds *rounds, uint8_t agency);

/* The barrier: do all N wait? Sets *round if so. */
bool rounds_all_wait(const struct rounds *rounds, uint32_t *round);

/* The draw: each agency goes from WAITING to DRAWN. */
void rounds_draw(struct rounds *rounds);

/* The latest round that was drawn; 0 if none was. */
uint32_t rounds_latest_draw(const struct rounds *rounds);

/* Was that round drawn? */
bool rounds_is_drawn(const struct rounds *rounds, uint8_t agency, uint32_t round);

/* The agency's winners of the round are about to be written. True if this changes its state. */
bool rounds_announce(struct rounds *rounds, uint8_t agency, uint32_t round);

/* The agency has more winners than a reply can count: its round ends as by a RECEIPT, and its next
 * FINISH closes the next one, bets or not. True if this changes its state. */
bool rounds_pass_over(struct rounds *rounds, uint8_t agency, uint32_t round);

/* A RECEIPT for the round whose WINNERS it followed. True if it opens the next round; false, with
 * no effect, if that round has ended. */
bool rounds_receipt(struct rounds *rounds, uint8_t agency, uint32_t round);

/* The number of rounds that every agency has completed. */
uint32_t rounds_collected(const struct rounds *rounds);

#endif
