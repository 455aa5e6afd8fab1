/*
 * What commit_cycle.c, commit_cycle_absence.c and commit_cycle_others.c use of each other. All
 * other code uses commit_cycle.h.
 */
#ifndef SERVER_COMMITTER_COMMIT_CYCLE_PARTS_H
#define SERVER_COMMITTER_COMMIT_CYCLE_PARTS_H

#include "store/store.h"

struct commit_cycle;

/* Closes the store and pauses the workers, until the store is open again. */
void commit_cycle_lose_store(struct commit_cycle *cycle);

/* After a transaction that succeeded and was not a group's: tells of the draw, if it made one
 * (draw->round is not 0), sends results and tidies the store's log up. */
void commit_cycle_follow_up(struct commit_cycle *cycle, const struct draw *draw);

/* To be called when a transaction has ended: a draw that is not finished goes on in further turns
 * of the loop, from what is committed. */
void commit_cycle_go_on_drawing(struct commit_cycle *cycle);

/* The states of agencies may have been read again: tells of a draw that this server did not make or
 * does not know of, and goes on with one that another left undone. */
void commit_cycle_catch_up(struct commit_cycle *cycle);

/* The store is open for the first time: from now on, what other servers do with it is looked at. */
void commit_cycle_watch_others(struct commit_cycle *cycle);

#endif
