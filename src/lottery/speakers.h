/*
 * Claims: one connection speaks for an agency on a port (protocol, section 6).
 *
 * Once a frame of an agency was taken from a connection, no older connection of that port may speak
 * for it any more. Pure: a table of who spoke last; knows no sockets, and nothing of bets.
 */
#ifndef LOTTERY_SPEAKERS_H
#define LOTTERY_SPEAKERS_H

#include <stdbool.h>
#include <stdint.h>

#define CLAIM_PORTS 2 /* the agency stream's and the bet stream's */

struct claim {
    uint64_t accepted_ns; /* when its connection was accepted; 0: nobody has spoken yet */
    uint64_t channel;     /* the worker's channel that the connection belongs to … */
    uint64_t connection;  /* … and its name there */
};

struct claims {
    struct claim newest[CLAIM_PORTS][256];
};

/* Is this connection older than the one that spoke last for the agency? */
bool claims_is_older(const struct claims *claims, unsigned port, uint8_t agency, const struct claim *claim);

/* This connection's frame is taken. True if another one spoke before: that one, in *before, has to
 * be closed. */
bool claims_take(struct claims *claims, unsigned port, uint8_t agency, const struct claim *claim, struct claim *before);

#endif
