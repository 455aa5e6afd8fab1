/*
 * A worker, as the committer sees it: the channel to it, and its connections. Knows nothing about
 * what their requests mean.
 */
#ifndef SERVER_COMMITTER_WORKER_CHANNEL_H
#define SERVER_COMMITTER_WORKER_CHANNEL_H

#include "base/peer_name.h"
#include "lottery/judge.h"
#include "server/channel/channel.h"
#include "server/channel/control.h"

/* A client's connection, and how many of its requests are judged but not yet answered. */
struct worker_connection {
    struct peer peer;
    struct peer_name who;                 /* is at its other end … */
    char who_text[PEER_NAME_THROUGH_MAX]; /* … for the log, with a proxy; "" until that is known */
    uint64_t name;
    uint32_t pending;    /* in the group under way */
    bool asks;           /* for documents, which were not sent yet */
    uint64_t last_group; /* the number of the latest group that it had a request in; 0: none */
};

struct worker_channel {
    struct channel channel;
    struct worker_channel *next;
    void *owner;                            /* yours */
    uint64_t id;                            /* never used twice by one committer */
    struct worker_connection **connections; /* by the low half of their names */
    size_t cap;
    uint64_t slots; /* connections that it may have */
    struct worker_name name;
    bool full;           /* it does not read what is sent to it: nothing more is read from it … */
    unsigned full_beats; /* … for so many beats of the committer */
    bool ended;
};

/* A worker's name for a connection is its slot in the low half and a count in the high half, so
 * that a late message about a slot's earlier connection is not taken for one about its next. */
static inline uint32_t connection_slot(uint64_t name)
{
    return (uint32_t)name;
}

/* `slots` is how many connections it may have at most: a limit of the memory that a worker can make
 * the committer use. NULL if there is no memory, or the loop will not have it (fd is then still the
 * caller's). */
struct worker_channel *worker_channel_open(uv_loop_t *loop, int fd, uint64_t id, uint32_t body_max, uint64_t slots,
                                           const struct channel_events *events, void *owner);

/* Closes the channel; all memory goes when the loop is done with it. Not while anything of a
 * connection is pending. */
void worker_channel_close(struct worker_channel *worker);

/* ---- A list of them -------------------------------------------------------------------------- */

void worker_channels_flush(struct worker_channel *first);
/* Has a worker gone? Its requests may be in the group, which has to end before it is dropped. */
bool worker_channels_any_ended(const struct worker_channel *first);
/* Takes those that have ended out of the list, and closes them. */
void worker_channels_drop_ended(struct worker_channel **first);

/* ---- Connections ----------------------------------------------------------------------------- */

/* The connection of that name; the second makes it if it is new. NULL if there is none, no memory,
 * or the name makes no sense: that of a slot in use, or of a connection with another port or
 * number. */
struct worker_connection *worker_connection_find(struct worker_channel *worker, uint64_t name);
struct worker_connection *worker_connection_find_or_add(struct worker_channel *worker, uint64_t name, uint8_t port,
                                                        uint64_t number);

/* It is closed. Not while anything of it is pending. */
void worker_connection_forget(struct worker_channel *worker, struct worker_connection *connection);

#endif
