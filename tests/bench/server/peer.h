/*
 * A connection to one of the stores that are compared: sends a request, waits until it is stored.
 *
 * Knows nothing of clocks.
 */
#ifndef BENCH_PEER_H
#define BENCH_PEER_H

#include "request.h"

/* What is asked: who answers a frame with a byte 0 (sorteo-server, and the servers in this folder),
 * Redis, PostgreSQL; sorteo-server over TLS (secure.h). */
enum peer_kind { PEER_SORTEO, PEER_REDIS, PEER_POSTGRES, PEER_SORTEO_TLS };

struct peer;

/* What the requests of such a peer look like. */
enum request_form peer_form(enum peer_kind kind);

/* Connects to HOST:PORT, or with PostgreSQL by a connection string. NULL, and the reason on
 * standard error, if that fails. To be closed by peer_close. */
struct peer *peer_open(enum peer_kind kind, const char *address);

/* Sends a request and returns when the peer has said that it is stored. False, and the reason on
 * standard error, if it says anything else. */
bool peer_store(struct peer *peer, const struct request *request);

void peer_close(struct peer *peer);

#endif
