/*
 * One whole frame, read into memory: the bets that its bytes hold, or the FINISH that they are.
 * Knows nothing of agencies' states, connections or the store.
 */
#ifndef LOTTERY_REQUEST_H
#define LOTTERY_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "codec/sorteo.h"
#include "lottery/ruling.h"

struct frame {
    uint8_t agency; /* of the first bet, or of the FINISH */
    uint64_t key;
    struct sorteo_bet *bets; /* the caller's, who frees it; grown as needed; texts point into `bytes` */
    size_t cap;
    size_t count;
    const uint8_t *bytes;
    size_t len;
};

/* Decodes a frame of a kind (not a RECEIPT) that has to be all of bytes[0..len). False if it is
 * not, or there is no memory. */
bool frame_read(struct frame *frame, enum sorteo_dialect dialect, enum frame_kind kind, const uint8_t *bytes,
                size_t len);

/* 128 bits over the frame's bytes, by which a repeated one is known (protocol, section 8). */
void frame_digest(const struct frame *frame, uint64_t digest[2]);

#endif
