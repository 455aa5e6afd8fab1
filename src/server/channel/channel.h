/*
 * A channel: messages in order, both ways, over a socketpair; on a libuv loop.
 *
 * Knows nothing of what the messages mean. It ends when the other end is gone, or has sent what is
 * no message. What is sent is queued, and written when the loop's turn is over: one write for all
 * of it.
 */
#ifndef SERVER_CHANNEL_CHANNEL_H
#define SERVER_CHANNEL_CHANNEL_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "server/channel/buffer.h"
#include "server/channel/message.h"

struct channel;

struct channel_events {
    /* A whole message; body is message->len bytes, borrowed for the call. */
    void (*on_message)(struct channel *channel, const struct message *message, const uint8_t *body);
    /* The channel has ended; nothing more comes. Called once, never from within channel_send. */
    void (*on_end)(struct channel *channel);
};

struct channel {
    void *owner; /* yours */
    /* private */
    uv_poll_t poll;
    const struct channel_events *events;
    struct buffer in;
    struct buffer out;
    uint32_t body_max;
    int fd;
    int watched; /* the events that the loop watches for now */
    bool ended;
    bool paused;
};

/* Takes over fd, a connected stream socket. False with nothing taken over if the loop will not have
 * it. */
bool channel_open(struct channel *channel, uv_loop_t *loop, int fd, uint32_t body_max,
                  const struct channel_events *events, void *owner);

/* Ends it from this side and closes fd. `on_closed` is called when its memory may go. */
void channel_close(struct channel *channel, uv_close_cb on_closed);

/* Queues a message; message->len bytes of body are copied. False if there is no memory: the channel
 * is then of no use. */
bool channel_send(struct channel *channel, const struct message *message, const void *body);

/* Writes what is queued, as far as the system takes it; the rest goes when it can. */
void channel_flush(struct channel *channel);

/* Bytes that wait to be written: the measure for back-pressure. */
size_t channel_queued(const struct channel *channel);

/* While paused, nothing is read or delivered; what came before is delivered when the pause ends. */
void channel_pause(struct channel *channel, bool paused);

#endif
