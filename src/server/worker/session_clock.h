/*
 * The clocks of a session (protocol, section 6, deadlines). Private to session.c.
 *
 * Clocks for what a client must send stand still while the session reads no further from it; an
 * agency that waits for its winners is never late.
 */
#ifndef SERVER_WORKER_SESSION_CLOCK_H
#define SERVER_WORKER_SESSION_CLOCK_H

#include "server/worker/session.h"

void session_clock_init(struct session *session, uint64_t now_ms);
/* A byte came; bytes were sent; bytes to send were queued. */
void session_clock_heard(struct session *session, uint64_t now_ms);
void session_clock_sent(struct session *session, uint64_t now_ms);
void session_clock_queued(struct session *session, uint64_t now_ms);
/* The clocks of the last byte out begin anew. */
void session_clock_restart(struct session *session, uint64_t now_ms);
/* A frame is under way, if there are bytes of one; a frame is complete. */
void session_clock_frame_begins(struct session *session, uint64_t now_ms);
void session_clock_frame_ended(struct session *session, uint64_t now_ms);
/* Starts or ends the pause, by whether the session reads. */
void session_clock_update_pause(struct session *session, uint64_t now_ms);
/* Which deadline has passed, as a text for the log; NULL if none. */
const char *session_clock_late(const struct session *session, uint64_t now_ms);
/* Did the peer not take what has to be sent? Then it cannot be told anything any more. */
bool session_clock_is_stuck(const struct session *session, uint64_t now_ms);

#endif
