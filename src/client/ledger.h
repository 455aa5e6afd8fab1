/*
 * What became of the rows, in their order, as runs of rows with the same fate. A run that goes well
 * is one run, however long; only after it went wrong do the frames that were under way add some, so
 * the size is bounded by the window.
 */
#ifndef CLIENT_LEDGER_H
#define CLIENT_LEDGER_H

#include <stddef.h>
#include <stdint.h>

#include "bets_file/batcher.h"

enum fate {
    FATE_STORED,  /* answered 0 */
    FATE_REFUSED, /* answered 1: not stored */
    FATE_DOUBT,   /* sent, at least a part of it, and never answered: nobody can know */
    FATE_UNSENT   /* no byte of it was handed to the kernel */
};

struct run {
    enum fate fate;
    uint64_t first_line, last_line; /* of the first and the last row */
    uint64_t bets;
};

#define LEDGER_RUNS_MAX 1026 /* one before the trouble, and one for each frame of the largest window and one more */

struct ledger {
    struct run runs[LEDGER_RUNS_MAX];
    size_t count;
};

void ledger_init(struct ledger *ledger);

/* The next frame in the order of the file met this fate. */
void ledger_add(struct ledger *ledger, enum fate fate, const struct frame *frame);

/* Bets that met it. */
uint64_t ledger_bets(const struct ledger *ledger, enum fate fate);

#endif
