/*
 * See peer.h.
 *
 *     window.bytes   |<- the frame under way, up to cap ->|<- not looked at yet ->|  room  |
 */
#include "tool/conform/peer.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/socket_options.h"
#include "base/system.h"

/* A packet of 8,000 bytes, or the two longest names, and then some. */
#define WINDOW_CAP ((size_t)192 * 1024)

void peer_init(struct peer *peer)
{
    *peer = (struct peer){ .fd = -1 };
}

bool peer_adopt(struct peer *peer, int fd, enum sorteo_dialect dialect, enum sorteo_stream stream)
{
    unsigned number = peer->number;

    *peer = (struct peer){ .fd = fd, .number = number, .buf = malloc(WINDOW_CAP), .cap = WINDOW_CAP, .stream = stream };
    peer->window.bytes = peer->buf;
    sorteo_decoder_init(&peer->decoder, dialect, stream, 0);
    if (peer->buf == NULL || !fd_set_nonblocking(fd, true)) {
        peer_close(peer, false);
        return false;
    }
    socket_send_at_once(fd);
    return true;
}

/* Waits for events on the socket; false at the deadline. */
static bool await(const struct peer *peer, short events, uint64_t deadline_ms)
{
    struct pollfd polled = { .fd = peer->fd, .events = events };

    for (;;) {
        uint64_t now_ms = clock_ms();
        uint64_t left_ms = deadline_ms > now_ms ? deadline_ms - now_ms : 0;
        int ready = poll(&polled, 1, left_ms > 60000 ? 60000 : (int)left_ms);

        if (ready > 0)
            return true;
        if (left_ms == 0)
            return false;
    }
}

bool peer_connect(struct peer *peer, const struct address *address, enum sorteo_dialect dialect, uint64_t deadline_ms)
{
    int fd = socket(address->storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int error = 0;
    socklen_t len = sizeof error;

    if (fd < 0 || !peer_adopt(peer, fd, dialect, SORTEO_REPLY_STREAM))
        return false;
    if (connect(fd, (const struct sockaddr *)&address->storage, address->len) != 0) {
        error = errno;
        if (error == EINPROGRESS && !await(peer, POLLOUT, deadline_ms))
            error = ETIMEDOUT;
        else if (error == EINPROGRESS)
            (void)getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len);
    }
    if (error != 0)
        peer_close(peer, false);
    errno = error;
    return error == 0;
}

bool peer_send(struct peer *peer, const uint8_t *bytes, size_t len, uint64_t deadline_ms)
{
    while (len > 0 && peer->fd >= 0) {
        ssize_t sent = send(peer->fd, bytes, len, MSG_NOSIGNAL);

        if (sent < 0 && errno != EAGAIN && errno != EINTR)
            return true;
        if (sent < 0 && !await(peer, POLLOUT, deadline_ms))
            return false;
        if (sent > 0) {
            bytes += sent;
            len -= (size_t)sent;
        }
    }
    return true;
}

/* ---- Reading --------------------------------------------------------------------------------- */

/* Makes room: drops what neither the decoder needs nor, if it fits, the frame under way. */
static void make_room(struct peer *peer)
{
    struct sorteo_window *window = &peer->window;
    uint64_t keep = sorteo_decoder_keep(&peer->decoder);
    size_t unneeded;

    if (window->base <= peer->frame_begin && peer->frame_begin < keep &&
        window->base + window->len - peer->frame_begin < peer->cap)
        keep = peer->frame_begin;
    unneeded = (size_t)(keep - window->base);
    memmove(peer->buf, peer->buf + unneeded, window->len - unneeded);
    window->len -= unneeded;
    window->base += unneeded;
}

/* EVENT: there are more bytes. */
static enum peer_outcome refill(struct peer *peer, uint64_t deadline_ms)
{
    make_room(peer);
    for (;;) {
        ssize_t got = recv(peer->fd, peer->buf + peer->window.len, peer->cap - peer->window.len, 0);

        if (got > 0) {
            peer->window.len += (size_t)got;
            return PEER_EVENT;
        }
        if (got == 0)
            return PEER_END;
        if (errno != EAGAIN && errno != EINTR)
            return PEER_RESET;
        if (!await(peer, POLLIN, deadline_ms))
            return PEER_LATE;
    }
}

enum peer_outcome peer_next(struct peer *peer, enum sorteo_reply due, uint64_t deadline_ms, struct sorteo_event *event)
{
    enum peer_outcome outcome = PEER_EVENT;

    if (peer->frame_ended)
        peer->frame_begin = peer->decoder.offset;
    peer->frame_ended = false;
    while (outcome == PEER_EVENT) {
        if (peer->stream == SORTEO_REPLY_STREAM)
            sorteo_decoder_expect(&peer->decoder, due);
        switch (sorteo_decoder_next(&peer->decoder, &peer->window, event)) {
        case SORTEO_MORE:
            outcome = refill(peer, deadline_ms);
            break;
        case SORTEO_ERROR:
            return PEER_MALFORMED;
        default:
            peer->frame_ended = sorteo_ends_frame(peer->stream, event->kind);
            return PEER_EVENT;
        }
    }
    return outcome;
}

enum peer_outcome peer_drain(struct peer *peer, uint64_t deadline_ms, size_t *dropped, uint8_t *first)
{
    size_t unread = (size_t)(peer->window.base + peer->window.len - peer->decoder.offset);
    uint8_t buf[4096];

    *dropped = unread;
    *first = unread > 0 ? peer->buf[peer->window.len - unread] : 0;
    for (;;) {
        ssize_t got = recv(peer->fd, buf, sizeof buf, 0);

        if (got == 0)
            return PEER_END;
        if (got > 0) {
            *first = *dropped == 0 ? buf[0] : *first;
            *dropped += (size_t)got;
        } else if (errno != EAGAIN && errno != EINTR) {
            return PEER_RESET;
        } else if (!await(peer, POLLIN, deadline_ms)) {
            return PEER_LATE;
        }
    }
}

void peer_shut(struct peer *peer)
{
    if (peer->fd >= 0)
        (void)shutdown(peer->fd, SHUT_WR);
}

void peer_close(struct peer *peer, bool reset)
{
    const struct linger at_once = { .l_onoff = 1, .l_linger = 0 };
    unsigned number = peer->number;

    if (peer->fd >= 0 && reset)
        (void)setsockopt(peer->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    if (peer->fd >= 0)
        (void)close(peer->fd);
    free(peer->buf);
    peer_init(peer);
    peer->number = number;
}
