/*
 * HOST:PORT texts, as address.h describes them. Opens no socket and knows nothing of bets.
 */
#include "base/address.h"

#include <netdb.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

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

size_t address_resolve(const char *text, bool passive, struct address *out, size_t cap, const char **why)
{
    const struct addrinfo hints = { .ai_family = AF_UNSPEC,
                                    .ai_socktype = SOCK_STREAM,
                                    .ai_flags = AI_NUMERICSERV | (passive ? AI_PASSIVE : 0) };
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
