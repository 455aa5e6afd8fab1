/*
 * What holds for every session of a server: the dialect, the largest frame, and the deadlines of
 * the protocol (section 6), in milliseconds.
 */
#ifndef SERVER_WORKER_SESSION_RULES_H
#define SERVER_WORKER_SESSION_RULES_H

#include <stdint.h>

#include "codec/sorteo.h"

#define SESSION_DRAIN_MS 2000u /* bytes are read and dropped after the end for so long (section 6) */

struct session_rules {
    enum sorteo_dialect dialect;
    uint32_t max_frame;     /* bytes of a SINGLE or BATCH */
    uint64_t first_byte_ms; /* to a connection's first byte */
    uint64_t frame_ms;      /* for a frame, from its first byte */
    uint64_t idle_ms;       /* between frames once one was taken, and for a RECEIPT */
    uint64_t untaken_ms;    /* between frames before that, unless idle_ms is less */
    uint32_t refusals;      /* frames answered 1 after which the connection is closed */
    uint64_t send_ms;       /* without progress of what has to be sent */
};

#endif
