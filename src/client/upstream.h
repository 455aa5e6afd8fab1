/*
 * The link to the server: a connection that is made again when it was lost, and the replies that
 * come over it.
 *
 * It decides where and when to try again (protocol, section 4): at the same address at once after a
 * connection that brought an ANSWER, otherwise at the next one (route.h), for as long as
 * --retry-for allows; when all were tried, after a pause that doubles. What was under way on a lost
 * connection is the caller's business: the link knows no frames.
 */
#ifndef CLIENT_UPSTREAM_H
#define CLIENT_UPSTREAM_H

#include "base/backoff.h"
#include "client/route.h"
#include "client/transport.h"
#include "codec/sorteo.h"

#define UPSTREAM_WHY_MAX 512

struct upstream_settings {
    enum sorteo_dialect dialect;
    const struct servers *servers; /* of one lottery, at least one; borrowed */
    struct tls_context *tls;       /* borrowed; NULL: without TLS */
    const char *tls_name;          /* over TLS, of every server; borrowed. NULL: the host under which each is given */
    uint64_t retry_ms;  /* how long to do without a connection that gets anywhere; each address is tried once anyway */
    uint64_t answer_ms; /* how long upstream_await waits without a byte in either direction; 0: for ever */
    uint64_t pause_ms;  /* before the second attempt; it doubles, up to 50 times that */
    int stop_fd;        /* -1 for none */
    /* A server is of no use now: before each pause, and before the next one is tried at once
     * (pause_ms 0). May be NULL. */
    void (*retrying)(void *context, const char *server, const char *why, uint64_t pause_ms);
    /* There is a connection to another one than before, where there are several. May be NULL. */
    void (*connected)(void *context, const char *server);
    void *context;
};

struct upstream {
    /* read-only */
    struct transport transport;
    char server[ROUTE_TEXT_MAX]; /* that this connection goes to, or that was tried last */
    uint64_t answers;            /* ANSWERs that came over this connection */
    uint64_t received;           /* bytes that came over this connection */
    bool untaken;                /* FAILED: nothing of this connection was taken (protocol, section 10) */
    char why[UPSTREAM_WHY_MAX];  /* what UPSTREAM_LOST, UPSTREAM_FAILED and UPSTREAM_NONSENSE were about, in one line */

    /* private */
    struct upstream_settings settings;
    uint64_t opened_ms;  /* when this connection was opened */
    uint64_t active_ms;  /* when a byte last went over it, in either direction */
    uint64_t without_ms; /* time spent without a connection since the last progress */
    struct route route;
    bool has_failed; /* an address was of no use, and `retrying` was not called yet … */
    bool ends_turn;  /* … and it was the last one of a turn: a pause is due */
    bool tried_all;  /* since the last progress a whole turn was in vain */
    bool has_hope;   /* in this turn: an address failed in a way that may pass */
    struct backoff backoff;
    uint64_t random;           /* for its jitter */
    char told[ROUTE_TEXT_MAX]; /* what `connected` was called with last */
    bool broken;               /* a write failed: what can still be read is read, and then the connection is lost */
    struct sorteo_decoder decoder;
    uint64_t base; /* stream offset of buf[0] */
    size_t len;
    uint8_t buf[4096];
};

enum upstream_outcome {
    UPSTREAM_OK,
    UPSTREAM_AGAIN,    /* no reply is there yet */
    UPSTREAM_LOST,     /* the connection has ended, and is closed; upstream_up makes another */
    UPSTREAM_FAILED,   /* upstream_up gave up; over TLS, our certificate is refused, or no server is fit */
    UPSTREAM_NONSENSE, /* what came is not a reply; the connection is closed, and another would not help */
    UPSTREAM_TIMEOUT,
    UPSTREAM_STOPPED
};

void upstream_init(struct upstream *link, const struct upstream_settings *settings);

/* Makes sure that there is a connection. OK, FAILED, STOPPED. */
SORTEO_MUST_USE enum upstream_outcome upstream_up(struct upstream *link);

/* Which reply is due next; to be called between replies. */
void upstream_expect(struct upstream *link, enum sorteo_reply reply);

/* The next event of the server's stream: OK, AGAIN, LOST, FAILED, NONSENSE. With nothing due it
 * looks whether the server has ended the connection: AGAIN if not. */
SORTEO_MUST_USE enum upstream_outcome upstream_next(struct upstream *link, struct sorteo_event *event);

/* The caller found that what came cannot be a reply: says so in link->why, closes, and returns
 * NONSENSE. */
enum upstream_outcome upstream_nonsense(struct upstream *link, const char *what);

/* Hands to the kernel what it takes now. OK: *sent > 0. AGAIN, also when the connection is broken:
 * upstream_next says so, after the replies that had come before. */
SORTEO_MUST_USE enum upstream_outcome upstream_send(struct upstream *link, const uint8_t *bytes, size_t len,
                                                    size_t *sent);

/* Waits until upstream_next, or upstream_send if to_write, may get on. OK, TIMEOUT, STOPPED. */
SORTEO_MUST_USE enum upstream_outcome upstream_wait(struct upstream *link, bool to_write, uint64_t deadline_ms);

/* The same for something that the server owes at once: after answer_ms without a byte in either
 * direction the connection is closed, and LOST. OK, LOST, STOPPED. */
SORTEO_MUST_USE enum upstream_outcome upstream_await(struct upstream *link, bool to_write);

/* The caller is done with this connection: closed, and not a loss. */
void upstream_close(struct upstream *link);

#endif
