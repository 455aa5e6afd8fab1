/*
 * HOST:PORT texts, as address.h describes them. Opens no socket and knows nothing of bets.
 */
#include "base/address.h"

#include <errno.h>
#include <netdb.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/ask_child.h"
#include "base/options.h"

/* Takes the brackets off "[::1]". False if the host is empty, or has one bracket without the
 * other. */
static bool strip_brackets(const char **host, size_t *len)
{
    bool opened = *len > 0 && (*host)[0] == '[';
    bool closed = *len > 0 && (*host)[*len - 1] == ']';

    if (opened != closed)
        return false;
    if (opened && *len >= 2) {
        *host += 1;
        *len -= 2;
    }
    return *len > 0 && memchr(*host, '[', *len) == NULL && memchr(*host, ']', *len) == NULL;
}

bool address_split(const char *text, char *host, size_t host_cap, char *port, size_t port_cap)
{
    const char *colon = strrchr(text, ':');
    const char *host_begin = text;
    size_t host_len, port_len;
    uint64_t number;

    if (colon == NULL || !options_number(colon + 1, 0, UINT16_MAX, &number))
        return false;
    host_len = (size_t)(colon - text);
    port_len = strlen(colon + 1);
    if (!strip_brackets(&host_begin, &host_len) || host_len >= host_cap || port_len >= port_cap)
        return false;
    memcpy(host, host_begin, host_len);
    host[host_len] = '\0';
    memcpy(port, colon + 1, port_len + 1);
    return true;
}

static size_t resolve(const char *text, int flags, struct address *out, size_t cap, const char **why)
{
    const struct addrinfo hints = { .ai_family = AF_UNSPEC,
                                    .ai_socktype = SOCK_STREAM,
                                    .ai_flags = AI_NUMERICSERV | flags };
    struct addrinfo *list = NULL;
    char host[ADDRESS_TEXT_MAX], port[16];
    size_t count = 0;
    int code;

    if (!address_split(text, host, sizeof host, port, sizeof port)) {
        *why = "not HOST:PORT with a port from 0 to 65535";
        return 0;
    }
    code = getaddrinfo(host, port, &hints, &list);
    if (code != 0) {
        *why = gai_strerror(code);
        return 0;
    }
    for (const struct addrinfo *found = list; found != NULL && count < cap; found = found->ai_next) {
        if (found->ai_addrlen > sizeof out[count].storage)
            continue;
        memset(&out[count].storage, 0, sizeof out[count].storage);
        memcpy(&out[count].storage, found->ai_addr, found->ai_addrlen);
        out[count].len = found->ai_addrlen;
        count++;
    }
    freeaddrinfo(list);
    if (count == 0)
        *why = "the name has no address";
    return count;
}

size_t address_resolve(const char *text, bool passive, struct address *out, size_t cap, const char **why)
{
    return resolve(text, passive ? AI_PASSIVE : 0, out, cap, why);
}

/* ---- In bounded time ------------------------------------------------------------------------- */

#define RESOLVED_MAX 16
#define WHY_MAX 128

struct resolved {
    uint32_t count;
    char why[WHY_MAX];
    struct address addresses[RESOLVED_MAX];
};
_Static_assert(sizeof(struct resolved) <= ASK_CHILD_ANSWER_MAX, "it comes whole");

struct to_resolve {
    const char *text;
    bool passive;
};

static void resolve_in_child(const void *question, void *answer)
{
    const struct to_resolve *asked = question;
    struct resolved *resolved = answer;
    const char *why = "";

    resolved->count = (uint32_t)address_resolve(asked->text, asked->passive, resolved->addresses, RESOLVED_MAX, &why);
    (void)snprintf(resolved->why, sizeof resolved->why, "%s", why);
}

static size_t resolve_by_child(const char *text, bool passive, struct address *out, size_t cap, uint64_t deadline_ms,
                               int stop_fd, const char **why)
{
    static struct resolved resolved;
    const struct to_resolve asked = { .text = text, .passive = passive };
    size_t count = 0;

    switch (ask_child(resolve_in_child, &asked, &resolved, sizeof resolved, deadline_ms, stop_fd)) {
    case ASKED_ANSWERED:
        count = resolved.count < cap ? resolved.count : cap;
        memcpy(out, resolved.addresses, count * sizeof *out);
        *why = resolved.why;
        break;
    case ASKED_LATE:
        *why = "the name was not resolved in time";
        break;
    case ASKED_STOPPED:
        *why = "stopped by a signal";
        break;
    case ASKED_DIED:
        *why = "the name cannot be resolved";
        break;
    case ASKED_NOTHING:
        *why = strerror(errno);
    }
    return count;
}

size_t address_resolve_until(const char *text, bool passive, struct address *out, size_t cap, uint64_t deadline_ms,
                             int stop_fd, const char **why)
{
    size_t count = resolve(text, AI_NUMERICHOST | (passive ? AI_PASSIVE : 0), out, cap, why);
    char host[ADDRESS_TEXT_MAX], port[16];
    if (count > 0 || !address_split(text, host, sizeof host, port, sizeof port))
        return count;
    return resolve_by_child(text, passive, out, cap, deadline_ms, stop_fd, why);
}

const char *address_text(const struct address *address, char out[static ADDRESS_TEXT_MAX])
{
    char host[256], port[16];
    bool six = address->storage.ss_family == AF_INET6;

    if (getnameinfo((const struct sockaddr *)&address->storage, address->len, host, sizeof host, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0)
        (void)snprintf(out, ADDRESS_TEXT_MAX, "an address of family %d", (int)address->storage.ss_family);
    else
        (void)snprintf(out, ADDRESS_TEXT_MAX, six ? "[%s]:%s" : "%s:%s", host, port);
    return out;
}
