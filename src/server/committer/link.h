/*
 * The committer's end of one worker: its channel, and the connections that the worker speaks for.
 * Knows nothing of what their frames are worth.
 */
#ifndef SERVER_COMMITTER_LINK_H
#define SERVER_COMMITTER_LINK_H

#include "lottery/judge.h"
#include "server/channel/channel.h"

/* A peer, and how many of its frames are judged but not yet answered. */
struct link_peer {
    struct peer peer;
    uint64_t connection;
    uint32_t pending;    /* in the group under way */
    uint64_t last_group; /* the number of the latest group that it had a frame in; 0: none */
};

struct link {
    struct channel channel;
    struct link *next;
    void *owner;              /* yours */
    uint64_t id;              /* never used twice by one committer */
    struct link_peer **peers; /* by the low half of the connection's name */
    size_t peer_cap;
    bool ended;
};

/* A worker's name for a connection is its slot in the low half and a count in the high half, so
 * that a slot can be used again and late messages still tell whom they meant. */
static inline uint32_t connection_slot(uint64_t connection)
{
    return (uint32_t)connection;
}

/* NULL if there is no memory, or the loop will not have it (fd is then still the caller's). */
struct link *link_open(uv_loop_t *loop, int fd, uint64_t id, uint32_t body_max, const struct channel_events *events,
                       void *owner);

/* Closes the channel; all memory goes when the loop is done with it. Not while anything of a peer
 * is pending. */
void link_close(struct link *link);

/* The peer of that name; the second makes it if it is new. NULL if there is none, no memory, or the
 * name makes no sense. */
struct link_peer *link_peer(struct link *link, uint64_t connection);
struct link_peer *link_peer_or_new(struct link *link, uint64_t connection, uint8_t port, uint64_t accepted_ns);

/* Its connection is closed. Not while anything of it is pending. */
void link_forget(struct link *link, struct link_peer *peer);

#endif
