/*
 * Decoders that do what sorteo.h's does, made of the same sources in another way and linked beside
 * it under other names (second_codec_names.h). Neither has shortcuts:
 *   portable_  the grammar as it is in gen/, with SORTEO_PORTABLE
 *   table_     the same grammar, which Ragel wrote as tables (-T0)
 */
#ifndef TESTS_SECOND_CODEC_H
#define TESTS_SECOND_CODEC_H

#include "codec/machine.h"

#define SECOND_CODEC_DECLARE(prefix)                                                                                   \
    void prefix##decoder_init(struct sorteo_decoder *decoder, enum sorteo_dialect dialect, enum sorteo_stream stream,  \
                              uint32_t frame_limit);                                                                   \
    void prefix##decoder_expect(struct sorteo_decoder *decoder, enum sorteo_reply reply);                              \
    enum sorteo_event_kind prefix##decoder_next(struct sorteo_decoder *decoder, const struct sorteo_window *window,    \
                                                struct sorteo_event *event);                                           \
    uint64_t prefix##decoder_keep(const struct sorteo_decoder *decoder);                                               \
    enum sorteo_code prefix##decoder_end(struct sorteo_decoder *decoder);                                              \
    uint8_t prefix##machine_entry(enum sorteo_dialect dialect, enum machine_entry entry);                              \
    const uint8_t *prefix##machine_exec(struct sorteo_decoder *decoder, const uint8_t *begin, const uint8_t *end);

SECOND_CODEC_DECLARE(portable_)
SECOND_CODEC_DECLARE(table_)

#endif
