/*
 * What the committer tells the workers: results, winners, draws. Messages are queued, not sent.
 * Knows how a verdict is said, and nothing of how it came about.
 */
#ifndef SERVER_COMMITTER_TELL_H
#define SERVER_COMMITTER_TELL_H

#include "server/committer/group.h"

/* A frame's verdict, to the worker that handed it over. */
void tell_result(const struct group_entry *entry);

/* The documents that a WINNERS message asked for, from the store; VERDICT_CLOSE if they cannot be
 * read. */
void tell_documents(const struct group_entry *entry, struct store *store);

/* To the worker of a connection for whose agency a newer one speaks now. */
void tell_superseded(struct link *links, const struct claim *claim);

/* To every worker: a round was drawn. */
void tell_drawn(struct link *links, uint32_t round);

#endif
