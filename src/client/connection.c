/* See connection.h. */
#include "connection.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "address.h"
#include "system.h"

#define ADDRESSES_MAX 16

void connection_init(struct connection *connection)
{
    *connection = (struct connection){ .fd = -1 };
}

bool connection_is_open(const struct connection *connection)
{
    return connection->fd >= 0;
}

void connection_close(struct connection *connection)
{
    if (connection->fd >= 0)
        close(connection->fd);
    connection_init(connection);
}

static enum connection_outcome lost(char why[static CONNECTION_WHY_MAX], int error)
{
    snprintf(why, CONNECTION_WHY_MAX, "%s", strerror(error));
    return CONNECTION_LOST;
}

/* ---- Waiting ---------------------------------------------------------------------------------------- */

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

static enum connection_outcome wait_on(int fd, short events, uint64_t deadline_ms, int stop_fd)
{
    struct pollfd fds[2] = { { .fd = fd, .events = events }, { .fd = stop_fd, .events = POLLIN } };
    for (;;) {
        int count = poll(fds, 2, poll_timeout(deadline_ms));
        if (count > 0 && fds[1].revents != 0)
            return CONNECTION_STOPPED;
        if (count > 0)
            return CONNECTION_OK;
        if (deadline_ms != UINT64_MAX && clock_ms() >= deadline_ms)
            return CONNECTION_TIMEOUT;
    }
}

enum connection_outcome connection_wait(const struct connection *connection, bool to_write, uint64_t deadline_ms,
                                        int stop_fd)
{
    return wait_on(connection->fd, to_write ? POLLIN | POLLOUT : POLLIN, deadline_ms, stop_fd);
}

enum connection_outcome connection_pause(uint64_t deadline_ms, int stop_fd)
{
    return wait_on(-1, 0, deadline_ms, stop_fd);
}

/* ---- Opening ---------------------------------------------------------------------------------------- */

static void set_option(int fd, int level, int name, int value)
{
    /* Each of them only makes things better; a socket that lacks one works. */
    (void)setsockopt(fd, level, name, &value, sizeof value);
}

/* Frames leave at once, and a server that has gone without a word (its power failed, a firewall forgot us) is found out
 * within about a minute, however long the draw may be away. */
static void set_options(int fd)
{
    set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, 30);
    set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, 10);
    set_option(fd, IPPROTO_TCP, TCP_KEEPCNT, 3);
    set_option(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, 60000);
}

/* Waits for a connect under way. OK, LOST or STOPPED. */
static enum connection_outcome await_connect(int fd, uint64_t deadline_ms, int stop_fd,
                                             char why[static CONNECTION_WHY_MAX])
{
    int error = 0;
    socklen_t len = sizeof error;
    switch (wait_on(fd, POLLOUT, deadline_ms, stop_fd)) {
    case CONNECTION_STOPPED:
        return CONNECTION_STOPPED;
    case CONNECTION_TIMEOUT:
        return lost(why, ETIMEDOUT);
    default:
        break;
    }
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0)
        error = errno;
    return error == 0 ? CONNECTION_OK : lost(why, error);
}

static enum connection_outcome open_address(struct connection *connection, const struct address *address,
                                            uint64_t deadline_ms, int stop_fd, char why[static CONNECTION_WHY_MAX])
{
    int fd = socket(address->storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return lost(why, errno);
    set_options(fd);
    enum connection_outcome outcome = CONNECTION_OK;
    if (connect(fd, (const struct sockaddr *)&address->storage, address->len) != 0)
        outcome = errno == EINPROGRESS ? await_connect(fd, deadline_ms, stop_fd, why) : lost(why, errno);
    if (outcome != CONNECTION_OK) {
        close(fd);
        return outcome;
    }
    connection->fd = fd;
    connection->end_seen = false;
    return CONNECTION_OK;
}

enum connection_outcome connection_open(struct connection *connection, const char *server, uint64_t deadline_ms,
                                        int stop_fd, char why[static CONNECTION_WHY_MAX])
{
    struct address addresses[ADDRESSES_MAX];
    const char *unresolved = "the name has no address";
    enum connection_outcome outcome = CONNECTION_LOST;
    size_t count = address_resolve(server, false, addresses, ADDRESSES_MAX, &unresolved);
    if (count == 0)
        snprintf(why, CONNECTION_WHY_MAX, "%s", unresolved);
    for (size_t i = 0; i < count && outcome == CONNECTION_LOST; i++)
        outcome = open_address(connection, &addresses[i], deadline_ms, stop_fd, why);
    return outcome;
}

/* ---- Bytes ------------------------------------------------------------------------------------------ */

enum connection_outcome connection_send(struct connection *connection, const void *bytes, size_t len, size_t *sent,
                                        char why[static CONNECTION_WHY_MAX])
{
    ssize_t count;
    do {
        count = send(connection->fd, bytes, len, MSG_NOSIGNAL);
    } while (count < 0 && errno == EINTR);
    if (count < 0)
        return errno == EAGAIN || errno == EWOULDBLOCK ? CONNECTION_AGAIN : lost(why, errno);
    *sent = (size_t)count;
    return CONNECTION_OK;
}

enum connection_outcome connection_receive(struct connection *connection, void *buf, size_t cap, size_t *len,
                                           char why[static CONNECTION_WHY_MAX])
{
    ssize_t count;
    do {
        count = recv(connection->fd, buf, cap, 0);
    } while (count < 0 && errno == EINTR);
    if (count < 0)
        return errno == EAGAIN || errno == EWOULDBLOCK ? CONNECTION_AGAIN : lost(why, errno);
    if (count == 0) {
        connection->end_seen = true;
        snprintf(why, CONNECTION_WHY_MAX, "the server ended the connection");
        return CONNECTION_END;
    }
    *len = (size_t)count;
    return CONNECTION_OK;
}

/* ---- Closing ---------------------------------------------------------------------------------------- */

void connection_shut(struct connection *connection)
{
    (void)shutdown(connection->fd, SHUT_WR);
}

bool connection_close_in_order(struct connection *connection, uint64_t deadline_ms, int stop_fd)
{
    char dropped[4096], why[CONNECTION_WHY_MAX];
    size_t len;
    enum connection_outcome outcome = connection->end_seen ? CONNECTION_END : CONNECTION_OK;
    connection_shut(connection);
    while (outcome == CONNECTION_OK && clock_ms() < deadline_ms) {
        outcome = connection_receive(connection, dropped, sizeof dropped, &len, why);
        if (outcome == CONNECTION_AGAIN)
            outcome = connection_wait(connection, false, deadline_ms, stop_fd);
    }
    connection_close(connection);
    return outcome == CONNECTION_END;
}
