/*
 * The link to the server: a connection that is made again when it was lost, and the replies that
 * come over it.
 *
 * It decides when to try again (protocol, section 4): at once after a connection that brought an
 * ANSWER, otherwise after a pause that doubles, for as long as --retry-for allows. What was under
 * way on a lost connection is the caller's business: the link knows no frames.
 */
#ifndef CLIENT_UPLINK_H
#define CLIENT_UPLINK_H

#include "base/backoff.h"
#include "client/wire.h"
#include "codec/sorteo.h"

#define UPLINK_WHY_MAX 512

struct uplink_settings {
    enum sorteo_dialect dialect;
    const char *server; /* HOST:PORT */
    uint64_t retry_ms;  /* how long to do without a connection that gets anywhere */
    uint64_t pause_ms;  /* before the second attempt; it doubles, up to 50 times that */
    int stop_fd;        /* -1 for none */
    void (*retrying)(void *context, const char *why, uint64_t pause_ms); /* before each pause; may be NULL */
    void *context;
};

struct uplink {
    /* read-only */
    struct wire wire;
    uint64_t answers;         /* ANSWERs that came over this connection */
    char why[UPLINK_WHY_MAX]; /* what UPLINK_LOST, UPLINK_FAILED and UPLINK_NONSENSE were about, in one line */

    /* private */
    struct uplink_settings settings;
    uint64_t opened_ms;  /* when this connection was opened */
    uint64_t without_ms; /* time spent without a connection since the last progress */
    struct backoff backoff;
    uint64_t random; /* for its jitter */
    bool broken;     /* a write failed: what can still be read is read, and then the connection is lost */
    struct sorteo_decoder decoder;
    uint64_t base; /* stream offset of buf[0] */
    size_t len;
    uint8_t buf[4096];
};

enum uplink_outcome {
    UPLINK_OK,
    UPLINK_AGAIN,    /* no reply is there yet */
    UPLINK_LOST,     /* the connection has ended, and is closed; uplink_up makes another */
    UPLINK_FAILED,   /* uplink_up gave up */
    UPLINK_NONSENSE, /* what came is no reply; the connection is closed, and another would not help */
    UPLINK_TIMEOUT,
    UPLINK_STOPPED
};

void uplink_init(struct uplink *link, const struct uplink_settings *settings);

/* Makes sure that there is a connection. OK, FAILED, STOPPED. */
SORTEO_MUST_USE enum uplink_outcome uplink_up(struct uplink *link);

/* Which reply is due next; to be called between replies. */
void uplink_expect(struct uplink *link, enum sorteo_reply reply);

/* The next event of the server's stream: OK, AGAIN, LOST, NONSENSE. With nothing due it looks
 * whether the server has ended the connection: AGAIN if not. */
SORTEO_MUST_USE enum uplink_outcome uplink_next(struct uplink *link, struct sorteo_event *event);

/* The caller found that what came cannot be a reply: says so in link->why, closes, and returns
 * NONSENSE. */
enum uplink_outcome uplink_nonsense(struct uplink *link, const char *what);

/* Hands to the kernel what it takes now. OK: *sent > 0. AGAIN, also when the connection is broken:
 * uplink_next says so, after the replies that had come before. */
SORTEO_MUST_USE enum uplink_outcome uplink_send(struct uplink *link, const uint8_t *bytes, size_t len, size_t *sent);

/* Waits until uplink_next, or uplink_send if to_write, may get on. OK, TIMEOUT, STOPPED. */
SORTEO_MUST_USE enum uplink_outcome uplink_wait(struct uplink *link, bool to_write, uint64_t deadline_ms);

/* The caller is done with this connection: closed, and not a loss. */
void uplink_close(struct uplink *link);

#endif
