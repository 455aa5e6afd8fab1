/* Listening sockets: see listener.h. */
#include "server/supervisor/listener.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/address.h"
#include "base/log.h"
#include "base/system.h"
#include "server/channel/handoff.h"

#define CANDIDATES (LISTENERS_MAX / PORTS) /* addresses of one port */
#define TRIES 8u
#define RESOLVE_MS 30000u /* a server of names may never answer */
#define IN_USE_MS 5000u   /* the processes of a server that was killed leave a moment after it */
#define IN_USE_STEP_MS 20 /* between two tries */

static int open_one(const struct address *address)
{
    int on = 1;
    int fd = socket(address->storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd == -1)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (const struct sockaddr *)&address->storage, address->len) == 0)
        return fd;
    int code = errno;
    close(fd);
    errno = code;
    return -1;
}

static bool give_up(const char *address, const char *stream, const char *reason)
{
    char text[ADDRESS_TEXT_MAX];
    log_event(LOG_CRITICAL, "listen", LOG_FAIL, "stream: %s | address: %s | reason: %s", stream,
              log_clean(text, sizeof text, address), reason);
    return false;
}

/* A file of hosts may name an address twice. */
static size_t drop_doubles(struct address *addresses, size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++) {
        bool is_new = true;
        for (size_t k = 0; k < kept && is_new; k++)
            is_new = addresses[i].len != addresses[k].len ||
                     memcmp(&addresses[i].storage, &addresses[k].storage, addresses[i].len) != 0;
        if (is_new)
            addresses[kept++] = addresses[i];
    }
    return kept;
}

static void set_port(struct address *address, in_port_t port)
{
    if (address->storage.ss_family == AF_INET6)
        ((struct sockaddr_in6 *)&address->storage)->sin6_port = port;
    else
        ((struct sockaddr_in *)&address->storage)->sin_port = port;
}

static in_port_t port_of(int fd)
{
    struct sockaddr_storage storage = { 0 };
    socklen_t len = sizeof storage;

    if (getsockname(fd, (struct sockaddr *)&storage, &len) != 0)
        return 0;
    return storage.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&storage)->sin6_port
                                         : ((struct sockaddr_in *)&storage)->sin_port;
}

/* Of a name that has more than one address, this machine may not have each. */
static bool is_not_ours(int code)
{
    return code == EADDRNOTAVAIL || code == EAFNOSUPPORT;
}

static void close_from(struct listeners *listeners, unsigned first)
{
    while (listeners->count > first)
        close(listeners->list[--listeners->count].fd);
}

/* All of them on one port, or none: then errno says why. */
static bool open_each(struct address *addresses, size_t count, uint8_t port, struct listeners *listeners)
{
    unsigned first = listeners->count;
    int code = EADDRNOTAVAIL;

    for (size_t i = 0; i < count && listeners->count < LISTENERS_MAX; i++) {
        if (listeners->count > first)
            set_port(&addresses[i], port_of(listeners->list[first].fd));
        int fd = open_one(&addresses[i]);
        if (fd != -1) {
            listeners->list[listeners->count++] = (struct listener){ .fd = fd, .port = port };
            continue;
        }
        code = errno;
        if (is_not_ours(code))
            continue;
        close_from(listeners, first);
        break;
    }
    errno = code;
    return listeners->count > first;
}

/* A port that the system picked on one address may be in use on another. */
static bool open_all(const struct address *addresses, size_t count, uint8_t port, struct listeners *listeners)
{
    struct address tried[CANDIDATES];

    for (unsigned tries = 0; tries < TRIES; tries++) {
        memcpy(tried, addresses, count * sizeof *tried);
        if (open_each(tried, count, port, listeners))
            return true;
        if (errno != EADDRINUSE)
            return false;
    }
    return false;
}

/* False if the server is to stop. */
static bool pause_unless_stopped(int stop_fd)
{
    struct pollfd stop = { .fd = stop_fd, .events = POLLIN };

    return poll(&stop, 1, IN_USE_STEP_MS) <= 0;
}

/* Where an address is in use, tries until it is free, or IN_USE_MS have passed. */
static bool open_when_free(const char *address, const struct address *addresses, size_t count,
                           const struct listener_stream *stream, int stop_fd, struct listeners *listeners)
{
    uint64_t begin_ms = clock_ms();
    char text[ADDRESS_TEXT_MAX];
    bool said = false;

    while (!open_all(addresses, count, stream->port, listeners)) {
        int code = errno;
        if (code != EADDRINUSE || clock_ms() - begin_ms >= IN_USE_MS)
            return give_up(address, stream->name, strerror(code));
        if (!said)
            log_event(LOG_WARNING, "listen", LOG_IN_PROGRESS,
                      "stream: %s | address: %s | reason: address in use, retrying for up to %u s", stream->name,
                      log_clean(text, sizeof text, address), IN_USE_MS / 1000);
        said = true;
        if (!pause_unless_stopped(stop_fd))
            return false;
    }
    return true;
}

bool listener_open(const char *address, const struct listener_stream *stream, int stop_fd, struct listeners *listeners)
{
    struct address candidates[CANDIDATES];
    const char *why = "nothing to listen on";
    size_t count = address_resolve_until(address, true, candidates, CANDIDATES, clock_ms() + RESOLVE_MS, stop_fd, &why);

    if (count == 0 && fd_is_readable(stop_fd))
        return false;
    if (count == 0)
        return give_up(address, stream->name, why);
    return open_when_free(address, candidates, drop_doubles(candidates, count), stream, stop_fd, listeners);
}

void listener_close_all(struct listeners *listeners)
{
    close_from(listeners, 0);
}

static bool is_loopback(const struct address *address)
{
    if (address->storage.ss_family != AF_INET6)
        return ntohl(((const struct sockaddr_in *)&address->storage)->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
    return IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)&address->storage)->sin6_addr);
}

static bool is_at(int fd, struct address *address)
{
    *address = (struct address){ .len = sizeof address->storage };
    return getsockname(fd, (struct sockaddr *)&address->storage, &address->len) == 0;
}

bool listener_begin(int fd, const struct listener_stream *stream, int backlog)
{
    struct address address;
    char text[ADDRESS_TEXT_MAX];

    if (listen(fd, backlog) == 0)
        return true;
    int code = errno;
    return give_up(is_at(fd, &address) ? address_text(&address, text) : "?", stream->name, strerror(code));
}

void listener_report(int fd, const struct listener_stream *stream)
{
    struct address address;
    char text[ADDRESS_TEXT_MAX];
    if (fd == -1 || !is_at(fd, &address))
        return;
    bool is_open = stream->danger != NULL && !is_loopback(&address);
    log_event(is_open ? LOG_WARNING : LOG_INFO, "listen", LOG_SUCCESS, "stream: %s | address: %s%s%s", stream->name,
              address_text(&address, text), is_open ? " | reason: " : "", is_open ? stream->danger : "");
}
