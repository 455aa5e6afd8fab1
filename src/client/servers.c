/* See servers.h. */
#include "client/servers.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/network.h"
#include "base/options.h"

#define BLANKS " \t"

struct part {
    const char *begin;
    size_t len;
};

static bool __attribute__((format(printf, 2, 3))) fail(char error[static SERVERS_ERROR_MAX], const char *format, ...)
{
    va_list values;

    va_start(values, format);
    (void)vsnprintf(error, SERVERS_ERROR_MAX, format, values);
    va_end(values);
    return false;
}

/* ---- The same server ------------------------------------------------------------------------- */

/* "::1" and "0:0::1" are one host; which addresses a name has is not asked. */
static bool is_same_host(const char *one, const char *other)
{
    struct network one_address, other_address;

    if (!network_read(one, &one_address) || !network_read(other, &other_address))
        return strcasecmp(one, other) == 0;
    return memcmp(one_address.address, other_address.address, sizeof one_address.address) == 0 &&
           one_address.version == other_address.version && one_address.bits == other_address.bits;
}

static uint64_t port_of(const struct server *server)
{
    uint64_t port = 0;

    (void)options_number(strrchr(server->text, ':') + 1, 0, UINT16_MAX, &port);
    return port;
}

static bool has(const struct servers *servers, const struct server *server)
{
    for (unsigned i = 0; i < servers->count; i++) {
        const struct server *other = &servers->list[i];
        if (port_of(other) == port_of(server) && is_same_host(other->host, server->host))
            return true;
    }
    return false;
}

/* ---- Reading --------------------------------------------------------------------------------- */

static struct part without_blanks(struct part part)
{
    while (part.len > 0 && strchr(BLANKS, part.begin[0]) != NULL) {
        part.begin++;
        part.len--;
    }
    while (part.len > 0 && strchr(BLANKS, part.begin[part.len - 1]) != NULL)
        part.len--;
    return part;
}

static bool read_server(struct part part, struct server *server, char error[static SERVERS_ERROR_MAX])
{
    char port[16];
    bool fits = part.len < sizeof server->text;

    (void)snprintf(server->text, sizeof server->text, "%.*s", fits ? (int)part.len : 0, part.begin);
    if (!fits || !address_split(server->text, server->host, sizeof server->host, port, sizeof port))
        return fail(error, "the server's address '%.*s' is not HOST:PORT", part.len < 320 ? (int)part.len : 320,
                    part.begin);
    if (port_of(server) == 0)
        return fail(error, "the server's address '%s' has port 0, which cannot be connected to", server->text);
    return true;
}

static bool add(struct servers *servers, struct part part, char error[static SERVERS_ERROR_MAX])
{
    struct server server = { .text = "" };

    if (!read_server(part, &server, error))
        return false;
    if (has(servers, &server))
        return fail(error, "the server's address '%s' is given twice", server.text);
    if (servers->count == SERVERS_MAX)
        return fail(error, "the server's address '%s' is one more than the %u that may be given", server.text,
                    SERVERS_MAX);
    servers->list[servers->count++] = server;
    return true;
}

bool servers_add(struct servers *servers, const char *text, char error[static SERVERS_ERROR_MAX])
{
    for (const char *next = text; next != NULL;) {
        size_t len = strcspn(next, ",");
        struct part part = without_blanks((struct part){ .begin = next, .len = len });

        if (part.len == 0)
            return fail(error, "a server's address is missing in '%.320s'", text);
        if (!add(servers, part, error))
            return false;
        next = next[len] == ',' ? next + len + 1 : NULL;
    }
    return true;
}
