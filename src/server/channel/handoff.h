/*
 * The handoff line between the acceptor and a worker, on a libuv loop: connections go one way, what
 * became of them the other. The acceptor's line to the committer has the same form.
 *
 *     acceptor → worker                             worker → acceptor
 *     PASS   a connection, with its descriptor   TAKEN   it arrived; no byte of it was read before
 *     EVICT  its place is needed                 KEPT    not evicted: a frame is under way, or came
 *     ADMIT  it may go on, or …                  SPOKE   a frame of it came: never evict it
 *     REFUSE … not: its address has its share    CLOSED  it is gone
 *                                                HAVE    on a new line: a connection from before …
 *                                                HAVE_ALL … and after the last of them
 *                                                ADDRESS whose it is, which a proxy's header said;
 *                                                        it waits for ADMIT or REFUSE
 *
 *     acceptor → committer, with TLS, before PASS
 *     ANNOUNCE  a connection, its port, and which worker will hold it
 *     GONE      it is gone; what its worker said of it before may reach the committer later
 *
 * Until TAKEN came the acceptor keeps the descriptor, and passes it to another worker if this one
 * dies: nothing of the connection is lost with it.
 */
#ifndef SERVER_CHANNEL_HANDOFF_H
#define SERVER_CHANNEL_HANDOFF_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "server/channel/buffer.h"
#include "server/channel/counted_address.h"

enum handoff_type {
    HANDOFF_PASS,
    HANDOFF_EVICT,
    HANDOFF_ADMIT,
    HANDOFF_REFUSE,
    HANDOFF_TAKEN,
    HANDOFF_KEPT,
    HANDOFF_SPOKE,
    HANDOFF_CLOSED,
    HANDOFF_HAVE,
    HANDOFF_ADDRESS,
    HANDOFF_HAVE_ALL,
    HANDOFF_ANNOUNCE,
    HANDOFF_GONE
};

struct handoff_note {
    uint64_t number;  /* of the connection, in the order in which they were accepted; HAVE_ALL: 0 */
    uint64_t address; /* PASS, HAVE, ADDRESS: of the peer, as far as it counts as one (base/peer_name.h) */
    uint8_t type;     /* enum handoff_type */
    uint8_t port;     /* PASS, HAVE, ANNOUNCE: of a listener, see below */
    uint8_t spoke;    /* HAVE: a frame of it was taken */
    uint8_t origin;   /* PASS, HAVE: enum address_origin; of PROXY, a header comes first */
    uint16_t worker;  /* ANNOUNCE: its place in the pool */
    uint8_t reserved[2];
};

/* A listener's port: which stream is spoken there, and whether over TLS. */
#define PORT_AGENCIES 0u
#define PORT_BETS 1u
#define PORT_TLS 2u /* added to one of these */
#define PORTS 4u

/* The stream of a port, plain or TLS: PORT_AGENCIES or PORT_BETS. */
static inline uint8_t handoff_stream(uint8_t port)
{
    return port & PORT_BETS;
}

static inline bool handoff_is_tls(uint8_t port)
{
    return (port & PORT_TLS) != 0;
}

struct handoff {
    void *owner; /* yours */
    /* private */
    uv_poll_t *poll; /* freed when the loop is done with it */
    void (*on_note)(struct handoff *handoff, const struct handoff_note *note, int fd);
    void (*on_end)(struct handoff *handoff, bool malformed);
    void (*on_room)(struct handoff *handoff);
    struct buffer out;
    int fd; /* -1: not open */
    int watched;
};

/* Takes over fd, and calls on_note with each note (and its descriptor, then the callee's, or -1),
 * and on_end once when the line has ended, or what came is not a note; handoff_close may be called
 * from within both. False with nothing taken over if there is no memory, or the loop will not have
 * it. */
bool handoff_open(struct handoff *handoff, uv_loop_t *loop, int fd,
                  void (*on_note)(struct handoff *handoff, const struct handoff_note *note, int fd),
                  void (*on_end)(struct handoff *handoff, bool malformed), void *owner);

/* Sets on_room, which is called each time all that was queued is written. */
void handoff_tell_room(struct handoff *handoff, void (*on_room)(struct handoff *handoff));

/* Is anything queued? */
static inline bool handoff_is_full(const struct handoff *handoff)
{
    return handoff->out.len > 0;
}

static inline bool handoff_is_open(const struct handoff *handoff)
{
    return handoff->fd != -1;
}

/* Sends a note; without a descriptor (-1) it is queued if the line is full. False if it cannot be
 * sent: the line is closed or, with a descriptor, full. */
bool handoff_send(struct handoff *handoff, const struct handoff_note *note, int fd);

/* Delivers what has come, up to its end. */
void handoff_drain(struct handoff *handoff);

void handoff_close(struct handoff *handoff);

#endif
