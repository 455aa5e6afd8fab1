/*
 * A channel: messages in order, both ways, over a socketpair; on a libuv loop.
 *
 * Knows nothing about what the messages mean. It ends when the other end has gone or sent something
 * malformed. Messages are queued and written when the loop's turn is over, with one write for all
 * of them.
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
    int watched; /* the events that the loop watches */
    bool ended;
    bool malformed; /* read-only: it ended because what came is not a message */
    bool paused;
};

/* Takes over fd, a connected stream socket. False, with fd still the caller's, if the loop cannot
 * watch it. */
bool channel_open(struct channel *channel, uv_loop_t *loop, int fd, uint32_t body_max,
                  const struct channel_events *events, void *owner);

/* Ends it from this side and closes fd. `on_closed` is called when its memory may go. */
void channel_close(struct channel *channel, uv_close_cb on_closed);

/* Queues a message; message->len bytes of body are copied. False if there is no memory: the channel
 * is then unusable. */
bool channel_send(struct channel *channel, const struct message *message, const void *body);

/* Writes what is queued, as far as the system takes it; the rest goes when it can. */
void channel_flush(struct channel *channel);

/* Bytes that wait to be written: the measure of back-pressure. */
size_t channel_queued(const struct channel *channel);

/* While paused, nothing is read or delivered; what came before is delivered when the pause ends. */
void channel_pause(struct channel *channel, bool paused);

#endif
