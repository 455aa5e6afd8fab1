/*
 * The generated machines, one for each dialect, and the dialects' list.
 *
 * Internal to the codec. A machine reads bytes, and changes nothing but the decoder.
 */
#ifndef CODEC_MACHINE_H
#define CODEC_MACHINE_H

#include "codec/sorteo.h"

/* enum's name, file's name, s, k, w, r: section 3, as the files of the same name in grammar/ say
 * it. */
#define CODEC_DIALECTS(X)                                                                                              \
    X(WIDE, wide, 2, 0, 2, 0x01)                                                                                       \
    X(COMPACT, compact, 1, 0, 1, 0x03)                                                                                 \
    X(KEYED, keyed, 2, 8, 2, 0x01)

/* Bytes of a BET around its names and their lengths: AGENCY, DOCUMENT, BIRTHDATE, NUMBER. */
#define BET_FIXED (1u + 4u + SORTEO_DATE_LEN + 2u)

/* Where a machine may be started: the streams, the replies, and what the encoder asks. */
enum machine_entry {
    MACHINE_AGENCY_STREAM,
    MACHINE_BET_STREAM,
    MACHINE_ANSWER,
    MACHINE_WINNERS,
    MACHINE_SILENCE,
    MACHINE_NAME,
    MACHINE_BIRTHDATE
};

/* In every machine this state means that the byte read last had no transition. */
#define MACHINE_ERROR_STATE 0

/* <dialect>_entry: the state in which a machine starts to read that.
 *
 * <dialect>_exec: reads bytes from begin, which is at stream offset decoder->offset, to end.
 * Returns
 *   - behind the byte that raised an event, with decoder->event set; or
 *   - at the byte that is an error, with the state MACHINE_ERROR_STATE, and decoder->error.code and .field
 *     set if the grammar names it; or
 *   - end.
 * Leaves decoder->offset to the caller. One byte fed from any state is self-contained: nothing is
 * called through a pointer, nothing is copied, and nothing but [begin, end) and *decoder is looked
 * at. */
#define X(upper, lower, s, k, w, r)                                                                                    \
    __attribute__((visibility("hidden"))) uint8_t sorteo_##lower##_entry(enum machine_entry entry);                    \
    __attribute__((visibility("hidden")))                                                                              \
    const uint8_t *sorteo_##lower##_exec(struct sorteo_decoder *decoder, const uint8_t *begin, const uint8_t *end);
CODEC_DIALECTS(X)
#undef X

/* The same, for a dialect's number. */
__attribute__((visibility("hidden"))) uint8_t machine_entry(enum sorteo_dialect dialect, enum machine_entry entry);
__attribute__((visibility("hidden"))) const uint8_t *machine_exec(struct sorteo_decoder *decoder, const uint8_t *begin,
                                                                  const uint8_t *end);

#endif
