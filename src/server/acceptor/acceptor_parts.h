/*
 * What acceptor.c, acceptor_admission.c, acceptor_workers.c and acceptor_committer.c use of each
 * other. All other code uses acceptor.h.
 */
#ifndef SERVER_ACCEPTOR_ACCEPTOR_PARTS_H
#define SERVER_ACCEPTOR_ACCEPTOR_PARTS_H

#include <uv.h>

#include "base/network.h"
#include "server/acceptor/accept.h"
#include "server/acceptor/places.h"
#include "server/channel/control.h"
#include "server/channel/handoff.h"
#include "server/channel/passed.h"
#include "server/channel/peer_log.h"

#define NO_WORKER UINT32_MAX /* of a place: passed to none yet, or the worker died before it took it */

struct worker_line {
    struct handoff handoff;
    struct worker_name name;
    uint32_t connections;
    uint32_t untaken; /* of them, passed and not yet TAKEN */
};

struct acceptor {
    uv_loop_t loop;
    uv_poll_t control;
    uv_timer_t beat;
    int control_fd;
    struct accept accept;
    struct places places;
    struct passed passed;
    const struct networks *proxies;
    bool announces;           /* with TLS: it announces each connection to the committer … */
    struct handoff committer; /* … over this line */
    struct worker_line *workers;
    unsigned worker_count;
    unsigned next_worker; /* where the search for the least busy begins */
    uint64_t began_ns;
    uint64_t last_number;    /* given to a connection; at first, began_ns */
    uint32_t waiting;        /* connections that are passed to none yet */
    uint32_t beats_owed_max; /* a worker that owes an answer for more of its own beats is replaced */
    struct peer_log log;     /* limits what it says of those that get no place */
};

/* ---- acceptor_admission.c -------------------------------------------------------------------- */

/* A connection that was accepted: it is passed to a worker, waits for one or for a place, or is
 * closed where there is no place for it. Owns fd. */
void acceptor_admit(struct acceptor *acceptor, int fd, uint64_t number, uint8_t port);
/* A connection that has a place waits again to be passed to a worker. */
void acceptor_let_wait(struct acceptor *acceptor, struct place *place);
/* Asks a connection, by way of its worker, to leave its place. */
void acceptor_evict(struct acceptor *acceptor, struct place *place);
/* A proxy's header named its address: it counts there from now on, and its worker holds it until it
 * is told that there is a place, or none. */
void acceptor_report(struct acceptor *acceptor, struct place *place, uint64_t group);
/* It has ended: its place is free. */
void acceptor_free_place(struct acceptor *acceptor, struct place *place);
/* Something has changed for those that wait: passes on what can be, and goes on accepting. */
void acceptor_go_on(struct acceptor *acceptor);

/* ---- acceptor_workers.c ---------------------------------------------------------------------- */

/* Here is the line to the worker of this slot. Owns fd, the acceptor's end. */
void acceptor_add_worker(struct acceptor *acceptor, const struct worker_name *name, int fd);
/* This worker was reaped. */
void acceptor_hear_reaped(struct acceptor *acceptor, const struct worker_name *name);
/* Called at each beat: a worker that lives and does not answer is replaced. */
void acceptor_look_for_silence(struct acceptor *acceptor);
/* The worker with the fewest connections, of those that can be passed one; NULL if none can. */
struct worker_line *acceptor_least_busy(struct acceptor *acceptor);
/* False if nothing can be passed now; the caller tries again later. */
bool acceptor_pass(struct acceptor *acceptor, struct place *place);

/* ---- acceptor_committer.c -------------------------------------------------------------------- */

/* There is a new committer. Owns fd, the acceptor's end of the line to it. */
void acceptor_join_committer(struct acceptor *acceptor, int fd);
bool acceptor_may_announce(const struct acceptor *acceptor);
/* With TLS: tells the committer. False if the line is full or closed; the caller tries again
 * later. */
bool acceptor_announce(struct acceptor *acceptor, enum handoff_type type, const struct place *place, unsigned worker);

#endif
