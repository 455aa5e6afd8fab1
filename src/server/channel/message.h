/*
 * Messages between a worker and the committer, over a socketpair: a fixed head, then `len` bytes of
 * body.
 *
 * Both ends are the same program on the same machine, so the head is sent as it lies in memory. The
 * committer nevertheless checks every head (doubt.h), and decodes every frame again: it trusts no
 * worker.
 *
 *     worker → committer                     committer → worker
 *     FRAME     a whole frame, in the body   RESULT      one for each FRAME, in the same order
 *     WINNERS   which documents to send      DOCUMENTS   for each WINNERS; documents in the body
 *     REFUSED   an agency's bytes were       DRAWN       a round was drawn (to every worker)
 *               refused: has a RESULT, too   SUPERSEDED  a newer connection speaks for its agency
 *     CLOSED    the connection is gone       COUNTED     an operator counts its agency's bets
 *     AGENCIES  over TLS, once, before all else: the agencies of its certificate, in the body
 */
#ifndef SERVER_CHANNEL_MESSAGE_H
#define SERVER_CHANNEL_MESSAGE_H

#include <stdint.h>

#include "base/peer_name.h"
#include "lottery/request.h"
#include "lottery/ruling.h"

enum message_type {
    MESSAGE_FRAME,
    MESSAGE_WINNERS,
    MESSAGE_CLOSED,
    MESSAGE_REFUSED,
    MESSAGE_AGENCIES,
    MESSAGE_RESULT,
    MESSAGE_DOCUMENTS,
    MESSAGE_DRAWN,
    MESSAGE_SUPERSEDED,
    MESSAGE_COUNTED
};

struct message {
    uint32_t len;           /* bytes of body */
    uint8_t type;           /* enum message_type */
    uint8_t kind;           /* FRAME: enum frame_kind; REFUSED: the agency */
    uint8_t port;           /* FRAME, AGENCIES: PORT_AGENCIES or PORT_BETS (handoff.h) */
    uint8_t verdict;        /* RESULT, DOCUMENTS: enum verdict */
    uint64_t connection;    /* the worker's name for it */
    uint64_t number;        /* FRAME, AGENCIES, CLOSED: of the connection, in the order in which they were accepted */
    uint32_t round;         /* WINNERS, RESULT, DOCUMENTS, DRAWN */
    uint32_t from;          /* WINNERS, DOCUMENTS: index of the first document */
    uint32_t total;         /* DOCUMENTS: how many there are in all */
    uint32_t reserved;      /* 0 */
    uint64_t byte;          /* FRAME: where it begins in the connection's stream */
    struct peer_name peer;  /* FRAME, REFUSED, AGENCIES: whose connection it is … */
    struct peer_name proxy; /* … and the proxy that it came through, for the log; unknown if through none */
};

#define MESSAGE_DOCUMENTS_MAX 2048u /* documents in one DOCUMENTS */

/* A worker's connections beyond --max-connections: those that are over and still owed results,
 * which the acceptor counts no longer. */
#define MESSAGE_SLOTS_SPARE 1024u

#endif
