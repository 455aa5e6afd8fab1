/*
 * A request: one whole frame of an agency, read into memory; the bets that its bytes hold, or the
 * FINISH that they are. Knows nothing of agencies' states, connections or the store.
 */
#ifndef LOTTERY_REQUEST_H
#define LOTTERY_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "codec/sorteo.h"

enum frame_kind { FRAME_SINGLE, FRAME_BATCH, FRAME_FINISH, FRAME_RECEIPT };

struct request {
    uint8_t agency; /* of the first bet, or of the FINISH */
    uint64_t key;
    struct sorteo_bet *bets; /* the caller's, who frees it; grown as needed; texts point into `bytes` */
    size_t cap;
    size_t count;
    const uint8_t *bytes;
    size_t len;
};

/* The kind of the frame that ends with this event; for events with which one ends
 * (sorteo_ends_frame). */
enum frame_kind request_kind(enum sorteo_event_kind last);

/* Decodes a frame of a kind (not a RECEIPT) that has to be all of bytes[0..len). False if it is
 * not, or there is no memory. */
bool request_read(struct request *request, enum sorteo_dialect dialect, enum frame_kind kind, const uint8_t *bytes,
                  size_t len);

/* 128 bits over the request's bytes, by which a repeated one is known (protocol, section 8). */
void request_digest(const struct request *request, uint64_t digest[2]);

#endif
