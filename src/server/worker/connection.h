/*
 * A connection: a socket on a worker's loop, with the session that decides what is done with it.
 *
 * Moves bytes between the two and nothing else. What the session wants of the committer goes
 * through the worker.
 */
#ifndef SERVER_WORKER_CONNECTION_H
#define SERVER_WORKER_CONNECTION_H

#include <uv.h>

#include "server/worker/session.h"

struct worker;

struct connection {
    uv_poll_t poll;
    struct worker *worker; /* borrowed */
    struct session session;
    uint64_t accepted_ns;
    uint64_t id;         /* as the committer knows it: slot and count */
    size_t unfinished;   /* bytes of it that the worker has counted */
    size_t sent_unasked; /* bytes sent since the system was last asked whether it takes more */
    int fd;              /* -1 once closed */
    int kept_fd;         /* once closed: what keeps its number from others until the connection is released; or -1 */
    int watched;         /* the events that the loop watches for now */
    int unacknowledged;  /* bytes that the system held for the peer when a deadline last passed … */
    uint64_t unacknowledged_ms; /* … and since when they are so many */
    uint8_t port;
    bool hung_up;  /* our direction is ended */
    bool reported; /* the log has said what it refused */
    bool released; /* its slot is free again; memory goes with the handle */
};

/* Takes over an accepted, non-blocking socket. NULL if there is no memory or the loop will not have
 * it; fd is then still the caller's. */
struct connection *connection_open(struct worker *worker, int fd, uint8_t port, uint64_t id, uint64_t accepted_ns);

/* To be called after anything happened to its session: sends, ends, closes and waits as that wants.
 * The connection may be gone afterwards. */
void connection_update(struct connection *connection);

/* A deadline of its session has passed: it is late, unless the peer is still taking what was sent
 * before. */
void connection_tick(struct connection *connection);

#endif
