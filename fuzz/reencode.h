/*
 * Encodes again what was decoded, for the target `roundtrip`.
 */
#ifndef FUZZ_REENCODE_H
#define FUZZ_REENCODE_H

#include "fuzz.h"

/* The events of the current frame so far. */
struct collected {
    struct sorteo_bet *bets;
    uint32_t *documents;
    size_t count;
};

/* Aborts unless the frame that ends with this event, encoded again, has the same bytes, and so does
 * what the packet writer makes of a BATCH that fits. `bytes` is the stream. */
void reencode_must_agree(const struct fuzz_case *way, const struct collected *got, const struct sorteo_event *event,
                         const uint8_t *bytes);

#endif
