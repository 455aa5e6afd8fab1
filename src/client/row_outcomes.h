/*
 * What became of the rows, in their order, as runs of rows with the same fate. A run that goes well
 * is one run, however long; only after it went wrong do the frames that were under way add some, so
 * the size is bounded by the window.
 */
#ifndef CLIENT_ROW_OUTCOMES_H
#define CLIENT_ROW_OUTCOMES_H

#include <stddef.h>
#include <stdint.h>

#include "bets_file/batcher.h"

enum row_outcome {
    ROW_STORED,   /* answered 0 */
    ROW_REFUSED,  /* answered 1: not stored */
    ROW_IN_DOUBT, /* sent, at least a part of it, and never answered: stored or not */
    ROW_UNSENT    /* no byte of it was handed to the kernel */
};

struct row_range {
    enum row_outcome fate;
    uint64_t first_line, last_line; /* of the first and the last row */
    uint64_t bets;
};

#define ROW_RANGES_MAX 1026 /* one before the trouble, and one for each frame of the largest window and one more */

struct row_outcomes {
    struct row_range ranges[ROW_RANGES_MAX];
    size_t count;
};

void row_outcomes_init(struct row_outcomes *outcomes);

/* The next frame in the order of the file met this fate. */
void row_outcomes_add(struct row_outcomes *outcomes, enum row_outcome fate, const struct bets_frame *frame);

/* Bets that met it. */
uint64_t row_outcomes_bets(const struct row_outcomes *outcomes, enum row_outcome fate);

#endif
