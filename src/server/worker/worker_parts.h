/*
 * What worker.c, worker_acceptor.c, worker_committer.c, worker_tls.c and worker_unfinished.c use of
 * each other. All other code uses worker.h.
 */
#ifndef SERVER_WORKER_WORKER_PARTS_H
#define SERVER_WORKER_WORKER_PARTS_H

#include <uv.h>

#include "server/channel/channel.h"
#include "server/channel/handoff.h"
#include "server/settings.h"
#include "server/worker/connection.h"
#include "server/worker/connection_table.h"

enum worker_phase {
    WORKER_SERVES,
    WORKER_STOPS, /* what was handed over is still answered */
    WORKER_LEAVES
};

struct worker {
    const struct settings *settings;
    uv_loop_t loop;
    struct channel channel;
    struct handoff handoff; /* from the acceptor */
    struct connection_host host;
    struct peer_log log;
    struct connection_table table;
    uv_poll_t control;
    uv_timer_t beat;
    uv_timer_t clock;      /* the sessions' deadlines */
    uv_timer_t grace;      /* stopping: when what is left is dropped */
    uv_timer_t rechecks;   /* after a reload of TLS: the next connections, … */
    uint32_t next_recheck; /* … from this slot on */
    uv_check_t turn_end;
    uv_prepare_t turn_begin;
    int control_fd;
    uint64_t unfinished; /* bytes of unfinished frames, and how many may be */
    uint64_t unfinished_max;
    struct worker_counters counters;
    uint64_t clock_due; /* when `clock` fires next; UINT64_MAX: it does not */
    bool congested;     /* the channel is full: nothing is read from peers */
    enum worker_phase phase;
};

/* ---- worker_acceptor.c ----------------------------------------------------------------------- */

/* There is a new acceptor, to be told which connections there are. */
void worker_join_acceptor(struct worker *worker, int fd);
/* Tells the acceptor what has become of a connection. Does nothing while there is no acceptor: the
 * next one is told of all connections. */
void worker_tell_acceptor(const struct connection *connection, enum handoff_type type);

/* As a connection's host: see connection.h. */
bool worker_report_address(struct connection *connection);

/* ---- worker_committer.c ---------------------------------------------------------------------- */

extern const struct channel_events worker_channel_events;

void worker_send(struct worker *worker, const struct message *message, const void *body);
/* As a connection's host: see connection.h. */
void worker_hand_over(struct connection *connection, enum frame_kind kind, const uint8_t *bytes, size_t len);
void worker_certify(struct connection *connection, const struct byte_set *agencies);
void worker_name_refused(struct connection *connection, uint8_t agency);
void worker_ask_winners(struct connection *connection, uint32_t round, uint32_t from);

/* ---- worker_tls.c ---------------------------------------------------------------------------- */

/* Sets up TLS from fd, a file of `size` bytes (tls/material.h), and closes fd. New connections use
 * it; those whose certificates are no longer valid are closed, a few in each turn. Exits with 1 if
 * that fails. */
void worker_renew_tls(struct worker *worker, int fd, size_t size);
/* Closes a connection whose certificate is no longer valid, because a reload came after its
 * handshake began. */
void worker_recheck(struct connection *connection);

/* ---- worker_unfinished.c --------------------------------------------------------------------- */

/* As a connection's host: closes whose unfinished frame has to go, if there are too many bytes of
 * them. */
void worker_count_unfinished(struct connection *connection);

#endif
