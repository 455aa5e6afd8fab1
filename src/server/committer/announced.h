/*
 * Connections that the acceptor has announced and over which no frame has come yet: which worker
 * has each, and to which port it came. A worker's statements about its connections are checked
 * against this.
 *
 * Used only with TLS: without it, all connections have the same rights. Knows only numbers, no line
 * and no worker.
 */
#ifndef SERVER_COMMITTER_ANNOUNCED_H
#define SERVER_COMMITTER_ANNOUNCED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct announcement {
    uint64_t number; /* of the connection */
    uint16_t worker; /* which one has it: its place in the pool */
    uint8_t port;    /* of a listener (server/channel/handoff.h) */
    bool has_left;   /* the acceptor says that it is gone */
};

/* To begin with, all zeros but for `max`: the most connections that it holds. */
struct announced {
    size_t max;
    /* private */
    struct announcement *list; /* by number, ascending */
    size_t count, cap;
};

void announced_fini(struct announced *announced);

/* Adds a connection, or moves it to another worker. Beyond `max` the oldest of those that have left
 * is removed, or where none has, the oldest. False if there is no memory. */
bool announced_put(struct announced *announced, const struct announcement *connection);

/* A connection has ended. It stays known, as what its worker has said of it may come later. An
 * unknown one is allowed: its frames have begun. */
void announced_leave(struct announced *announced, uint64_t number);

/* Removes a connection whose first message has come, or which its worker says is closed, and copies
 * it to *connection. False if it is not there. */
bool announced_take(struct announced *announced, uint64_t number, struct announcement *connection);

#endif
