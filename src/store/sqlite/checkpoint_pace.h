/*
 * After how many pages of log a checkpoint is due, so that no client waits long for one and they
 * cost little.
 *
 * A checkpoint runs between two commits, and clients that send meanwhile wait for it. Most of its
 * time grows with the pages that it moves, so many small ones cost hardly more than a few large
 * ones and keep the slowest answer close to the others. But each syncs twice, however little it
 * moves; where that dominates, small ones would keep the disk busy with nothing else.
 *
 * Pure: no clock, no store. Times are given.
 */
#ifndef STORE_SQLITE_CHECKPOINT_PACE_H
#define STORE_SQLITE_CHECKPOINT_PACE_H

#include <stdint.h>

/* Pages of 4 KiB: what is tried first, and what bounds the log. */
#define PACE_PAGES_LEAST 100
#ifndef SORTEO_FAULTS
#define PACE_PAGES_MOST 4000
#else
#define PACE_PAGES_MOST 100 /* what a rig stores is little, and it has to see checkpoints */
#endif

struct checkpoint_pace {
    int pages;           /* one is due when the log has this many */
    uint64_t commits;    /* transactions since the last one … */
    uint64_t commits_ns; /* … and what they took, from begin to commit */
};

void pace_init(struct checkpoint_pace *pace);

/* A transaction was committed. */
void pace_committed(struct checkpoint_pace *pace, uint64_t took_ns);

/* A checkpoint moved this many pages of log. Sets `pages` to the number that the next one should
 * move: at most twice and at least half as many, so that one odd measurement changes little. */
void pace_checkpointed(struct checkpoint_pace *pace, int pages, uint64_t took_ns);

#endif
