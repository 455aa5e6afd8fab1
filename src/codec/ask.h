/*
 * What the encoder asks the grammar: may this frame be sent? The machine of the dialect reads it
 * field by field, as the decoder at the other end will.
 *
 * Internal to the codec. Nothing is written, and nothing is decided here.
 */
#ifndef CODEC_ASK_H
#define CODEC_ASK_H

#include "codec/machine.h"

/* Each returns OK, or the code with which the decoder would refuse the frame, with *error filled if
 * it is not NULL: its offset is counted from the first byte of the field that was refused. LENGTH
 * for a name that is longer than its length field can say, and DATE for a birthdate that is not
 * SORTEO_DATE_LEN bytes. */

/* A whole SINGLE. */
__attribute__((visibility("hidden"))) enum sorteo_code ask_single(enum sorteo_dialect dialect, uint64_t key,
                                                                  const struct sorteo_bet *bet,
                                                                  struct sorteo_error *error);

/* One bet of a BATCH. */
__attribute__((visibility("hidden"))) enum sorteo_code ask_bet(enum sorteo_dialect dialect,
                                                               const struct sorteo_bet *bet,
                                                               struct sorteo_error *error);

/* What a BATCH has before its bets. */
__attribute__((visibility("hidden"))) enum sorteo_code ask_batch(enum sorteo_dialect dialect, size_t count,
                                                                 uint64_t key, uint8_t agency,
                                                                 struct sorteo_error *error);

/* Is this a valid frame that raises this one event? `bytes` is the whole frame as it would be
 * sent. */
__attribute__((visibility("hidden"))) enum sorteo_code ask_plain(enum sorteo_dialect dialect, enum machine_entry entry,
                                                                 enum sorteo_event_kind event, const uint8_t *bytes,
                                                                 size_t len);

/* What WINNERS have before their documents. */
__attribute__((visibility("hidden"))) enum sorteo_code ask_winners(enum sorteo_dialect dialect, size_t count);

/* Documents of WINNERS, any of them. */
__attribute__((visibility("hidden"))) enum sorteo_code ask_documents(enum sorteo_dialect dialect,
                                                                     const uint32_t *documents, size_t count);

#endif
