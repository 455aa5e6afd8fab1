/*
 * Every state that a crash can leave, built, opened and compared with what was promised.
 *
 * The power may go before any operation of a history. What was synced by then is there; of the
 * rest, anything may have arrived: nothing, all, all but one, one alone, a beginning, a choice by
 * chance, and of each write any part of its sectors. States are built in memory, opened by the real
 * store_open, and read.
 */
#ifndef CRASH_EXPLORE_H
#define CRASH_EXPLORE_H

#include "disk.h"
#include "tally.h"
#include "work.h"

#define COMMITS_MAX 128

/* What the store held after each commit: the first is that of a new store. */
struct truth {
    uint64_t digests[COMMITS_MAX];
    unsigned count;
};

/* From this many operations on, so many commits had returned: what they stored was promised. */
struct promise {
    size_t operations;
    unsigned commits;
};

struct history {
    struct disk_image base; /* durable, before the first operation */
    struct disk_log log;
    struct promise promises[COMMITS_MAX];
    unsigned promise_count;
};

void history_init(struct history *history);
void history_free(struct history *history);
void history_promise(struct history *history, unsigned commits);

/* What the system has when a process dies. */
struct death {
    const struct history *history;
    const struct disk_image *durable;
    const size_t *pending; /* operations that were done but not synced … */
    size_t count;          /* … and how many */
    unsigned promised;     /* commits */
};

struct explorer {
    const char *path; /* of the store, in memory */
    const struct truth *truth;
    double share; /* of the possible states, how many are built */
    uint64_t random;
    bool quiet; /* controls are meant to fail: nothing is printed */
    struct tally tally;
    /* Reads a state before a server opens it: false if it could not, or found what was not there.
     * May be NULL. */
    bool (*reads)(struct explorer *explorer, const struct disk_image *image, unsigned promised);
    /* A state was found to be sound: the image is as it was before it was opened. May be
     * NULL. */
    void (*sound)(struct explorer *explorer, const struct disk_image *image, unsigned promised);
    void *context; /* of who is told */
    /* A process may die here, the system living on. May be NULL. */
    void (*died)(struct explorer *explorer, const struct death *death);
};

/* All crashes before the from-th operation and after. */
void explore(struct explorer *explorer, const struct history *history, size_t from);

/* True with the probability of explorer->share. */
bool explorer_draws(struct explorer *explorer, double share);

#endif
