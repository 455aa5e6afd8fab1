/* The line between the acceptor and a worker: see handoff.h. */
#include "server/channel/handoff.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/packet.h"

#define NOTES_AT_ONCE 64u /* in one turn, so that no line keeps the others waiting */

static void on_ready(uv_poll_t *poll, int status, int events);

static void watch(struct handoff *handoff)
{
    int events = UV_READABLE | (handoff->out.len > 0 ? UV_WRITABLE : 0);
    if (events == handoff->watched)
        return;
    handoff->watched = events;
    uv_poll_start(handoff->poll, events, on_ready);
}

static void free_poll(uv_handle_t *handle)
{
    free(handle);
}

bool handoff_open(struct handoff *handoff, uv_loop_t *loop, int fd,
                  void (*on_note)(struct handoff *handoff, const struct handoff_note *note, int fd),
                  void (*on_end)(struct handoff *handoff, bool malformed), void *owner)
{
    uv_poll_t *poll = malloc(sizeof *poll);
    if (poll == NULL || uv_poll_init(loop, poll, fd) != 0) {
        free(poll);
        return false;
    }
    *handoff = (struct handoff){ .owner = owner, .poll = poll, .on_note = on_note, .on_end = on_end, .fd = fd };
    poll->data = handoff;
    watch(handoff);
    return true;
}

void handoff_close(struct handoff *handoff)
{
    if (!handoff_is_open(handoff))
        return;
    uv_poll_stop(handoff->poll);
    uv_close((uv_handle_t *)handoff->poll, free_poll);
    close(handoff->fd);
    buffer_fini(&handoff->out);
    handoff->fd = -1;
}

static bool write_queue(struct handoff *handoff)
{
    while (handoff->out.len >= sizeof(struct handoff_note)) {
        struct handoff_note note;
        memcpy(&note, buffer_front(&handoff->out), sizeof note);
        if (!packet_send(handoff->fd, &note, sizeof note, -1))
            return errno == EAGAIN || errno == ENOBUFS;
        buffer_consume(&handoff->out, sizeof note);
    }
    return true;
}

void handoff_tell_room(struct handoff *handoff, void (*on_room)(struct handoff *handoff))
{
    handoff->on_room = on_room;
}

bool handoff_send(struct handoff *handoff, const struct handoff_note *note, int fd)
{
    if (!handoff_is_open(handoff))
        return false;
    if (fd != -1)
        return handoff->out.len == 0 && packet_send(handoff->fd, note, sizeof *note, fd);
    if (!buffer_append(&handoff->out, note, sizeof *note))
        return false;
    (void)write_queue(handoff); /* a line that is broken is found out by reading it */
    watch(handoff);
    return true;
}

/* True if there may be more. */
static bool receive_one(struct handoff *handoff)
{
    struct handoff_note note;
    int fd;

    switch (packet_receive(handoff->fd, &note, sizeof note, &fd)) {
    case PACKET_CAME:
        handoff->on_note(handoff, &note, fd);
        return handoff_is_open(handoff);
    case PACKET_MALFORMED:
        handoff->on_end(handoff, true);
        return false;
    case PACKET_END:
        handoff->on_end(handoff, false);
        return false;
    default:
        return false;
    }
}

void handoff_drain(struct handoff *handoff)
{
    while (handoff_is_open(handoff) && receive_one(handoff))
        continue;
}

static void on_ready(uv_poll_t *poll, int status, int events)
{
    struct handoff *handoff = poll->data;

    if (status >= 0 && (events & UV_WRITABLE)) {
        (void)write_queue(handoff);
        if (!handoff_is_full(handoff) && handoff->on_room != NULL)
            handoff->on_room(handoff);
    }
    if (status < 0 || (events & UV_READABLE))
        for (unsigned i = 0; i < NOTES_AT_ONCE && receive_one(handoff); i++)
            continue;
    if (handoff_is_open(handoff) && handoff->poll == poll)
        watch(handoff);
}
