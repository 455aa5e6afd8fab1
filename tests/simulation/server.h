/*
 * A simulated server: a committer of the real code (commit_cycle.h and what is below it) over the
 * shared store, and one worker, whose sessions are the real ones (session.h). Between the two is a
 * queue, and between sessions and agencies are connections, on which bytes are under way.
 *
 * It may die at any moment and be started again. Its parts take steps of their own, in any order.
 */
#ifndef SIMULATION_SERVER_H
#define SIMULATION_SERVER_H

#include "process.h"
#include "server/committer/commit_cycle.h"
#include "server/worker/session.h"

#define SERVERS_MAX 4u
#define LINKS_MAX 24u
#define LINK_BYTES 1024u
#define SERVER_WINNING_NUMBER 7574u

/* A connection of an agency with a server. */
struct link {
    bool is_used;
    unsigned server;
    uint64_t name, number; /* as in struct message */
    uint32_t uses;         /* of this slot */
    struct session session;
    uint8_t up[LINK_BYTES];   /* what the agency has sent and the server has not read … */
    uint8_t down[LINK_BYTES]; /* … and what came back, unread by the agency */
    size_t up_len, down_len;
    bool is_given_up;    /* by the agency: it reads nothing more, and what it has sent may come yet */
    bool server_is_gone; /* nothing more comes back than what is in `down` */
};

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
struct link *link_at(unsigned link);

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

/* ---- Connections ----------------------------------------------------------------------------- */

/* NULL: the server is not there, or all are in use. */
struct link *link_open(unsigned server);
/* Some bytes come to the session; or from the session to the agency. */
bool link_deliver(struct link *link, size_t most);
bool link_answer(struct link *link, size_t most);
/* The server learns that the agency has gone; what was under way is lost. */
void link_lose(struct link *link);
/* The agency has no more to do with it. */
void link_give_up(struct link *link);
bool link_send(struct link *link, const void *bytes, size_t len);

#endif
