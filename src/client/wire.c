/* See wire.h. */
#include "client/wire.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/address.h"
#include "base/fault.h"
#include "base/socket_options.h"
#include "base/system.h"

#define ADDRESSES_MAX 16
#define USER_TIMEOUT_MS 60000 /* what was sent and never acknowledged */

void wire_init(struct wire *wire)
{
    *wire = (struct wire){ .fd = -1 };
}

bool wire_is_open(const struct wire *wire)
{
    return wire->fd >= 0;
}

void wire_close(struct wire *wire)
{
    if (wire->fd >= 0)
        close(wire->fd);
    wire_init(wire);
}

static enum wire_outcome lost(char why[static WIRE_WHY_MAX], int error)
{
    snprintf(why, WIRE_WHY_MAX, "%s", strerror(error));
    return WIRE_LOST;
}

/* ---- Waiting --------------------------------------------------------------------------------- */

/* Milliseconds for poll; rounded, so that a wait of years does not become one of -1. */
static int poll_timeout(uint64_t deadline_ms)
{
    uint64_t now = clock_ms();
    if (deadline_ms == UINT64_MAX)
        return -1;
    if (deadline_ms <= now)
        return 0;
    return deadline_ms - now < 60000 ? (int)(deadline_ms - now) : 60000;
}

static enum wire_outcome wait_on(int fd, short events, uint64_t deadline_ms, int stop_fd)
{
    struct pollfd fds[2] = { { .fd = fd, .events = events }, { .fd = stop_fd, .events = POLLIN } };
    for (;;) {
        int count = poll(fds, 2, poll_timeout(deadline_ms));
        if (count > 0 && fds[1].revents != 0)
            return WIRE_STOPPED;
        if (count > 0)
            return WIRE_OK;
        if (deadline_ms != UINT64_MAX && clock_ms() >= deadline_ms)
            return WIRE_TIMEOUT;
    }
}

enum wire_outcome wire_wait(const struct wire *wire, bool to_write, uint64_t deadline_ms, int stop_fd)
{
    return wait_on(wire->fd, to_write ? POLLIN | POLLOUT : POLLIN, deadline_ms, stop_fd);
}

enum wire_outcome wire_pause(uint64_t deadline_ms, int stop_fd)
{
    return wait_on(-1, 0, deadline_ms, stop_fd);
}

/* ---- Opening --------------------------------------------------------------------------------- */

static void set_options(int fd)
{
    socket_send_at_once(fd);
    socket_keep_alive(fd);
    socket_set(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, USER_TIMEOUT_MS);
}

/* Waits for a connect under way. OK, LOST or STOPPED. */
static enum wire_outcome await_connect(int fd, uint64_t deadline_ms, int stop_fd, char why[static WIRE_WHY_MAX])
{
    int error = 0;
    socklen_t len = sizeof error;
    switch (wait_on(fd, POLLOUT, deadline_ms, stop_fd)) {
    case WIRE_STOPPED:
        return WIRE_STOPPED;
    case WIRE_TIMEOUT:
        return lost(why, ETIMEDOUT);
    default:
        break;
    }
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0)
        error = errno;
    return error == 0 ? WIRE_OK : lost(why, error);
}

static enum wire_outcome open_address(struct wire *wire, const struct address *address, uint64_t deadline_ms,
                                      int stop_fd, char why[static WIRE_WHY_MAX])
{
    int fd = socket(address->storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return lost(why, errno);
    set_options(fd);
    enum wire_outcome outcome = WIRE_OK;
    if (connect(fd, (const struct sockaddr *)&address->storage, address->len) != 0)
        outcome = errno == EINPROGRESS ? await_connect(fd, deadline_ms, stop_fd, why) : lost(why, errno);
    if (outcome != WIRE_OK) {
        close(fd);
        return outcome;
    }
    wire->fd = fd;
    wire->end_seen = false;
    return WIRE_OK;
}

enum wire_outcome wire_open(struct wire *wire, const char *server, uint64_t deadline_ms, int stop_fd,
                            char why[static WIRE_WHY_MAX])
{
    struct address addresses[ADDRESSES_MAX];
    const char *unresolved = "the name has no address";
    enum wire_outcome outcome = WIRE_LOST;
    size_t count = address_resolve(server, false, addresses, ADDRESSES_MAX, &unresolved);
    if (count == 0)
        snprintf(why, WIRE_WHY_MAX, "%s", unresolved);
    for (size_t i = 0; i < count && outcome == WIRE_LOST; i++)
        outcome = open_address(wire, &addresses[i], deadline_ms, stop_fd, why);
    return outcome;
}

/* ---- Bytes ----------------------------------------------------------------------------------- */

enum wire_outcome wire_send(struct wire *wire, const void *bytes, size_t len, size_t *sent,
                            char why[static WIRE_WHY_MAX])
{
    ssize_t count;
    do {
        count = send(wire->fd, bytes, len, MSG_NOSIGNAL);
    } while (count < 0 && errno == EINTR);
    if (count < 0)
        return errno == EAGAIN || errno == EWOULDBLOCK ? WIRE_AGAIN : lost(why, errno);
    FAULT_POINT("bytes-sent");
    *sent = (size_t)count;
    return WIRE_OK;
}

enum wire_outcome wire_receive(struct wire *wire, void *buf, size_t cap, size_t *len, char why[static WIRE_WHY_MAX])
{
    ssize_t count;
    do {
        count = recv(wire->fd, buf, cap, 0);
    } while (count < 0 && errno == EINTR);
    if (count < 0)
        return errno == EAGAIN || errno == EWOULDBLOCK ? WIRE_AGAIN : lost(why, errno);
    if (count == 0) {
        wire->end_seen = true;
        snprintf(why, WIRE_WHY_MAX, "the server ended the connection");
        return WIRE_END;
    }
    FAULT_POINT("bytes-received");
    *len = (size_t)count;
    return WIRE_OK;
}

/* ---- Closing --------------------------------------------------------------------------------- */

void wire_shut(struct wire *wire)
{
    (void)shutdown(wire->fd, SHUT_WR);
}

bool wire_close_in_order(struct wire *wire, uint64_t deadline_ms, int stop_fd)
{
    char dropped[4096], why[WIRE_WHY_MAX];
    size_t len;
    enum wire_outcome outcome = wire->end_seen ? WIRE_END : WIRE_OK;
    wire_shut(wire);
    while (outcome == WIRE_OK && clock_ms() < deadline_ms) {
        outcome = wire_receive(wire, dropped, sizeof dropped, &len, why);
        if (outcome == WIRE_AGAIN)
            outcome = wire_wait(wire, false, deadline_ms, stop_fd);
    }
    wire_close(wire);
    return outcome == WIRE_END;
}
