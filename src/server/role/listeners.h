/*
 * Listening sockets: the supervisor opens them; the acceptor, or for --observe the observer,
 * accepts on them.
 */
#ifndef SERVER_ROLE_LISTENERS_H
#define SERVER_ROLE_LISTENERS_H

#include <stdint.h>

#define LISTENERS_MAX 32u /* for both streams, plain and TLS, on all their addresses */

struct listener {
    int fd;
    uint8_t port; /* of the acceptor's: PORT_AGENCIES … (server/channel/handoff.h), not TCP's number */
};

struct listeners {
    struct listener list[LISTENERS_MAX];
    unsigned count;
};

#endif
