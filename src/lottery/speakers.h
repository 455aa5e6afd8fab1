/*
 * Speakers: one connection speaks for an agency on a port (protocol, section 6).
 *
 * Once a frame of an agency was taken from a connection, no older connection of that port may speak
 * for it any more. Pure: a table of who spoke last. Knows nothing about sockets or bets.
 */
#ifndef LOTTERY_SPEAKERS_H
#define LOTTERY_SPEAKERS_H

#include <stdbool.h>
#include <stdint.h>

#define SPEAKERS_PORTS 2 /* the agency stream's and the bet stream's */

struct speaker {
    uint64_t number;     /* of its connection, in the order in which they were accepted; 0: none has spoken yet */
    uint64_t channel;    /* the worker's channel that the connection belongs to … */
    uint64_t connection; /* … and its name there */
};

struct speakers {
    struct speaker newest[SPEAKERS_PORTS][256];
};

/* Is this connection older than the one that spoke last for the agency? */
bool speakers_is_older(const struct speakers *speakers, unsigned port, uint8_t agency, const struct speaker *speaker);

/* A frame of this connection is taken: it speaks for the agency now. True if another one spoke
 * before: that one, in *before, has to be closed. */
bool speakers_replace(struct speakers *speakers, unsigned port, uint8_t agency, const struct speaker *speaker,
                      struct speaker *before);

/* From now on no connection that was accepted before `number` speaks for the agency, on any
 * port. */
void speakers_end(struct speakers *speakers, uint8_t agency, uint64_t number);

#endif
