/*
 * Which address the client tries next: that of the first server, of the second, and so on, and of a
 * name with several addresses all of them, one after the other. One that answers is kept.
 *
 * A turn is over when all have been tried since one last answered:
 *
 *     servers a:1 (addresses 10.0.0.1, 10.0.0.2) and b:1 (10.0.1.1)
 *
 *     route_next      10.0.0.1 does not answer: false, 10.0.0.2 is the next one
 *     route_settle    10.0.0.2 does: a turn begins here
 *     route_next      … no longer: false, 10.0.0.1; false, 10.0.1.1; true, a:1 is resolved again
 *
 * Opens no connection.
 */
#ifndef CLIENT_ROUTE_H
#define CLIENT_ROUTE_H

#include "client/servers.h"
#include "client/transport_outcome.h"

#define ROUTE_ADDRESSES_MAX 16u                /* of one name; more are not tried */
#define ROUTE_TEXT_MAX (2u * ADDRESS_TEXT_MAX) /* bytes of where a connection goes to, its end counted */

struct route {
    /* private */
    const struct servers *servers;                 /* borrowed */
    unsigned server;                               /* whose turn it is */
    unsigned servers_left;                         /* in this turn, this one counted */
    struct address addresses[ROUTE_ADDRESSES_MAX]; /* of its name */
    size_t count;                                  /* 0: it is not resolved */
    size_t address;                                /* the one that is tried, or in use */
    size_t addresses_left;                         /* of this server in this turn, this one counted */
};

/* Begins with the first of the servers, which there must be. */
void route_init(struct route *route, const struct servers *servers);

/* Makes sure that there is an address to try: resolves the server's name, until deadline_ms (of
 * clock_ms). OK; LOST with a reason in why; STOPPED when stop_fd (-1: none) became readable. */
enum transport_outcome route_find(struct route *route, uint64_t deadline_ms, int stop_fd,
                                  char why[static TRANSPORT_WHY_MAX]);

/* The address to try, after route_find. */
const struct address *route_address(const struct route *route);

/* The server whose address it is. */
const struct server *route_server(const struct route *route);

/* "lottery.example:12345", and which address if that name has several. Returns out. */
const char *route_text(const struct route *route, char out[static ROUTE_TEXT_MAX]);

/* Are there several addresses, as far as is known? */
bool route_has_choice(const struct route *route);

/* What is still to be tried in this turn, as far as is known; at least 1. */
size_t route_left(const struct route *route);

/* The address, or the name, is of no use now: on to the next one. True if that ends a turn. */
bool route_next(struct route *route);

/* The server answers: it is kept, and a turn begins with it. */
void route_settle(struct route *route);

#endif
