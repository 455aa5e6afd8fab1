/*
 * The check pass: every row and every batch of a file is made once, for nothing, before a
 * connection is opened, so that a bad row 50,000 does not leave 49,999 bets stored.
 */
#ifndef BETS_FILE_VALIDATE_H
#define BETS_FILE_VALIDATE_H

#include "bets_file/batcher.h"

struct file_totals {
    uint64_t bets;
    uint64_t frames;
};

/* Makes every frame of a batcher that has made none, and rewinds its reader: for sending, the
 * batcher is to be made anew. BATCH_END: all is well, *totals is set. BATCH_BAD: batcher->error has
 * one line. BATCH_STOPPED: stop_fd (or -1) became readable. */
SORTEO_MUST_USE enum batch_outcome validate_file(struct batcher *batcher, int stop_fd, struct file_totals *totals);

#endif
