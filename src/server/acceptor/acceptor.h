/*
 * The acceptor: the one process that accepts connections. It numbers them in the order in which it
 * accepts them, with the time, so that a later acceptor's numbers are greater and no number can be
 * from the future, holds to the limits in all and for each address, and passes each to a worker. It
 * reads no byte of a peer.
 */
#ifndef SERVER_ACCEPTOR_ACCEPTOR_H
#define SERVER_ACCEPTOR_ACCEPTOR_H

#include <stdint.h>

#include "server/channel/passed.h"
#include "server/role/listeners.h"
#include "server/settings.h"

/* Runs until told to leave. `passed` is what the acceptor before this one left. Returns the exit
 * status. */
int acceptor_run(const struct settings *settings, const struct listeners *listeners, int control,
                 struct passed_file *passed);

#endif
