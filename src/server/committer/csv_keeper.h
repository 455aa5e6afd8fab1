/*
 * When the file of --csv is written: between groups, a step (csv_file.h) at a time, with a pause
 * after each, so that agencies wait for no more than one step, and the file for no agency. Whatever
 * goes wrong with it is logged once, and tried again; the server serves all the same.
 */
#ifndef SERVER_COMMITTER_CSV_KEEPER_H
#define SERVER_COMMITTER_CSV_KEEPER_H

#include <uv.h>

#include "server/committer/commit_cycle.h"
#include "server/committer/csv_file.h"

struct csv_keeper {
    struct commit_cycle *cycle;
    uv_timer_t timer;
    struct csv_file file;
    char said[sizeof((struct csv_file *)0)->reason]; /* the reason that the log has; "": that all is well */
};

/* Begins to keep the file at `path`; NULL: none is kept. */
void csv_keeper_init(struct csv_keeper *keeper, uv_loop_t *loop, struct commit_cycle *cycle, const char *path);

/* Brings the file up to date for the last time, before the store is closed, for at most `most_ms`.
 * What is missing then comes when the server starts again, and the log says so. */
void csv_keeper_fini(struct csv_keeper *keeper, uint64_t most_ms);

#endif
