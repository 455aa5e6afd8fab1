/*
 * Results: what the committer sends to the workers about requests, winners and draws. Messages are
 * queued, and written later. Knows how a verdict is sent, and nothing about how it was reached.
 */
#ifndef SERVER_COMMITTER_RESULTS_H
#define SERVER_COMMITTER_RESULTS_H

#include "server/committer/commit_group.h"

/* A frame's verdict, to the worker that handed it over. */
void results_send(const struct commit_entry *entry);

/* To the worker that said whose bytes it refused: it is remembered. */
void results_send_noted(struct worker_channel *worker, uint64_t connection);

/* The documents that a WINNERS message asked for, from the store. False, and the worker is told
 * VERDICT_CLOSE, if the store failed to read them. */
bool results_send_documents(const struct commit_entry *entry, struct store *store);

/* To the worker of a connection for whose agency a newer one speaks now. */
void results_send_superseded(struct worker_channel *workers, const struct speaker *speaker);

/* To a worker: its connections that speak for the agency are over, as its bets are counted. */
void results_send_counted(struct worker_channel *worker, uint8_t agency);

/* To every worker: a round was drawn. */
void results_send_drawn(struct worker_channel *workers, uint32_t round);

#endif
