/*
 * One step of a draw: a piece of it (lottery/judge.h), in a transaction of its own.
 */
#ifndef SERVER_COMMITTER_DRAW_STEP_H
#define SERVER_COMMITTER_DRAW_STEP_H

#include "lottery/judge.h"

/* Takes one if a draw is due or under way; draw->round is 0 unless it was the last one. On anything
 * but OK, the store has to be opened again, and the draw goes on from what is stored. */
SORTEO_MUST_USE enum store_code draw_step(struct judge *judge, struct draw *draw);

/* The same, at the end of a transaction that has begun and stored what makes the draw due. */
SORTEO_MUST_USE enum store_code draw_step_commit(struct judge *judge, struct draw *draw);

#endif
