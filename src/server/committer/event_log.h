/*
 * The lines that the committer logs about requests and rounds: those that users of this protocol
 * search for.
 */
#ifndef SERVER_COMMITTER_EVENT_LOG_H
#define SERVER_COMMITTER_EVENT_LOG_H

#include "server/channel/peer_log.h"
#include "server/committer/commit_group.h"

struct event_log {
    struct peer_log peers;    /* limits what strangers can bring about */
    struct peer_log failures; /* the same of what the store failed to do: strangers cannot crowd it out */
    bool mask_documents;      /* a document is shown as its last three digits */
};

void event_log_open(struct event_log *log, uv_loop_t *loop, bool mask_documents);
/* The process leaves. */
void event_log_close(struct event_log *log);

/* The line of one request, whose group has ended. Before its answer is sent. Of
 * refusals, and of what only repeats what was done before, the lines of a peer are limited. */
void event_log_request(struct event_log *log, const struct commit_entry *entry);

/* That the store failed to do what it was asked, and why: one line for each reason and second. */
void event_log_store_failure(struct event_log *log, const struct store *store, enum log_level level);

/* The one line of a draw. Before the first byte of its winners is sent. */
void event_log_draw(const struct draw *draw);

/* One that another server of the same store made, and told of so. */
void event_log_drawn_elsewhere(const struct draw *draw);

/* A draw that takes longer: how far it is. */
void event_log_drawing(const struct draw *so_far);

/* Which agencies a round still waits for, if any agency waits and any is missing. */
void event_log_barrier(const struct rounds *rounds);

#endif
