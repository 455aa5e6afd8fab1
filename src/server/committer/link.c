/* The committer's end of one worker: see link.h. */
#include "server/committer/link.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS_MAX (1u << 20) /* more connections than any worker holds: a bound on what it can make us keep */

struct link *link_open(uv_loop_t *loop, int fd, uint64_t id, uint32_t body_max, const struct channel_events *events,
                       void *owner)
{
    struct link *link = calloc(1, sizeof *link);
    if (link == NULL)
        return NULL;
    link->id = id;
    link->owner = owner;
    if (!channel_open(&link->channel, loop, fd, body_max, events, link)) {
        free(link);
        return NULL;
    }
    return link;
}

static void on_closed(uv_handle_t *handle)
{
    struct channel *channel = handle->data;
    struct link *link = channel->owner;
    for (size_t i = 0; i < link->peer_cap; i++)
        free(link->peers[i]);
    free(link->peers);
    free(link);
}

void link_close(struct link *link)
{
    for (size_t i = 0; i < link->peer_cap; i++)
        assert(link->peers[i] == NULL || link->peers[i]->pending == 0);
    channel_close(&link->channel, on_closed);
}

struct link_peer *link_peer(struct link *link, uint64_t connection)
{
    uint32_t slot = connection_slot(connection);
    if (slot >= link->peer_cap || link->peers[slot] == NULL)
        return NULL;
    return link->peers[slot]->connection == connection ? link->peers[slot] : NULL;
}

static bool make_room(struct link *link, uint32_t slot)
{
    size_t cap = link->peer_cap == 0 ? 16 : link->peer_cap;
    while (cap <= slot)
        cap *= 2;
    if (cap == link->peer_cap)
        return true;
    struct link_peer **peers = realloc(link->peers, cap * sizeof *peers);
    if (peers == NULL)
        return false;
    memset(peers + link->peer_cap, 0, (cap - link->peer_cap) * sizeof *peers);
    link->peers = peers;
    link->peer_cap = cap;
    return true;
}

struct link_peer *link_peer_or_new(struct link *link, uint64_t connection, uint8_t port, uint64_t accepted_ns)
{
    uint32_t slot = connection_slot(connection);
    struct link_peer *peer = link_peer(link, connection);

    if (peer != NULL)
        return peer;
    if (slot >= SLOTS_MAX || port >= CLAIM_PORTS || !make_room(link, slot) || link->peers[slot] != NULL)
        return NULL;
    peer = calloc(1, sizeof *peer);
    if (peer == NULL)
        return NULL;
    peer->connection = connection;
    peer->peer.port = port;
    peer->peer.claim = (struct claim){ .accepted_ns = accepted_ns, .channel = link->id, .connection = connection };
    link->peers[slot] = peer;
    return peer;
}

void link_forget(struct link *link, struct link_peer *peer)
{
    assert(peer->pending == 0);
    link->peers[connection_slot(peer->connection)] = NULL;
    free(peer);
}
