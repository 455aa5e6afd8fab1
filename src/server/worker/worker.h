/*
 * A worker: a process of the pool. It accepts connections, finds the frames in them, hands these to
 * the committer, and writes back what comes of it. It never has a store, and keeps nothing that
 * matters: when it dies, its peers see a closed connection, and no one else notices.
 */
#ifndef SERVER_WORKER_WORKER_H
#define SERVER_WORKER_WORKER_H

#include <stdbool.h>
#include <uv.h>

#include "server/channel/channel.h"
#include "server/settings.h"
#include "server/worker/connection.h"

#define WORKER_PORTS 2 /* the agency stream's and the bet stream's */

struct listener_watch {
    uv_poll_t poll;
    struct worker *worker;
    int fd; /* -1: this port is not served */
    uint8_t port;
};

struct worker {
    const struct settings *settings;
    uv_loop_t loop;
    struct channel channel;
    struct listener_watch listeners[WORKER_PORTS];
    uv_poll_t control;
    uv_timer_t beat;
    uv_timer_t clock; /* the sessions' deadlines */
    uv_timer_t accept_again;
    uv_timer_t grace; /* stopping: when what is left is dropped */
    uv_check_t turn_end;
    uv_prepare_t turn_begin;
    int control_fd;
    struct connection **slots;
    uint32_t slot_count; /* connections it may hold: its share of --max-connections */
    uint32_t slot_next;
    uint32_t open; /* connections that hold a slot */
    uint32_t generation;
    uint64_t unfinished; /* bytes of unfinished frames, and how many may be */
    uint64_t unfinished_max;
    uint64_t full_said_ms; /* when the log last said that no more are accepted */
    uint64_t clock_due;    /* when `clock` fires next; UINT64_MAX: it does not */
    bool accepting;
    bool congested; /* the channel is full: nothing is read from peers */
    bool stopping;
    bool left;
};

/* Runs until told to leave, or its channel ends. `number` is its place in the pool, 0 and up.
 * Returns the exit status. */
int worker_run(const struct settings *settings, unsigned number, const int listeners[WORKER_PORTS], int channel,
               int control);

/* ---- For connections ------------------------------------------------------------------------- */

void worker_hand_over(struct connection *connection, enum frame_kind kind, const uint8_t *bytes, size_t len);
void worker_ask_winners(struct connection *connection, uint32_t round, uint32_t from);
/* Its bytes of unfinished frames have changed. */
void worker_count_unfinished(struct connection *connection);
/* Its deadline may have moved. */
void worker_watch_deadline(struct worker *worker, uint64_t deadline_ms);
/* It is over and owed nothing: its slot is free. */
void worker_release(struct connection *connection);

#endif
