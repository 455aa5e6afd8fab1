/*
 * What the parts of a session ask of each other: session.c, session_frames.c, session_answers.c and
 * session_ending.c. All other code uses session.h.
 */
#ifndef SERVER_WORKER_SESSION_PARTS_H
#define SERVER_WORKER_SESSION_PARTS_H

#include <stdbool.h>
#include <stdint.h>

struct session; /* session.h */

/* ---- session.c ------------------------------------------------------------------------------- */

/* May frames be handed over? */
bool session_listens(const struct session *session);
/* Its clocks stand still, or run, as it reads no further, or does. */
void session_update_pause(struct session *session, uint64_t now_ms);
/* Whatever happened may have freed the way for bytes that have come. */
void session_go_on(struct session *session, uint64_t now_ms);

/* ---- session_frames.c ------------------------------------------------------------------------ */

/* Answers that the peer is owed, or that are not sent yet. */
uint32_t session_unsent_answers(const struct session *session);
/* Reads what has come, as long as frames may be handed over. */
void session_read_frames(struct session *session, uint64_t now_ms);

/* ---- session_ending.c ------------------------------------------------------------------------ */

/* Over at once, for a reason (a static text). */
void session_abort_now(struct session *session, const char *reason);
/* Begins a clean end: nothing that comes is looked at any more. */
void session_begin_closing(struct session *session, const char *reason, uint64_t now_ms);
/* Answers first, then the 1 if there is one, then our direction ends (section 6): one step further,
 * if it is time. */
void session_finish_closing(struct session *session, uint64_t now_ms);

#endif
