/*
 * A worker: a process of the pool. It is passed connections, finds the frames in them, hands these
 * to the committer, and writes back what comes of it. It never has a store, and keeps nothing that
 * matters: when it dies, its peers see a closed connection, and no one else notices.
 */
#ifndef SERVER_WORKER_WORKER_H
#define SERVER_WORKER_WORKER_H

#include "server/settings.h"

/* Runs until told to leave, or its channel ends. `number` is its place in the pool, 0 and up.
 * Returns the exit status. */
int worker_run(const struct settings *settings, unsigned number, int channel, int control);

#endif
