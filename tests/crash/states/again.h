/*
 * Second crashes: what a start makes of the state after a first crash, when the power fails during
 * or after it.
 *
 * A killed process leaves everything that it wrote with the system, synced or not. The next one
 * finds it, and confirms it to a client that repeats its request, so it must be on stable storage
 * by then.
 */
#ifndef CRASH_AGAIN_H
#define CRASH_AGAIN_H

#include "explore.h"

struct again {
    struct explorer explorer; /* of the crashes that come second */
    double starts_share;      /* of the first crashes, how many are started from … */
    uint64_t starts;          /* … and how many that were */
    /* Controls: */
    bool without_checkpoint; /* the start trusts what it finds */
    bool without_folder;     /* it does not sync the folder */
};

/* The process was killed there, and another one starts. */
void again_after_kill(struct again *again, const struct death *death);

/* The power went, the image is what it left, and a server starts. */
void again_after_power(struct again *again, const struct disk_image *image, unsigned promised);

#endif
