/*
 * The check pass: every row and every batch of a file is made once, for nothing, before a connection is opened, so
 * that a bad row 50,000 does not leave 49,999 behind.
 */
#ifndef CLIENT_CHECK_H
#define CLIENT_CHECK_H

#include "batcher.h"

struct check_totals {
    uint64_t bets;
    uint64_t frames;
};

/* Makes every frame of the reader and rewinds it. BATCH_END: all is well, *totals is set. BATCH_BAD: error has one
 * line. BATCH_STOPPED: stop_fd (or -1) became readable. */
SORTEO_MUST_USE enum batch_outcome check_pass(struct csv_reader *reader, const struct batch_settings *settings,
                                              int stop_fd, struct check_totals *totals,
                                              char error[static CSV_ERROR_MAX]);

#endif
