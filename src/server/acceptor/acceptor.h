/*
 * The acceptor: the one process that accepts connections. It numbers them in the order in which it
 * accepts them, holds to the limits in all and for each address, and passes each to a worker. It
 * reads no byte of a peer.
 */
#ifndef SERVER_ACCEPTOR_ACCEPTOR_H
#define SERVER_ACCEPTOR_ACCEPTOR_H

#include <stdint.h>

#include "server/settings.h"

#define ACCEPTOR_PORTS 2 /* the agency stream's and the bet stream's */

/* Runs until told to leave. `generation` counts the server's acceptors, from 1 up: the numbers of a
 * later one are greater. Returns the exit status. */
int acceptor_run(const struct settings *settings, uint32_t generation, const int listeners[ACCEPTOR_PORTS],
                 int control);

#endif
