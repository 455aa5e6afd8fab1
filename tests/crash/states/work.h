/*
 * Work for a store: what a committer does in a life of two rounds, in transactions of every kind
 * that there is.
 *
 * Real frames go through the server's own group and judge into the real store. After each commit
 * that returned, the caller hears of it: from then on a crash may not take it back.
 */
#ifndef CRASH_WORK_H
#define CRASH_WORK_H

#include <stdbool.h>
#include <stdint.h>

#include "store/store.h"

#define WORK_AGENCIES 3

struct work {
    const char *path; /* of the store */
    uint64_t seed;
    bool careless; /* the control: commits do not wait for the disk (synchronous = NORMAL) */
    /* A commit has returned, the first being that of a new, empty store. */
    void (*committed)(void *context, struct store *store);
    void *context;
};

/* Does all of it, from an empty folder to the end of the second round, with stops and starts in
 * between. Ends the program, saying why, if anything fails. */
void work_do(const struct work *work);

/* Less of it, in two lives between which the files may be changed: a round that is drawn and the
 * beginning of another one, or of its draw; then the rest of it, beginning with a batch that was
 * sent before. */
void work_first_life(const struct work *work, bool in_a_draw);
void work_second_life(const struct work *work);

/* Opens the store as the committer does. The reason is printed where `loud`. NULL if it cannot be
 * opened. */
struct store *work_open(const char *path, bool loud);

#endif
