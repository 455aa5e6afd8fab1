/*
 * A second decoder of the sorteo protocol, to check the first. Written from the protocol's
 * description and the types of sorteo.h alone, as simply as possible: it has the whole input in
 * memory, reads it from front to back, and may be slow.
 *
 * It must not use the grammar, anything generated from it, or any function of the library: an error
 * with a common source would be invisible.
 */
#ifndef TESTS_ORACLE_H
#define TESTS_ORACLE_H

#include "codec/sorteo.h"

/* What is to be decoded, and as what. */
struct oracle_input {
    enum sorteo_dialect dialect;
    enum sorteo_stream stream;
    uint32_t frame_limit;             /* 0 for none */
    const enum sorteo_reply *replies; /* on a reply stream: what is due, frame by frame; then nothing is */
    size_t reply_count;
    const uint8_t *bytes; /* from stream offset 0 on */
    size_t len;
};

/* How it ended. */
struct oracle_outcome {
    struct sorteo_error error; /* code OK if every byte was read; otherwise where it stopped */
    bool between_frames;       /* without an error: may the stream end here? */
};

/* Is given each event in its turn, with texts that point into the input. */
typedef void oracle_emit(void *context, const struct sorteo_event *event);

/* Decodes all of it, or up to the first byte that no valid continuation has (section 6). Never
 * emits MORE or ERROR. */
struct oracle_outcome oracle_decode(const struct oracle_input *input, oracle_emit *emit, void *context);

#endif
