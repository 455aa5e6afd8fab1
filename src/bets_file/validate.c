/* See validate.h. */
#include "bets_file/validate.h"

#include <stdio.h>

#include "base/system.h"

enum batch_outcome validate_file(struct batcher *batcher, int stop_fd, struct file_totals *totals)
{
    struct bets_frame frame;
    enum batch_outcome outcome;

    while ((outcome = batcher_next(batcher, &frame)) == BATCH_FRAME) {
        if (fd_is_readable(stop_fd))
            return BATCH_STOPPED;
    }
    if (outcome == BATCH_END && !csv_reader_rewind(batcher->reader)) {
        snprintf(batcher->error, sizeof batcher->error, "%s", csv_reader_error(batcher->reader));
        return BATCH_BAD;
    }
    if (outcome == BATCH_END)
        *totals = (struct file_totals){ .bets = batcher->bets, .frames = batcher->frames };
    return outcome;
}
