/*
 * For tests: streams built field by field, valid or not. Knows the order and the sizes of fields,
 * and does not check what it writes.
 */
#ifndef TESTS_STREAM_H
#define TESTS_STREAM_H

#include "codec/sorteo.h"

#define STREAM_REPLIES_MAX 32u
#define STREAM_AGENCY 5u /* that of every bet */

struct stream {
    enum sorteo_dialect dialect;
    enum sorteo_stream kind;
    uint8_t *bytes;
    size_t len, cap;
    enum sorteo_reply replies[STREAM_REPLIES_MAX]; /* of a reply stream: what each frame is, beyond the last none */
    size_t reply_count;
};

/* Empties it, and keeps its memory for reuse. A new one is all zeros. */
void stream_begin(struct stream *stream, enum sorteo_dialect dialect, enum sorteo_stream kind);
void stream_fini(struct stream *stream);

void stream_bytes(struct stream *stream, const void *bytes, size_t len);
void stream_integer(struct stream *stream, uint64_t value, unsigned size);

/* KEY in keyed, nothing elsewhere. */
void stream_key(struct stream *stream);
/* A length and a text, cut to what the length can say. */
void stream_name(struct stream *stream, const char *text, size_t len);
void stream_bet(struct stream *stream, const char *name, const char *surname, const char *birthdate);
void stream_batch_head(struct stream *stream, uint16_t bets);
void stream_finish(struct stream *stream);
void stream_receipt(struct stream *stream);
void stream_answer(struct stream *stream, uint8_t answer);
/* `count` documents, or as many as N_WINNERS can count. */
void stream_winners(struct stream *stream, uint32_t count);

#endif
