/*
 * The listening sockets: the supervisor opens them, the acceptor accepts on them.
 */
#ifndef SERVER_ROLE_LISTENERS_H
#define SERVER_ROLE_LISTENERS_H

#include <stdint.h>

#define LISTENERS_MAX 16u /* of both streams, on all their addresses */

struct listener {
    int fd;
    uint8_t port; /* 0 the agency stream's, 1 the bet stream's */
};

struct listeners {
    struct listener list[LISTENERS_MAX];
    unsigned count;
};

#endif
