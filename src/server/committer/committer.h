/*
 * The committer: the one process that has the store, and with it the rounds and the barrier.
 *
 * It commits everything that its channels hold, from all workers, as one transaction, and reports
 * the results only after the commit has returned. It never has a socket to the outside.
 */
#ifndef SERVER_COMMITTER_COMMITTER_H
#define SERVER_COMMITTER_COMMITTER_H

#include <stdbool.h>
#include <stdint.h>

#include "server/channel/kept_refusals.h"
#include "server/settings.h"

/* Exit statuses of the process. */
enum { COMMITTER_LEFT = 0, COMMITTER_FAILED = 1 };

/* Runs until the control line and every channel have ended; returns the exit status. `first`: this
 * server has not promised anything yet, so a store that cannot be opened is an error; otherwise
 * opening it is tried again, for ever. `store_calls` counts calls on the store for the supervisor
 * (store_options.calls); `kept` is what the committer before this one left. */
int committer_run(const struct settings *settings, int control, bool first, volatile uint32_t *store_calls,
                  struct kept_refusals *kept);

#endif
