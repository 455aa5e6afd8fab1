/*
 * Connections that the acceptor has announced and that have not spoken yet: which worker holds
 * each, and which port it came to. What a worker says about a connection is held against this.
 *
 * Kept only where TLS is served: elsewhere all connections may say the same. Knows no line and no
 * worker, only numbers.
 */
#ifndef SERVER_COMMITTER_ANNOUNCED_H
#define SERVER_COMMITTER_ANNOUNCED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct announcement {
    uint64_t number; /* of the connection */
    uint16_t worker; /* the place in the pool of who holds it */
    uint8_t port;    /* of a listener (server/channel/handoff.h) */
};

/* All zeros but for `max`: how many it holds at most. */
struct announced {
    size_t max;
    /* private */
    struct announcement *list; /* by number, ascending */
    size_t count, cap;
};

void announced_fini(struct announced *announced);

/* It is held by that worker now, whoever held it before. Beyond `max` the oldest is forgotten.
 * False if there is no memory. */
bool announced_put(struct announced *announced, const struct announcement *connection);

/* It is gone. One that is unknown is allowed: it has spoken. */
void announced_drop(struct announced *announced, uint64_t number);

/* It speaks: takes it out if it is there. False if not. */
bool announced_take(struct announced *announced, uint64_t number, struct announcement *connection);

#endif
