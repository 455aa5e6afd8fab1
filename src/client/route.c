/* See route.h. */
#include "client/route.h"

#include <stdio.h>
#include <string.h>

#include "base/system.h"

void route_init(struct route *route, const struct servers *servers)
{
    *route = (struct route){ .servers = servers, .servers_left = servers->count };
}

/* ---- Where it goes --------------------------------------------------------------------------- */

enum transport_outcome route_find(struct route *route, uint64_t deadline_ms, int stop_fd,
                                  char why[static TRANSPORT_WHY_MAX])
{
    const char *unresolved = "the name has no address";
    if (route->count > 0)
        return TRANSPORT_OK;
    route->count = address_resolve_until(route_server(route)->text, false, route->addresses, ROUTE_ADDRESSES_MAX,
                                         deadline_ms, stop_fd, &unresolved);
    route->address = 0;
    route->addresses_left = route->count;
    if (route->count > 0)
        return TRANSPORT_OK;
    if (fd_is_readable(stop_fd))
        return TRANSPORT_STOPPED;
    snprintf(why, TRANSPORT_WHY_MAX, "%s", unresolved);
    return TRANSPORT_LOST;
}

const struct address *route_address(const struct route *route)
{
    return &route->addresses[route->address];
}

const struct server *route_server(const struct route *route)
{
    return &route->servers->list[route->server];
}

const char *route_text(const struct route *route, char out[static ROUTE_TEXT_MAX])
{
    char address[ADDRESS_TEXT_MAX];
    const char *server = route_server(route)->text;
    if (route->count > 1)
        snprintf(out, ROUTE_TEXT_MAX, "%.310s (%.310s)", server, address_text(route_address(route), address));
    else
        snprintf(out, ROUTE_TEXT_MAX, "%s", server);
    return out;
}

bool route_has_choice(const struct route *route)
{
    return route->servers->count > 1 || route->count > 1;
}

size_t route_left(const struct route *route)
{
    size_t here = route->addresses_left > 0 ? route->addresses_left : 1;
    return here + route->servers_left - 1;
}

/* ---- On and on ------------------------------------------------------------------------------- */

/* The next server's name is resolved when its turn comes: its addresses may have changed since. */
static bool next_server(struct route *route)
{
    route->count = route->addresses_left = 0;
    route->server = (route->server + 1) % route->servers->count;
    route->servers_left--;
    if (route->servers_left > 0)
        return false;
    route->servers_left = route->servers->count;
    return true;
}

bool route_next(struct route *route)
{
    if (route->addresses_left <= 1)
        return next_server(route);
    route->addresses_left--;
    route->address = (route->address + 1) % route->count;
    return false;
}

void route_settle(struct route *route)
{
    route->servers_left = route->servers->count;
    route->addresses_left = route->count;
}
