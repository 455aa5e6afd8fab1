/*
 * A role's order: the settings and descriptors with which a process of the server starts. The
 * supervisor writes it into a sealed memory file, which cannot be changed any more, and the role
 * reads it right after exec.
 *
 *     descriptor   0 1 2     3           4                5             6 …
 *                  (as is)   the order   its control line  order.given[0]  order.given[1] …
 *
 * For one more descriptor, add a name to enum order_item and an order_give to
 * server/supervisor/children.c. A setting that is a number reaches all roles by itself; a text that
 * a role needs must be listed in `texts` of order.c.
 */
#ifndef SERVER_ROLE_ORDER_H
#define SERVER_ROLE_ORDER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "server/channel/child_role.h"
#include "server/role/build.h"
#include "server/role/listeners.h"
#include "server/settings.h"

#define ORDER_FD 3
#define ORDER_CONTROL_FD 4
#define ORDER_GIVEN_FD 5                     /* the first one of order.given */
#define ORDER_GIVEN_MAX (LISTENERS_MAX + 8u) /* descriptors */

enum order_item {
    ORDER_LISTENER,    /* acceptor, observer: a listening socket; detail: its port, as in struct listener */
    ORDER_CHANNEL,     /* worker: its channel to the committer */
    ORDER_STORE_CALLS, /* committer: a memory file with the word in which it counts its calls of the store */
    ORDER_REFUSALS,    /* committer: a memory file with what the one before it knew (struct kept_refusals) */
    ORDER_PASSED       /* acceptor: a memory file with what the one before it had passed (struct passed_file) */
};

struct order_given {
    uint32_t item;   /* enum order_item */
    uint32_t detail; /* see the item; or 0 */
    int fd;          /* a descriptor of the supervisor before order_write, of the role after order_read */
};

struct order {
    uint8_t build[BUILD_ID_LEN]; /* of the supervisor */
    uint32_t size;               /* of this struct */
    pid_t supervisor;
    enum child_role role;
    uint32_t number; /* worker: its place in the pool, 0 and up */
    bool first;      /* committer: see committer_run */
    uint32_t given_count;
    struct order_given given[ORDER_GIVEN_MAX];
    struct settings settings; /* of its texts only those that order.c lists; the others are NULL */
};

/* Fills *order, without descriptors, for a role that this process starts with these settings, whose
 * texts are borrowed. */
void order_init(struct order *order, enum child_role role, const struct settings *settings);

/* Adds a descriptor, which stays the caller's. More than ORDER_GIVEN_MAX are a bug. */
void order_give(struct order *order, enum order_item item, uint32_t detail, int fd);

/* Writes it into a new memory file, close-on-exec, and seals that. Returns its descriptor, the
 * caller's; -1 with errno set. */
int order_write(const struct order *order);

enum order_outcome {
    ORDER_READ,
    ORDER_NONE,       /* fd is not an order: this process was started by hand */
    ORDER_OTHER_BUILD /* the supervisor is another build */
};

/* Reads what order_write wrote. The texts stay mapped as long as the process lives. *order is
 * unchanged unless the result is ORDER_READ. */
enum order_outcome order_read(int fd, struct order *order);

/* The n-th descriptor for this item, n from 0, or NULL. */
const struct order_given *order_find(const struct order *order, enum order_item item, unsigned n);

#endif
