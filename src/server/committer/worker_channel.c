/* A worker, as the committer sees it: see worker_channel.h. */
#include "server/committer/worker_channel.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct worker_channel *worker_channel_open(uv_loop_t *loop, int fd, uint64_t id, uint32_t body_max, uint64_t slots,
                                           const struct channel_events *events, void *owner)
{
    struct worker_channel *worker = calloc(1, sizeof *worker);
    if (worker == NULL)
        return NULL;
    worker->id = id;
    worker->owner = owner;
    worker->slots = slots;
    if (!channel_open(&worker->channel, loop, fd, body_max, events, worker)) {
        free(worker);
        return NULL;
    }
    return worker;
}

static void on_closed(uv_handle_t *handle)
{
    struct channel *channel = handle->data;
    struct worker_channel *worker = channel->owner;
    for (size_t i = 0; i < worker->cap; i++)
        free(worker->connections[i]);
    free(worker->connections);
    free(worker);
}

void worker_channel_close(struct worker_channel *worker)
{
    for (size_t i = 0; i < worker->cap; i++)
        assert(worker->connections[i] == NULL || worker->connections[i]->pending == 0);
    channel_close(&worker->channel, on_closed);
}

/* ---- A list of them -------------------------------------------------------------------------- */

void worker_channels_flush(struct worker_channel *first)
{
    for (struct worker_channel *worker = first; worker != NULL; worker = worker->next)
        if (!worker->ended)
            channel_flush(&worker->channel);
}

bool worker_channels_any_ended(const struct worker_channel *first)
{
    for (const struct worker_channel *worker = first; worker != NULL; worker = worker->next)
        if (worker->ended)
            return true;
    return false;
}

void worker_channels_drop_ended(struct worker_channel **first)
{
    struct worker_channel **place = first;
    while (*place != NULL) {
        struct worker_channel *worker = *place;
        if (worker->ended) {
            *place = worker->next;
            worker_channel_close(worker);
        } else {
            place = &worker->next;
        }
    }
}

/* ---- Connections ----------------------------------------------------------------------------- */

struct worker_connection *worker_connection_find(struct worker_channel *worker, uint64_t name)
{
    uint32_t slot = connection_slot(name);
    if (slot >= worker->cap || worker->connections[slot] == NULL)
        return NULL;
    return worker->connections[slot]->name == name ? worker->connections[slot] : NULL;
}

static bool make_room(struct worker_channel *worker, uint32_t slot)
{
    size_t cap = worker->cap == 0 ? 16 : worker->cap;
    while (cap <= slot)
        cap *= 2;
    if (cap == worker->cap)
        return true;
    struct worker_connection **connections = realloc(worker->connections, cap * sizeof *connections);
    if (connections == NULL)
        return false;
    memset(connections + worker->cap, 0, (cap - worker->cap) * sizeof *connections);
    worker->connections = connections;
    worker->cap = cap;
    return true;
}

struct worker_connection *worker_connection_find_or_add(struct worker_channel *worker, uint64_t name, uint8_t port,
                                                        uint64_t number)
{
    uint32_t slot = connection_slot(name);
    struct worker_connection *connection = worker_connection_find(worker, name);

    if (connection != NULL)
        return connection->peer.port == port && connection->peer.speaker.number == number ? connection : NULL;
    if (slot >= worker->slots || port >= SPEAKERS_PORTS || !make_room(worker, slot) ||
        worker->connections[slot] != NULL)
        return NULL;
    connection = calloc(1, sizeof *connection);
    if (connection == NULL)
        return NULL;
    connection->name = name;
    connection->peer.port = port;
    connection->peer.speaker = (struct speaker){ .number = number, .channel = worker->id, .connection = name };
    worker->connections[slot] = connection;
    return connection;
}

void worker_connection_forget(struct worker_channel *worker, struct worker_connection *connection)
{
    assert(connection->pending == 0);
    worker->connections[connection_slot(connection->name)] = NULL;
    free(connection);
}
