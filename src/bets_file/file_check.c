/* See check.h. */
#include "bets_file/file_check.h"

#include <poll.h>
#include <stdio.h>

static bool is_stopped(int stop_fd)
{
    struct pollfd poll_fd = { .fd = stop_fd, .events = POLLIN };
    return poll(&poll_fd, 1, 0) > 0;
}

enum batch_outcome check_pass(struct batcher *batcher, int stop_fd, struct check_totals *totals)
{
    struct frame frame;
    enum batch_outcome outcome;

    while ((outcome = batcher_next(batcher, &frame)) == BATCH_FRAME) {
        if (is_stopped(stop_fd))
            return BATCH_STOPPED;
    }
    if (outcome == BATCH_END && !csv_reader_rewind(batcher->reader)) {
        snprintf(batcher->error, sizeof batcher->error, "%s", csv_reader_error(batcher->reader));
        return BATCH_BAD;
    }
    if (outcome == BATCH_END)
        *totals = (struct check_totals){ .bets = batcher->bets, .frames = batcher->frames };
    return outcome;
}
