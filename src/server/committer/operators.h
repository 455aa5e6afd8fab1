/*
 * Operators' tools that are connected while the server runs: each asks for one thing, and is told
 * how it went (operator/form.h).
 *
 * A copy of the store goes a few pages at a time, a step in each turn of the loop and between
 * groups, as a long draw does; so agencies are answered meanwhile. No agency waits for what
 * a tool says, or does not say.
 */
#ifndef SERVER_COMMITTER_OPERATORS_H
#define SERVER_COMMITTER_OPERATORS_H

#include <uv.h>

#include "server/committer/commit_cycle.h"

#define OPERATORS_MAX 4 /* at once */

struct operators {
    struct commit_cycle *cycle;
    uv_loop_t *loop;
    uv_idle_t steps; /* active while anything is copied */
    struct operator_tool *tools[OPERATORS_MAX];
};

void operators_init(struct operators *operators, uv_loop_t *loop, struct commit_cycle *cycle);

/* A connection of a tool. Takes over fd. */
void operators_admit(struct operators *operators, int fd);

/* Ends all that is under way, before the store is closed for good. */
void operators_fini(struct operators *operators);

#endif
