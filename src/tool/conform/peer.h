/*
 * One TCP connection to the program under test: opens, writes and reads it with deadlines, and
 * decodes its bytes. Knows no case.
 */
#ifndef TOOL_CONFORM_PEER_H
#define TOOL_CONFORM_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/address.h"
#include "codec/sorteo.h"

struct peer {
    /* read-only */
    int fd;          /* -1: there is none */
    unsigned number; /* the caller's */
    struct sorteo_decoder decoder;
    struct sorteo_window window; /* from the beginning of the frame under way on, as far as it fits */
    uint64_t frame_begin;        /* stream offset of that frame, or of the one that the last event ended */

    /* private */
    uint8_t *buf;
    size_t cap;
    enum sorteo_stream stream;
    bool frame_ended; /* by the last event */
};

enum peer_outcome {
    PEER_EVENT,
    PEER_LATE,     /* nothing came before the deadline */
    PEER_END,      /* the other side ended its direction */
    PEER_RESET,    /* the connection broke */
    PEER_MALFORMED /* peer->decoder.error says how */
};

/* Makes it one that is not open. */
void peer_init(struct peer *peer);

/* Takes over a connected socket, and reads a stream of this kind from it. False, with the socket
 * closed, if there is no memory. */
bool peer_adopt(struct peer *peer, int fd, enum sorteo_dialect dialect, enum sorteo_stream stream);

/* Connects to an address, within the deadline (of clock_ms). False with errno set. */
bool peer_connect(struct peer *peer, const struct address *address, enum sorteo_dialect dialect, uint64_t deadline_ms);

/* Sends all bytes. False if the other side has not read them by the deadline. A broken connection
 * is not reported here, but when it is read. */
bool peer_send(struct peer *peer, const uint8_t *bytes, size_t len, uint64_t deadline_ms);

/* The next event of the stream. `due` is for a reply stream only. */
enum peer_outcome peer_next(struct peer *peer, enum sorteo_reply due, uint64_t deadline_ms, struct sorteo_event *event);

/* Reads and drops everything up to the end: END, RESET or LATE. Sets *dropped to the number of
 * bytes, and *first to the first one. */
enum peer_outcome peer_drain(struct peer *peer, uint64_t deadline_ms, size_t *dropped, uint8_t *first);

/* Ends our direction. */
void peer_shut(struct peer *peer);

/* Closes it; with `reset` by a TCP reset. */
void peer_close(struct peer *peer, bool reset);

#endif
