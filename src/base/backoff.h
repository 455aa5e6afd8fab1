/*
 * How long to wait before something that failed is tried again: twice as long each time, up to a
 * bound.
 *
 *     struct backoff backoff = { .first_ms = 100, .most_ms = 5000 };
 *     backoff_next(&backoff)      100, then 200, 400 … 3200, 5000, 5000
 *     backoff_reset(&backoff)     it works again: the next wait is 100
 *
 * Keeps no clock and waits for nothing: that is the caller's.
 */
#ifndef BASE_BACKOFF_H
#define BASE_BACKOFF_H

#include <stdint.h>

struct backoff {
    /* yours */
    uint64_t first_ms; /* the wait after the first failure; at least 1 */
    uint64_t most_ms;  /* no wait is longer; at least first_ms */

    /* read-only */
    uint64_t wait_ms; /* the wait after the last failure; 0: nothing has failed since the last reset */
};

/* It failed (again): the wait before the next try. */
uint64_t backoff_next(struct backoff *backoff);

/* It worked: the next wait is the first one again. */
void backoff_reset(struct backoff *backoff);

/* A random part of wait_ms, from half of it to all of it, so that programs that lost the same
 * server do not all come back at the same moment. *random is any number, a different one in each
 * program, and is changed. */
uint64_t backoff_jitter(uint64_t *random, uint64_t wait_ms);

#endif
