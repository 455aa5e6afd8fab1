/*
 * Accepting connections: a watch on the listeners that a process inherited.
 *
 * Pauses, rather than spins, while there is no room or the system is out of descriptors;
 * connections in the backlog are accepted later. Knows nothing about what happens to a connection.
 */
#ifndef SERVER_ACCEPTOR_ACCEPT_H
#define SERVER_ACCEPTOR_ACCEPT_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "server/role/listeners.h"

enum accept_room {
    ACCEPT_NOW,
    ACCEPT_LATER, /* soon: not worth a line in the log … */
    ACCEPT_FULL   /* … or when a connection has ended */
};

struct accept;

struct accept_watch {
    uv_poll_t poll;
    struct accept *accept;
    int fd;
    uint8_t port;
};

struct accept {
    /* yours */
    void *owner;
    enum accept_room (*room)(void *owner);
    void (*on_connection)(void *owner, int fd, uint8_t port); /* owns fd */
    /* private */
    struct accept_watch watches[LISTENERS_MAX];
    unsigned watch_count;
    uv_timer_t again;
    uint64_t full_said_ms; /* when the log last said that no more are accepted; 0: never */
    bool accepting;
    bool stopped;
};

/* False if the loop cannot watch a listener. */
bool accept_start(struct accept *accept, uv_loop_t *loop, const struct listeners *listeners);

/* There is room again. */
void accept_resume(struct accept *accept);

/* For good. */
void accept_stop(struct accept *accept);

#endif
