/*
 * The listening sockets: the supervisor opens them, the acceptor accepts on them.
 */
#ifndef SERVER_ROLE_LISTENERS_H
#define SERVER_ROLE_LISTENERS_H

#include <stdint.h>

#define LISTENERS_MAX 32u /* of both streams, plain and over TLS, on all their addresses */

struct listener {
    int fd;
    uint8_t port; /* server/channel/handoff.h */
};

struct listeners {
    struct listener list[LISTENERS_MAX];
    unsigned count;
};

#endif
