/*
 * What a decoder made of an input: a digest of each event, and the error, so that two readings can
 * be compared.
 */
#ifndef FUZZ_EVENTS_H
#define FUZZ_EVENTS_H

#include "fuzz.h"

/* A decoder: sorteo.h's functions, or others that do the same. */
struct decoder_style {
    void (*init)(struct sorteo_decoder *decoder, enum sorteo_dialect dialect, enum sorteo_stream stream,
                 uint32_t frame_limit);
    void (*expect)(struct sorteo_decoder *decoder, enum sorteo_reply reply);
    enum sorteo_event_kind (*next)(struct sorteo_decoder *decoder, const struct sorteo_window *window,
                                   struct sorteo_event *event);
    uint64_t (*keep)(const struct sorteo_decoder *decoder);
    enum sorteo_code (*end)(struct sorteo_decoder *decoder);
};

extern const struct decoder_style decoder_public; /* sorteo.h's */

/* All zeros at the beginning; its memory stays for the next input. */
struct events {
    uint64_t *digests;
    size_t count;
    size_t cap;
    size_t frames;             /* frames that have ended */
    struct sorteo_error error; /* code OK: the stream ended between two frames */
};

/* Removes all events, and keeps the memory. */
void events_clear(struct events *events);
void events_add(struct events *events, const struct fuzz_case *way, const struct sorteo_event *event);

/* Reads an input in one piece. *events is all zeros or was filled before. */
void events_read(struct events *events, const struct decoder_style *style, const struct fuzz_case *way,
                 const uint8_t *bytes, size_t len);

/* Reads it in pieces, whose sizes come from its hash. */
void events_read_in_pieces(struct events *events, const struct decoder_style *style, const struct fuzz_case *way,
                           const uint8_t *bytes, size_t len);

/* Aborts with the property's text unless both are the same. */
void events_must_agree(const struct events *one, const struct events *other, const char *property);

#endif
