/*
 * A role's order: what a process of the server is told at its start, and which descriptors it is
 * given. The supervisor writes it into a sealed file in memory, which the role reads right after
 * exec: nobody can change it in between or afterwards.
 *
 *     descriptor   0 1 2     3           4                5             6 …
 *                  (as is)   the order   its control line  order.given[0]  order.given[1] …
 *
 * A role that needs one more descriptor gets a name for it in enum order_item and an order_give in
 * server/supervisor/children.c. A setting reaches all roles by itself if it is a number; if it is a
 * text that a role needs, it is named in `texts` of order.c.
 */
#ifndef SERVER_ROLE_ORDER_H
#define SERVER_ROLE_ORDER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "server/channel/doubt.h"
#include "server/role/build.h"
#include "server/role/listeners.h"
#include "server/settings.h"

#define ORDER_FD 3
#define ORDER_CONTROL_FD 4
#define ORDER_GIVEN_FD 5                     /* the first of them */
#define ORDER_GIVEN_MAX (LISTENERS_MAX + 8u) /* descriptors */

enum order_item {
    ORDER_LISTENER,   /* acceptor: a listening socket; detail: its port, as in struct listener */
    ORDER_CHANNEL,    /* worker: its channel to the committer */
    ORDER_STORE_CALLS /* committer: the word in which it counts its calls on the store, a file in memory */
};

struct order_given {
    uint32_t item;   /* enum order_item */
    uint32_t detail; /* what the item says of it; or 0 */
    int fd;          /* of the process that has the order: the supervisor's own, then the role's */
};

struct order {
    uint8_t build[BUILD_ID_LEN]; /* of the supervisor */
    uint32_t size;               /* of this struct */
    pid_t supervisor;
    enum child_role role;
    uint32_t number; /* worker: its place in the pool, 0 and up */
    bool first;      /* committer: this server has not promised anything yet */
    uint32_t given_count;
    struct order_given given[ORDER_GIVEN_MAX];
    struct settings settings; /* its texts are those that order.c names; all others are NULL */
};

/* A new file in memory, empty and close-on-exec, that can be sealed; its name is for lists of
 * descriptors. -1 with errno set. */
int order_new_file(const char *name);

/* An order of this process, without descriptors, for a role with these settings, whose texts are
 * borrowed. */
void order_init(struct order *order, enum child_role role, const struct settings *settings);

/* One more descriptor, which stays the caller's. There are never more than ORDER_GIVEN_MAX. */
void order_give(struct order *order, enum order_item item, uint32_t detail, int fd);

/* Writes it into a new file in memory, close-on-exec, and seals that. Returns its descriptor, the
 * caller's; -1 with errno set. */
int order_write(const struct order *order);

enum order_outcome {
    ORDER_READ,
    ORDER_NONE,       /* fd holds no order: this process was started by hand */
    ORDER_OTHER_BUILD /* the supervisor's build is another one */
};

/* Reads what order_write wrote. The texts stay mapped for as long as the process lives; *order is
 * unchanged unless it was READ. */
enum order_outcome order_read(int fd, struct order *order);

/* The n-th descriptor of this kind, from 0, or NULL. */
const struct order_given *order_find(const struct order *order, enum order_item item, unsigned n);

/* What it is called in the log. */
const char *order_role_name(enum child_role role);

#endif
