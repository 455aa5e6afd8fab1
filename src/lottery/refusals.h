/*
 * Refusals: whose bytes were refused before they were a frame, so that a client of another dialect
 * closes no round by mistake (protocol, section 6).
 *
 * Its bets are refused, but its FINISH has the same bytes: it would close a round without a bet.
 * Pure: a table of addresses for each agency. Knows nothing about connections or rounds.
 */
#ifndef LOTTERY_REFUSALS_H
#define LOTTERY_REFUSALS_H

#include <stdbool.h>
#include <stdint.h>

#define REFUSALS_ADDRESSES 8 /* of an agency that are remembered; another one takes the place of the oldest */

/* In place of an address: all connections with a certificate for the agency count as one peer. */
#define REFUSALS_CERTIFIED UINT64_MAX

/* When a frame of each agency was last taken: what a rollback has to restore. */
struct refusals_taken {
    uint64_t at[256];
};

struct refusals {
    struct refusals_taken taken;
    /* private */
    uint64_t now; /* counts what happens */
    struct {
        uint64_t address;
        uint64_t at; /* 0: none */
    } refused[256][REFUSALS_ADDRESSES];
};

/* Bytes that named this agency were refused, from this address. */
void refusals_note(struct refusals *refusals, uint8_t agency, uint64_t address);

/* A frame of it was taken: what was refused before is forgotten. */
void refusals_take(struct refusals *refusals, uint8_t agency);

/* Were bytes that named it refused, from this address, since the last of its frames was taken? */
bool refusals_came_from(const struct refusals *refusals, uint8_t agency, uint64_t address);

#endif
