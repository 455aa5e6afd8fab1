/*
 * A simulated server: a committer of the real code (commit_cycle.h and what is below it) over the
 * shared store, and one worker, whose sessions are the real ones (link.h). Between the two is a
 * queue.
 *
 * It may die at any moment and be started again. Its parts take steps of their own, in any order.
 */
#ifndef SIMULATION_SERVER_H
#define SIMULATION_SERVER_H

#include "process.h"
#include "server/committer/commit_cycle.h"
#include "server/worker/session_rules.h"

#define SERVERS_MAX 4u
#define SERVER_WINNING_NUMBER 7574u
#define SERVER_BODY_MAX 1024u /* bytes of a message between its worker and its committer */

struct server {
    struct process process;
    bool is_alive;
    bool is_busy; /* it is inside a call that waits */
    struct commit_cycle cycle;
    struct worker_channel *worker;
    struct buffer inbox; /* from its worker to its committer */
};

/* Called where a committer would take the next step of a draw in a store that it has closed, which
 * is the end of its process: that step is not taken. */
extern void (*server_draws_without_a_store)(void);

void servers_init(unsigned count, enum sorteo_dialect dialect, uint8_t agencies, uint32_t draw_piece);
/* The schedule is over. */
void servers_fini(void);

struct server *server_at(unsigned server);

/* Of all sessions. */
const struct session_rules *servers_session_rules(void);

/* ---- What a server does: each is false if there is nothing to do ----------------------------- */

/* False, too, if the store could not be opened. */
bool server_start(struct server *server);
bool server_die(struct server *server);
/* Its committer reads some messages … */
bool server_read(struct server *server, unsigned most);
/* … and ends the turn of its loop: commits, unless it pays to wait. */
bool server_end_turn(struct server *server);
/* Its timers, and a step of a draw that takes more than one. */
bool server_fire(struct server *server);
/* Its worker gets a result. */
bool server_tell(struct server *server);

/* ---- Its worker, whose connections are in link.h --------------------------------------------- */

/* Does it take connections? */
bool server_accepts(const struct server *server);
/* Something for its committer. */
void server_post(struct server *server, const struct message *message, const void *body);

#endif
