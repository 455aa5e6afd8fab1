/*
 * The second decoder of the target `styles`: sorteo.h's, whose machine Ragel wrote as tables (-T0). It is
 * made in the build folder from the same grammar and the same shell, under the names that table_names.h gives
 * them.
 */
#ifndef FUZZ_TABLE_DECODER_H
#define FUZZ_TABLE_DECODER_H

#include "sorteo.h"

void table_decoder_init(struct sorteo_decoder *decoder, enum sorteo_dialect dialect, enum sorteo_stream stream,
                        uint32_t frame_limit);
void table_decoder_expect(struct sorteo_decoder *decoder, enum sorteo_reply reply);
enum sorteo_event_kind table_decoder_next(struct sorteo_decoder *decoder, const struct sorteo_window *window,
                                          struct sorteo_event *event);
uint64_t table_decoder_keep(const struct sorteo_decoder *decoder);
enum sorteo_code table_decoder_end(struct sorteo_decoder *decoder);

#endif
