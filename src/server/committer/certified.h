/*
 * Whom a connection may speak for (protocol, section 10): what its worker states, held against what
 * the acceptor has announced.
 *
 * It guards against confusion, and against a worker that speaks on a connection of another one. A
 * worker that was broken into can still lie about its own.
 */
#ifndef SERVER_COMMITTER_CERTIFIED_H
#define SERVER_COMMITTER_CERTIFIED_H

#include <uv.h>

#include "server/channel/handoff.h"
#include "server/committer/announced.h"
#include "server/committer/worker_channel.h"

struct certified {
    bool serves_tls;
    /* private */
    uv_loop_t *loop;
    struct announced announced;
    struct handoff line; /* from the acceptor */
};

void certified_init(struct certified *certified, uv_loop_t *loop, bool serves_tls, size_t connections_max);
void certified_fini(struct certified *certified);

/* A line from the acceptor, in place of the one before. Closes fd if it cannot be used. */
void certified_join(struct certified *certified, int fd);

/* A worker states the agencies of one of its connections: once, before all else. NULL, or what is
 * wrong with it (a static text). */
const char *certified_state(struct certified *certified, struct worker_channel *worker, const struct message *message,
                            const uint8_t *body);

/* A frame came over the connection, of which nothing was known if it `is_new`. The same. */
const char *certified_doubt(struct certified *certified, const struct worker_channel *worker,
                            const struct worker_connection *connection, bool is_new);

#endif
