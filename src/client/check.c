/* See check.h. */
#include "check.h"

#include <poll.h>
#include <stdio.h>

static bool is_stopped(int stop_fd)
{
    struct pollfd poll_fd = { .fd = stop_fd, .events = POLLIN };
    return poll(&poll_fd, 1, 0) > 0;
}

enum batch_outcome check_pass(struct csv_reader *reader, const struct batch_settings *settings, int stop_fd,
                              struct check_totals *totals, char error[static CSV_ERROR_MAX])
{
    struct batcher batcher;
    struct frame frame;
    struct check_totals sum = { 0 };
    enum batch_outcome outcome;

    batcher_init(&batcher, settings, reader, 0);
    while ((outcome = batcher_next(&batcher, &frame)) == BATCH_FRAME) {
        sum.frames++;
        if (is_stopped(stop_fd))
            return BATCH_STOPPED;
    }
    if (outcome == BATCH_BAD) {
        snprintf(error, CSV_ERROR_MAX, "%s", batcher.error);
        return outcome;
    }
    if (outcome == BATCH_END && !csv_reader_rewind(reader)) {
        snprintf(error, CSV_ERROR_MAX, "%s", csv_reader_error(reader));
        return BATCH_BAD;
    }
    sum.bets = batcher.bets;
    *totals = sum;
    return outcome;
}
