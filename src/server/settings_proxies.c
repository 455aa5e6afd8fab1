/* Which proxies are in front of the server: the networks of --proxy-from. */
#include <stddef.h>
#include <stdlib.h>

#include "base/usage_error.h"
#include "server/settings_parts.h"

/* The place in the configuration file, the variable or the option. */
static const char *origin_of(const struct given *given)
{
    const char *place = config_place(given->config, given->proxy_from);

    if (place != NULL)
        return place;
    return given->proxy_from == getenv("SORTEO_PROXY_FROM") ? "SORTEO_PROXY_FROM" : "--proxy-from";
}

bool settings_read_proxies(struct given *given)
{
    char wrong[NETWORK_TEXT_MAX];

    if (given->proxy_from == NULL || networks_read(given->proxy_from, &given->proxies, wrong))
        return true;
    return usage_error(SERVER,
                       "%s: '%s' is not an address, or a prefix without bits beyond its length such as 10.0.0.0/8; at "
                       "most %u of them, with commas between",
                       origin_of(given), wrong, NETWORKS_MAX);
}
