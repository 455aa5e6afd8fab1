/*
 * The committer: the one process that has the store, and with it the rounds and the barrier.
 *
 * It takes all that its channels hold, from every worker, as one transaction, and tells the workers
 * what became of it only after the commit has returned. It never has a socket to the outside.
 */
#ifndef SERVER_COMMITTER_COMMITTER_H
#define SERVER_COMMITTER_COMMITTER_H

#include <stdbool.h>

#include "server/settings.h"

/* Exit statuses of the process. */
enum { COMMITTER_LEFT = 0, COMMITTER_FAILED = 1 };

/* Runs until the control line and every channel have ended; returns the exit status. `first` says
 * that nothing was promised by this server yet: a store that cannot be opened is then an error, and
 * otherwise tried again, for ever. */
int committer_run(const struct settings *settings, int control, bool first);

#endif
