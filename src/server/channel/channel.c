/* A channel of messages: see channel.h. */
#include "server/channel/channel.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "base/system.h"

#define READ_AT_ONCE (64u * 1024u) /* bytes taken in one turn, so that no channel keeps the others waiting */

static void on_ready(uv_poll_t *poll, int status, int events);

static void watch(struct channel *channel)
{
    int events = 0;
    if (!channel->paused)
        events |= UV_READABLE;
    if (channel->out.len > 0)
        events |= UV_WRITABLE;
    if (channel->ended)
        events = 0;
    if (events == channel->watched)
        return; /* each change costs two system calls */
    channel->watched = events;
    if (events == 0)
        uv_poll_stop(&channel->poll);
    else
        uv_poll_start(&channel->poll, events, on_ready);
}

static void end(struct channel *channel)
{
    if (channel->ended)
        return;
    channel->ended = true;
    watch(channel);
    channel->events->on_end(channel);
}

/* Splits the received bytes into messages. False if they are malformed. */
static bool deliver(struct channel *channel)
{
    struct message message;
    while (!channel->ended && !channel->paused && channel->in.len >= sizeof message) {
        const uint8_t *front = buffer_front(&channel->in);
        memcpy(&message, front, sizeof message);
        channel->malformed = message.len > channel->body_max;
        if (channel->malformed)
            return false;
        if (channel->in.len - sizeof message < message.len)
            return true;
        channel->events->on_message(channel, &message, front + sizeof message);
        buffer_consume(&channel->in, sizeof message + message.len);
    }
    return true;
}

static void read_some(struct channel *channel)
{
    uint8_t *space = buffer_reserve(&channel->in, READ_AT_ONCE);
    if (space == NULL) {
        end(channel);
        return;
    }
    ssize_t len = recv(channel->fd, space, READ_AT_ONCE, 0);
    if (len < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (len <= 0) {
        end(channel);
        return;
    }
    buffer_grew(&channel->in, (size_t)len);
    if (!deliver(channel))
        end(channel);
}

/* The queued bytes are lost, so nothing may follow them: a result would be taken for that of an
 * earlier frame. Both ends read what was sent until then, and find the stream ended. */
static void give_up_writing(struct channel *channel)
{
    if (errno != EPIPE && errno != ECONNRESET) /* otherwise the other end has gone, and the supervisor reports that */
        log_event(LOG_ERROR, "channel", LOG_FAIL, "reason: %s", strerror(errno));
    buffer_consume(&channel->out, channel->out.len);
    shutdown(channel->fd, SHUT_RDWR);
}

static void write_some(struct channel *channel)
{
    while (channel->out.len > 0) {
        ssize_t len = send(channel->fd, buffer_front(&channel->out), channel->out.len, MSG_NOSIGNAL);
        if (len < 0 && errno == EINTR)
            continue;
        if (len < 0 && (errno == EAGAIN || errno == ENOBUFS))
            return;
        if (len < 0) {
            give_up_writing(channel);
            return;
        }
        buffer_consume(&channel->out, (size_t)len);
    }
}

static void on_ready(uv_poll_t *poll, int status, int events)
{
    struct channel *channel = poll->data;
    if (status < 0) {
        end(channel);
        return;
    }
    if (events & UV_WRITABLE)
        channel_flush(channel);
    if (events & UV_READABLE)
        read_some(channel);
}

bool channel_open(struct channel *channel, uv_loop_t *loop, int fd, uint32_t body_max,
                  const struct channel_events *events, void *owner)
{
    *channel = (struct channel){ .owner = owner, .events = events, .body_max = body_max, .fd = fd };
    if (!fd_set_nonblocking(fd, true) || uv_poll_init(loop, &channel->poll, fd) != 0)
        return false;
    channel->poll.data = channel;
    watch(channel);
    return true;
}

void channel_close(struct channel *channel, uv_close_cb on_closed)
{
    channel->ended = true;
    uv_poll_stop(&channel->poll);
    uv_close((uv_handle_t *)&channel->poll, on_closed);
    close(channel->fd);
    buffer_fini(&channel->in);
    buffer_fini(&channel->out);
}

bool channel_send(struct channel *channel, const struct message *message, const void *body)
{
    uint8_t *space = buffer_reserve(&channel->out, sizeof *message + message->len);
    if (space == NULL)
        return false;
    memcpy(space, message, sizeof *message);
    if (message->len > 0)
        memcpy(space + sizeof *message, body, message->len);
    buffer_grew(&channel->out, sizeof *message + message->len);
    return true;
}

void channel_flush(struct channel *channel)
{
    if (channel->ended)
        return;
    write_some(channel);
    watch(channel);
}

size_t channel_queued(const struct channel *channel)
{
    return channel->out.len;
}

void channel_pause(struct channel *channel, bool paused)
{
    channel->paused = paused;
    if (!paused && !deliver(channel))
        end(channel);
    watch(channel);
}
