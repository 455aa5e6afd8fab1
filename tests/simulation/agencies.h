/*
 * Agencies, as the protocol wants them: each sends bets until enough of them are stored, then
 * FINISH, reads its winners, sends a RECEIPT, and goes on with the next round; at any server, also
 * at one after the other.
 *
 * What was not answered is sent again with its KEY; without keys it is in doubt, and other bets
 * take its place. A connection that is given up may still have bytes under way.
 */
#ifndef SIMULATION_AGENCIES_H
#define SIMULATION_AGENCIES_H

#include "link.h"

#define AGENCY_FRAMES 40u
#define AGENCY_BETS 2u   /* in a frame, at most */
#define AGENCY_WINDOW 3u /* frames sent before the first answer is read */
#define AGENCY_ROUNDS 16u
#define AGENCY_WINNERS 64u

struct sent_frame {
    uint32_t round;
    uint64_t key;
    unsigned bets;
    uint16_t numbers[AGENCY_BETS];
    unsigned copies, refusals;
    bool is_stored;  /* answered 0 */
    bool is_dropped; /* never sent again: refused, or in doubt */
};

enum agency_does { AGENCY_BETS_ON, AGENCY_FINISHES };

struct agency {
    uint8_t number;
    uint32_t round;
    enum agency_does does;
    unsigned wanted, stored; /* frames of this round */
    struct sent_frame frames[AGENCY_FRAMES];
    unsigned frame_count;
    unsigned unanswered[AGENCY_WINDOW]; /* frames, on this connection */
    unsigned unanswered_count;
    uint64_t next_key, finish_key;
    bool finish_is_sent; /* on this connection */
    bool must_leave;     /* this connection: something was refused */
    struct link *link;
    uint64_t may_connect_ns;
    uint32_t won[AGENCY_ROUNDS][AGENCY_WINNERS];
    unsigned won_count[AGENCY_ROUNDS];
    bool has_winners[AGENCY_ROUNDS];
};

/* The document of a bet says which one it is. */
uint32_t bet_document(unsigned agency, unsigned frame, unsigned bet);

void agencies_init(unsigned count, enum sorteo_dialect dialect, unsigned servers);
struct agency *agency_at(unsigned agency); /* 1 and up */

/* It reads what has come, and does the next thing. False if there is nothing to do. */
bool agency_step(struct agency *agency, bool is_patient);

/* No agency begins a round after this one; 0: there is no last one. */
void agencies_end_with(uint32_t round);

#endif
