/*
 * Accepting connections: a worker's watch on the listeners that it inherited.
 *
 * Pauses, rather than spins, while the worker is full or the system has no more descriptors; what
 * waits in the backlog is taken by another worker, or later.
 */
#ifndef SERVER_WORKER_ACCEPT_H
#define SERVER_WORKER_ACCEPT_H

#include "server/worker/worker.h"

/* False if the loop will not have a listener. */
bool accept_start(struct worker *worker, const int listeners[WORKER_PORTS]);

/* A slot is free again. */
void accept_resume(struct worker *worker);

/* For good. */
void accept_stop(struct worker *worker);

#endif
