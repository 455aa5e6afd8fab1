/* See transport.h. */
#include "client/transport.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/socket_options.h"
#include "base/system.h"
#include "client/transport_parts.h"

#define USER_TIMEOUT_MS 60000 /* what was sent and never acknowledged */

void transport_init(struct transport *transport, struct tls_context *context)
{
    *transport = (struct transport){ .fd = -1, .context = context };
}

bool transport_is_open(const struct transport *transport)
{
    return transport->fd >= 0;
}

void transport_close(struct transport *transport)
{
    if (transport->fd >= 0)
        close(transport->fd);
    tls_filter_close(&transport->tls);
    transport_init(transport, transport->context);
}

enum transport_outcome transport_lost(char why[static TRANSPORT_WHY_MAX], int error)
{
    snprintf(why, TRANSPORT_WHY_MAX, "%s", strerror(error));
    return TRANSPORT_LOST;
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

static enum transport_outcome wait_on(int fd, short events, uint64_t deadline_ms, int stop_fd)
{
    struct pollfd fds[2] = { { .fd = fd, .events = events }, { .fd = stop_fd, .events = POLLIN } };
    for (;;) {
        int count = poll(fds, 2, poll_timeout(deadline_ms));
        if (count > 0 && fds[1].revents != 0)
            return TRANSPORT_STOPPED;
        if (count > 0)
            return TRANSPORT_OK;
        if (deadline_ms != UINT64_MAX && clock_ms() >= deadline_ms)
            return TRANSPORT_TIMEOUT;
    }
}

enum transport_outcome transport_wait(struct transport *transport, bool to_write, uint64_t deadline_ms, int stop_fd)
{
    bool has_unsent = transport_tls_has_unsent(transport);
    enum transport_outcome outcome =
        wait_on(transport->fd, to_write || has_unsent ? POLLIN | POLLOUT : POLLIN, deadline_ms, stop_fd);
    if (has_unsent)
        transport_tls_flush(transport);
    return outcome;
}

enum transport_outcome transport_pause(uint64_t deadline_ms, int stop_fd)
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
static enum transport_outcome await_connect(int fd, uint64_t deadline_ms, int stop_fd,
                                            char why[static TRANSPORT_WHY_MAX])
{
    int error = 0;
    socklen_t len = sizeof error;
    switch (wait_on(fd, POLLOUT, deadline_ms, stop_fd)) {
    case TRANSPORT_STOPPED:
        return TRANSPORT_STOPPED;
    case TRANSPORT_TIMEOUT:
        return transport_lost(why, ETIMEDOUT);
    default:
        break;
    }
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0)
        error = errno;
    return error == 0 ? TRANSPORT_OK : transport_lost(why, error);
}

static enum transport_outcome shake_hands(struct transport *transport, const char *name, uint64_t deadline_ms,
                                          int stop_fd, char why[static TRANSPORT_WHY_MAX])
{
    enum transport_outcome outcome;

    if (!tls_filter_open(&transport->tls, transport->context, name))
        return transport_lost(why, ENOMEM);
    while ((outcome = transport_tls_handshake(transport, why)) == TRANSPORT_AGAIN) {
        outcome = transport_wait(transport, false, deadline_ms, stop_fd);
        if (outcome == TRANSPORT_TIMEOUT) {
            snprintf(why, TRANSPORT_WHY_MAX, "TLS handshake not complete in time");
            return TRANSPORT_LOST;
        }
        if (outcome != TRANSPORT_OK)
            break;
    }
    return outcome;
}

enum transport_outcome transport_open(struct transport *transport, const struct address *address, const char *name,
                                      uint64_t deadline_ms, int stop_fd, char why[static TRANSPORT_WHY_MAX])
{
    int fd = socket(address->storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return transport_lost(why, errno);
    set_options(fd);
    enum transport_outcome outcome = TRANSPORT_OK;
    if (connect(fd, (const struct sockaddr *)&address->storage, address->len) != 0)
        outcome = errno == EINPROGRESS ? await_connect(fd, deadline_ms, stop_fd, why) : transport_lost(why, errno);
    if (outcome != TRANSPORT_OK) {
        close(fd);
        return outcome;
    }
    transport->fd = fd;
    transport->end_seen = false;
    if (transport->context == NULL)
        return TRANSPORT_OK;
    outcome = shake_hands(transport, name, deadline_ms, stop_fd, why);
    if (outcome != TRANSPORT_OK)
        transport_close(transport);
    return outcome;
}

/* ---- Bytes ----------------------------------------------------------------------------------- */

enum transport_outcome transport_send_raw(int fd, const void *bytes, size_t len, size_t *sent,
                                          char why[static TRANSPORT_WHY_MAX])
{
    ssize_t count;
    do {
        count = send(fd, bytes, len, MSG_NOSIGNAL);
    } while (count < 0 && errno == EINTR);
    if (count < 0)
        return errno == EAGAIN || errno == EWOULDBLOCK ? TRANSPORT_AGAIN : transport_lost(why, errno);
    FAULT_POINT("bytes-sent");
    *sent = (size_t)count;
    return TRANSPORT_OK;
}

enum transport_outcome transport_receive_raw(int fd, void *buf, size_t cap, size_t *len,
                                             char why[static TRANSPORT_WHY_MAX])
{
    ssize_t count;
    do {
        count = recv(fd, buf, cap, 0);
    } while (count < 0 && errno == EINTR);
    if (count < 0)
        return errno == EAGAIN || errno == EWOULDBLOCK ? TRANSPORT_AGAIN : transport_lost(why, errno);
    if (count == 0)
        return TRANSPORT_END;
    FAULT_POINT("bytes-received");
    *len = (size_t)count;
    return TRANSPORT_OK;
}

enum transport_outcome transport_send(struct transport *transport, const void *bytes, size_t len, size_t *sent,
                                      char why[static TRANSPORT_WHY_MAX])
{
    return transport->context != NULL ? transport_tls_send(transport, bytes, len, sent, why)
                                      : transport_send_raw(transport->fd, bytes, len, sent, why);
}

enum transport_outcome transport_receive(struct transport *transport, void *buf, size_t cap, size_t *len,
                                         char why[static TRANSPORT_WHY_MAX])
{
    enum transport_outcome outcome = transport->context != NULL
                                         ? transport_tls_receive(transport, buf, cap, len, why)
                                         : transport_receive_raw(transport->fd, buf, cap, len, why);
    if (outcome == TRANSPORT_END) {
        transport->end_seen = true;
        snprintf(why, TRANSPORT_WHY_MAX, "the server ended the connection");
    }
    return outcome;
}

/* ---- Closing --------------------------------------------------------------------------------- */

void transport_shut(struct transport *transport)
{
    if (transport->context != NULL)
        transport_tls_shut(transport);
    else
        (void)shutdown(transport->fd, SHUT_WR);
}

bool transport_close_cleanly(struct transport *transport, uint64_t deadline_ms, int stop_fd)
{
    char dropped[4096], why[TRANSPORT_WHY_MAX];
    size_t len;
    enum transport_outcome outcome = transport->end_seen ? TRANSPORT_END : TRANSPORT_OK;
    transport_shut(transport);
    while (outcome == TRANSPORT_OK && clock_ms() < deadline_ms) {
        outcome = transport_receive(transport, dropped, sizeof dropped, &len, why);
        if (outcome == TRANSPORT_AGAIN)
            outcome = transport_wait(transport, false, deadline_ms, stop_fd);
    }
    transport_close(transport);
    return outcome == TRANSPORT_END;
}
