/*
 * The supervisor: opens the listeners, starts the committer and the pool of workers, replaces those
 * that die, and stops all of them. It has no event loop and no store, and talks to no peer.
 */
#ifndef SERVER_SUPERVISOR_SUPERVISOR_H
#define SERVER_SUPERVISOR_SUPERVISOR_H

#include "server/settings.h"

/* Runs until SIGTERM, SIGINT, or --rounds is reached. Returns the exit status: 0 if every child
 * left by itself. */
int server_run(const struct settings *settings);

#endif
