/*
 * The lines that the committer logs about requests and rounds: those that users of this protocol
 * search for.
 */
#ifndef SERVER_COMMITTER_EVENT_LOG_H
#define SERVER_COMMITTER_EVENT_LOG_H

#include "server/committer/commit_group.h"

/* The line of one request, whose group has ended. Before its answer is sent. */
void event_log_request(const struct commit_entry *entry);

/* The one line of a draw. Before the first byte of its winners is sent. */
void event_log_draw(const struct draw *draw);

/* A draw that takes longer: how far it is. */
void event_log_drawing(const struct draw *so_far);

/* Which agencies a round still waits for, if any agency waits and any is missing. */
void event_log_barrier(const struct rounds *rounds);

#endif
