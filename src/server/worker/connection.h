/*
 * A connection: a socket on a worker's loop, with the session that decides what is done with it.
 *
 * Moves bytes between the two (connection_bytes.c), after a proxy's header if one is due
 * (connection_proxy.c), over TLS through a filter, and does nothing else. The session's requests to
 * the committer go through its host.
 */
#ifndef SERVER_WORKER_CONNECTION_H
#define SERVER_WORKER_CONNECTION_H

#include <uv.h>

#include "base/peer_name.h"
#include "server/channel/counted_address.h"
#include "server/channel/numbers.h"
#include "server/channel/peer_log.h"
#include "server/worker/proxy_header.h"
#include "server/worker/session.h"
#include "tls/filter.h"

struct connection;

/* What a connection asks of the process that it is in. */
struct connection_host {
    uv_loop_t *loop;
    const struct session_rules *rules;
    struct peer_log *log;    /* limits lines about peers; NULL: nothing does */
    struct tls_context *tls; /* for new connections; NULL: without TLS */
    struct worker_counters *counters;
    /* A whole frame for the committer. */
    void (*hand_over)(struct connection *connection, enum frame_kind kind, const uint8_t *bytes, size_t len);
    /* The documents of a round's winners, from an index on. */
    void (*ask_winners)(struct connection *connection, uint32_t round, uint32_t from);
    /* Bytes of it that named this agency are refused. */
    void (*name_refused)(struct connection *connection, uint8_t agency);
    /* Over TLS, after the handshake: the agencies that its certificate names. */
    void (*certify)(struct connection *connection, const struct byte_set *agencies);
    /* A proxy's header named its address: true if it is held until connection_admit. */
    bool (*report_address)(struct connection *connection);
    /* Its bytes of unfinished frames may have changed. */
    void (*count_unfinished)(struct connection *connection);
    /* Its deadline may have moved. */
    void (*watch_deadline)(void *owner, uint64_t deadline_ms);
    /* It is over and owed nothing: its slot is free. */
    void (*on_released)(struct connection *connection);
    void *owner; /* yours */
};

struct connection {
    uv_poll_t poll;
    const struct connection_host *host; /* borrowed */
    struct session session;
    struct tls_filter tls;       /* over TLS: between socket and session */
    struct peer_name peer;       /* who is at its other end … */
    struct peer_name proxy;      /* … of a proxy, if it came through one and its header is complete */
    struct proxy_header *header; /* while it is not; else NULL */
    uint64_t number;             /* in the order in which connections were accepted */
    uint64_t address;            /* whose it is, as far as connections are counted … */
    enum address_origin origin;  /* … and who says so */
    uint64_t name;               /* as the committer knows it; the host's to set */
    size_t unfinished;           /* bytes of it that the worker has counted */
    size_t sent_unasked;         /* bytes sent since the system was last asked whether it takes more */
    size_t enciphered;           /* over TLS: bytes of the session whose record the kernel has not yet taken */
    int fd;                      /* -1 once closed */
    int kept_fd;        /* once closed: what keeps its number from others until the connection is released; or -1 */
    int watched;        /* the events that the loop watches */
    int unacknowledged; /* bytes that the system held for the peer when a deadline last passed … */
    uint64_t unacknowledged_ms; /* … and since when they are so many */
    uint8_t port;               /* PORT_AGENCIES or PORT_BETS */
    bool is_tls;
    bool held;               /* the acceptor has not yet ruled on its reported address: nothing of it is read */
    bool spoke;              /* the acceptor was told that a frame of it was taken */
    const char *begins_like; /* what its bytes look like that is not a frame: "TLS", …; or NULL */
    bool hung_up;            /* our direction is ended */
    bool reported;           /* the log has said what it refused */
    bool released;           /* its slot is free again; memory goes with the handle */
};

/* Takes over an accepted, non-blocking socket of a port (server/channel/handoff.h). NULL if there
 * is no memory or the loop will not have it; fd is then still the caller's. `host` outlives it.
 * Where the address is a proxy's, a header must come first. */
struct connection *connection_open(const struct connection_host *host, int fd, uint8_t port, uint64_t number,
                                   struct counted_address address);

/* The acceptor has ruled on its reported address: it goes on, or is closed. connection_update comes
 * next. */
void connection_admit(struct connection *connection, bool admitted);

/* To be called after anything happened to its session: sends, ends, closes and waits as the session
 * requires. The connection may no longer exist afterwards. */
void connection_update(struct connection *connection);

/* A deadline of its session has passed: it is late, unless the peer is still taking what was sent
 * before. */
void connection_tick(struct connection *connection);

#endif
