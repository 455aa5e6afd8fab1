/*
 * Stores of earlier versions of the schema, as servers of that time left them: closed, or as they
 * were when they were killed.
 */
#ifndef CRASH_OLD_STORE_H
#define CRASH_OLD_STORE_H

#include "recording.h"

/* Makes one on the disk in memory: a round that was drawn, and another one that has bets or whose
 * draw has begun. It was closed. */
void old_store_make(struct disk_image *image, const char *path, int version, bool in_a_draw, uint64_t seed);

/* An old server starts on it, stores some bets, and is never closed: what it does is recorded, and
 * what is promised at which time. What the store held after each commit is left to be found. */
void old_store_run(struct recording *recording, const struct disk_image *image, const char *path);

/* The disk at that place of a recording, with all that was done before. */
void old_store_at(const struct recording *recording, size_t operations, struct disk_image *image);

#endif
