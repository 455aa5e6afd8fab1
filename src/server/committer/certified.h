/*
 * Which agencies a connection may speak for (protocol, section 10): what its worker states, checked
 * against what the acceptor has announced.
 *
 * This prevents mix-ups, and a worker from speaking on another worker's connections. A worker that
 * was taken over can still lie about its own.
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

/* Takes over fd, a new handoff line from the acceptor, in place of the old one. Ends the process if
 * there is no memory for it. */
void certified_join(struct certified *certified, int fd);

/* A worker has stated the agencies of one of its connections, which it must do once, before the
 * first frame. NULL, or what is wrong with that (a static text). */
const char *certified_state(struct certified *certified, struct worker_channel *worker, const struct message *message,
                            const uint8_t *body);

/* A frame came over the connection, its first message if `is_new`. NULL, or what is wrong with that
 * (a static text). */
const char *certified_doubt(struct certified *certified, const struct worker_channel *worker,
                            const struct worker_connection *connection, bool is_new);

/* A worker says that a connection that never spoke is closed: nothing of it comes any more. */
void certified_closed(struct certified *certified, const struct worker_channel *worker, uint64_t number);

#endif
