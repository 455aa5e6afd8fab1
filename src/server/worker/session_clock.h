/*
 * The clocks of a session (protocol, section 6, deadlines). Knows times, and what is waited for;
 * nothing of frames or bytes.
 *
 * Clocks for what a client must send stand still while the session reads no further from it; an
 * agency that waits for its winners is never late. Times are in milliseconds, of a clock that never
 * reads 0.
 */
#ifndef SERVER_WORKER_SESSION_CLOCK_H
#define SERVER_WORKER_SESSION_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "server/worker/session_rules.h"

/* What the session waits for. */
enum session_wait {
    WAIT_FRAME,   /* the peer has to send a frame, or the rest of one … */
    WAIT_RECEIPT, /* … or a RECEIPT */
    WAIT_OURS,    /* the peer owes nothing; it may have to take what is sent */
    WAIT_END,     /* the peer has to end its direction */
    WAIT_NOTHING
};

/* Each 0 while it is not running. */
struct session_clock {
    uint64_t frame_since;  /* when the first byte of the frame under way came */
    uint64_t quiet_since;  /* of the last byte in or out */
    uint64_t send_since;   /* of the last progress in sending; 0: nothing to send */
    uint64_t paused_since; /* since the session reads no further */
    uint64_t drain_since;
    bool has_read;  /* a first byte came */
    bool has_taken; /* a frame was taken */
};

void session_clock_init(struct session_clock *clock, uint64_t now_ms);

/* A byte came; bytes were sent, and some are left or not; bytes to send were queued. */
void session_clock_heard(struct session_clock *clock, uint64_t now_ms);
void session_clock_sent(struct session_clock *clock, bool some_left, uint64_t now_ms);
void session_clock_queued(struct session_clock *clock, uint64_t now_ms);

/* The clocks of the last byte out begin anew. */
void session_clock_restart(struct session_clock *clock, uint64_t now_ms);

/* There are bytes of a frame that is not complete; a frame is complete. */
void session_clock_frame_begins(struct session_clock *clock, uint64_t now_ms);
void session_clock_frame_ended(struct session_clock *clock, uint64_t now_ms);

/* A frame was taken: from now on the peer may be quiet for longer. */
void session_clock_taken(struct session_clock *clock);

/* Bytes are dropped from now on. */
void session_clock_drains(struct session_clock *clock, uint64_t now_ms);

/* Whether the session reads, where the peer has to send. */
void session_clock_set_paused(struct session_clock *clock, bool paused, uint64_t now_ms);

/* When the next deadline passes; UINT64_MAX: never. */
uint64_t session_clock_deadline(const struct session_clock *clock, const struct session_rules *rules,
                                enum session_wait wait);

/* Which deadline has passed, as a text for the log; NULL if none. */
const char *session_clock_late(const struct session_clock *clock, const struct session_rules *rules,
                               enum session_wait wait, uint64_t now_ms);

/* Did the peer not take what has to be sent? Then it cannot be told anything any more. */
bool session_clock_is_stuck(const struct session_clock *clock, const struct session_rules *rules,
                            enum session_wait wait, uint64_t now_ms);

#endif
