/*
 * Makes frames, valid and invalid ones, from the tables that `make gen` makes (codec/protocol.h).
 * Unlike the encoder this checks nothing: a name may hold any bytes, and a count may be wrong.
 */
#ifndef TOOL_CONFORM_FRAMES_H
#define TOOL_CONFORM_FRAMES_H

#include "codec/protocol.h"
#include "codec/sorteo.h"

#define FRAMES_CAP ((size_t)256 * 1024)

/* Bytes to be sent in one piece. */
struct frames {
    uint8_t *bytes; /* FRAMES_CAP */
    size_t len;
    char what[64]; /* the frames in words, as far as they fit */
};

/* False if there is no memory. */
bool frames_init(struct frames *frames);
void frames_fini(struct frames *frames);

/* Removes all bytes. */
void frames_clear(struct frames *frames);

/* Each appends. Key is ignored in dialects without keys. Where a batch names its agency once, it is
 * the first bet's. What does not fit into FRAMES_CAP is a bug of the caller. */
void frames_add_batch(struct frames *frames, enum sorteo_dialect dialect, uint64_t key, const struct sorteo_bet *bets,
                      size_t count);
void frames_add_single(struct frames *frames, enum sorteo_dialect dialect, uint64_t key, const struct sorteo_bet *bet);
void frames_add_finish(struct frames *frames, enum sorteo_dialect dialect, uint64_t key, uint8_t agency);
void frames_add_receipt(struct frames *frames, enum sorteo_dialect dialect);

/* The head of a BATCH, up to its first bet, with `count` as its number of bets. */
void frames_add_head(struct frames *frames, enum sorteo_dialect dialect, uint64_t key, uint8_t agency, size_t count);
void frames_add_bytes(struct frames *frames, const char *what, const void *bytes, size_t len);

/* A valid bet. Document and number are those given; where the field does not allow that value, the
 * next higher one that it allows, or else its lowest. */
struct sorteo_bet frames_bet(enum sorteo_dialect dialect, uint8_t agency, uint32_t document, uint16_t number);

/* The most bytes that this text of a bet can have: the largest value of its length field. */
size_t frames_text_max(enum sorteo_dialect dialect, const char *text);

#endif
