/*
 * The header that a proxy puts in front of a connection's bytes: PROXY protocol, version 2, as
 * HAProxy specifies it (proxy-protocol.txt, 2.2).
 *
 *       0           12       13       14       16
 *     | signature  | 2  cmd | family | length | source, destination, ports | TLVs |
 *                                              <---------- length bytes --------->
 *
 * A pure state machine: no allocation, no I/O. It never asks for a byte beyond the header, so that
 * what follows stays where it is. TLVs are checked for their lengths and skipped, a checksum too.
 * It takes a header of at most 536 bytes, which is what a sender can count on to reach us in one
 * segment. Error offsets and results do not depend on how the bytes were cut.
 */
#ifndef SERVER_WORKER_PROXY_HEADER_H
#define SERVER_WORKER_PROXY_HEADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/peer_name.h"

#define PROXY_HEADER_MAX 536u
#define PROXY_SIGNATURE "\r\n\r\n\0\r\nQUIT\n"
#define PROXY_SIGNATURE_LEN 12u

enum proxy_header_state {
    PROXY_HEADER_MORE,   /* it is not complete */
    PROXY_HEADER_DONE,   /* see names_peer, peer */
    PROXY_HEADER_REFUSED /* see why, byte */
};

/* All zeros when it is new. */
struct proxy_header {
    /* read-only */
    size_t len;            /* bytes that have come */
    struct peer_name peer; /* who is connected to the proxy … */
    bool names_peer;       /* … if it says: not for its own health checks, or connections that are not of TCP */
    const char *why;       /* a static text */
    size_t byte;           /* where it became none */
    /* private */
    uint8_t bytes[PROXY_HEADER_MAX];
};

/* How many bytes to feed next, at most; 0 once it is complete or refused. */
size_t proxy_header_wants(const struct proxy_header *header);

/* Takes bytes, no more than it wants. */
enum proxy_header_state proxy_header_feed(struct proxy_header *header, const uint8_t *bytes, size_t len);

/* Does a stream begin like such a header? For the log, where none is expected. */
bool proxy_header_begins(const uint8_t *bytes, size_t len);

#endif
