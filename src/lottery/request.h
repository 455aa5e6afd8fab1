/*
 * A request: one whole frame of an agency, read into memory: its bets, or a FINISH. Knows nothing
 * about agencies' states, connections or the store.
 */
#ifndef LOTTERY_REQUEST_H
#define LOTTERY_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "codec/frames.h"
#include "codec/sorteo.h"

enum frame_kind {
    FRAME_SINGLE,
    FRAME_BATCH,
#define X(frame, name) FRAME_##frame,
    PLAIN_REQUESTS(X) /* FRAME_FINISH, FRAME_RECEIPT … */
#undef X
    FRAME_KINDS
};

struct request {
    uint8_t agency; /* of the first bet, or of the FINISH; 0 if the frame says none */
    uint64_t key;
    struct sorteo_bet *bets; /* owned and freed by the caller; grown as needed; texts point into `bytes` */
    size_t cap;
    size_t count;
    const uint8_t *bytes;
    size_t len;
};

/* The kind of the frame that ends with this event; FRAME_KINDS for an event with which no frame of
 * an agency ends. */
enum frame_kind request_kind(enum sorteo_event_kind last);

/* Decodes a frame of a kind (not a RECEIPT) that must be exactly bytes[0..len). False if it is not,
 * or if there is no memory. */
bool request_read(struct request *request, enum sorteo_dialect dialect, enum frame_kind kind, const uint8_t *bytes,
                  size_t len);

/* A 128-bit digest of the request's bytes, by which a repetition is recognised (protocol, section
 * 8). */
void request_digest(const struct request *request, uint64_t digest[2]);

#endif
