/*
 * The check pass: every row and every batch of a file is made once, for nothing, before a
 * connection is opened, so that a bad row 50,000 does not leave 49,999 behind.
 */
#ifndef BETS_FILE_FILE_CHECK_H
#define BETS_FILE_FILE_CHECK_H

#include "bets_file/batcher.h"

struct check_totals {
    uint64_t bets;
    uint64_t frames;
};

/* Makes every frame of a batcher that has made none, and rewinds its reader: for sending, the
 * batcher is to be made anew. BATCH_END: all is well, *totals is set. BATCH_BAD: batcher->error has
 * one line. BATCH_STOPPED: stop_fd (or -1) became readable. */
SORTEO_MUST_USE enum batch_outcome check_pass(struct batcher *batcher, int stop_fd, struct check_totals *totals);

#endif
