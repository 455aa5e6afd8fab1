/*
 * A timer of an event loop with nanoseconds: libuv's own count whole milliseconds, which is longer
 * than most commits take.
 *
 * When it expires the loop makes a turn, and nothing else happens: its owner checks at the end of
 * the turn.
 */
#ifndef SERVER_COMMITTER_FINE_TIMER_H
#define SERVER_COMMITTER_FINE_TIMER_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

struct fine_timer {
    uv_poll_t poll;
    int fd;
    bool is_set; /* and has not been cleared since, run out or not */
};

/* False if there is no descriptor for it. */
bool fine_timer_open(struct fine_timer *timer, uv_loop_t *loop);

/* Expires once, this many nanoseconds from now; 0 clears it. False if the system refuses it. */
bool fine_timer_set(struct fine_timer *timer, uint64_t ns);

#endif
