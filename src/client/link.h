/*
 * The link to the server: a connection that is made again when it was lost, and the replies that come over it.
 *
 * It decides when to try again (protocol, section 4): at once after a connection that brought an ANSWER, otherwise
 * after a pause that doubles, for as long as --retry-for allows. What was under way on a lost connection is the
 * caller's business: the link knows no frames.
 */
#ifndef CLIENT_LINK_H
#define CLIENT_LINK_H

#include "connection.h"
#include "sorteo.h"

#define LINK_WHY_MAX 512

struct link_settings {
    enum sorteo_dialect dialect;
    const char *server;     /* HOST:PORT */
    uint64_t retry_ms;      /* how long to do without a connection that gets anywhere */
    int stop_fd;            /* -1 for none */
    void (*retrying)(void *context, const char *why, uint64_t pause_ms); /* before each pause; may be NULL */
    void *context;
};

struct link {
    /* read-only */
    struct connection connection;
    uint64_t answers;       /* ANSWERs that came over this connection */
    char why[LINK_WHY_MAX]; /* what LINK_LOST, LINK_FAILED and LINK_NONSENSE were about, in one line */

    /* private */
    struct link_settings settings;
    uint64_t opened_ms;     /* when this connection was opened */
    uint64_t without_ms;    /* time spent without a connection since the last progress */
    uint64_t pause_ms;      /* before the next attempt; 0: none */
    uint64_t random;
    bool broken;            /* a write failed: what can still be read is read, and then the connection is lost */
    struct sorteo_decoder decoder;
    uint64_t base;          /* stream offset of buf[0] */
    size_t len;
    uint8_t buf[4096];
};

enum link_outcome {
    LINK_OK,
    LINK_AGAIN,     /* no reply is there yet */
    LINK_LOST,      /* the connection has ended, and is closed; link_up makes another */
    LINK_FAILED,    /* link_up gave up */
    LINK_NONSENSE,  /* what came is no reply; the connection is closed, and another would not help */
    LINK_TIMEOUT,
    LINK_STOPPED
};

void link_init(struct link *link, const struct link_settings *settings);

/* Makes sure that there is a connection. OK, FAILED, STOPPED. */
SORTEO_MUST_USE enum link_outcome link_up(struct link *link);

/* Which reply is due next; to be called between replies. */
void link_expect(struct link *link, enum sorteo_reply reply);

/* The next event of the server's stream: OK, AGAIN, LOST, NONSENSE. With nothing due it looks whether the server has
 * ended the connection: AGAIN if not. */
SORTEO_MUST_USE enum link_outcome link_next(struct link *link, struct sorteo_event *event);

/* The caller found that what came cannot be a reply: says so in link->why, closes, and returns NONSENSE. */
enum link_outcome link_nonsense(struct link *link, const char *what);

/* Hands to the kernel what it takes now. OK: *sent > 0. AGAIN, also when the connection is broken: link_next says so,
 * after the replies that had come before. */
SORTEO_MUST_USE enum link_outcome link_send(struct link *link, const uint8_t *bytes, size_t len, size_t *sent);

/* Waits until link_next, or link_send if to_write, may get on. OK, TIMEOUT, STOPPED. */
SORTEO_MUST_USE enum link_outcome link_wait(struct link *link, bool to_write, uint64_t deadline_ms);

/* The caller is done with this connection: closed, and not a loss. */
void link_close(struct link *link);

#endif
