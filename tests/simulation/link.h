/*
 * Connections of agencies with simulated servers, on which bytes are under way; at the server's end
 * of each is a session, the real one (session.h). Together those of a server are its worker.
 */
#ifndef SIMULATION_LINK_H
#define SIMULATION_LINK_H

#include "server.h"
#include "server/worker/session.h"

#define LINKS_MAX 24u
#define LINK_BYTES 1024u

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

void links_init(void);
/* The schedule is over. */
void links_fini(void);

struct link *link_at(unsigned link);

/* ---- What happens on one --------------------------------------------------------------------- */

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

/* ---- What a server does to its own ----------------------------------------------------------- */

/* A result, or what else a committer has for its worker. */
void link_tell(struct server *server, const struct message *message, const uint8_t *body);
/* Its process is gone. */
void links_end_of_server(const struct server *server);

#endif
