/*
 * The generated machines, one for each dialect, and the dialects' list.
 *
 * Internal to the codec. A machine reads bytes, and changes nothing but the decoder.
 */
#ifndef CODEC_MACHINE_H
#define CODEC_MACHINE_H

#include "../gen/dialects.h"
#include "codec/frames.h"
#include "codec/sorteo.h"

/* Bytes on the wire: `fixed` is what no length counts, `least` the same with the shortest texts. */
struct dialect_sizes {
    uint8_t batch_head;   /* of a BATCH before its bets */
    uint8_t bet_fixed;    /* of a bet in a BATCH … */
    uint8_t bet_least;    /* … */
    uint8_t bet_agency;   /* … of which AGENCY are so many */
    uint8_t single_fixed; /* of a SINGLE, KEY and all … */
    uint8_t single_least; /* … */
};

/* What gen/dialects.h has of each dialect. */
struct dialect {
    const char *name;
    struct sorteo_parameters parameters;
    struct dialect_sizes sizes;
};

/* Of a dialect's number, which must be one; a static object. */
__attribute__((visibility("hidden"))) const struct dialect *dialect_of(enum sorteo_dialect dialect);

/* Where a machine may be started: the streams, the replies, and what the encoder asks. */
enum machine_entry {
    MACHINE_AGENCY_STREAM,
    MACHINE_BET_STREAM,
#define X(frame, name) MACHINE_##frame,
    REPLIES(X) /* MACHINE_ANSWER, MACHINE_WINNERS … */
#undef X
    MACHINE_SILENCE,
    MACHINE_NAME,
    MACHINE_BIRTHDATE,
    MACHINE_BET,     /* of a BATCH, as the next one is due */
    MACHINE_DOCUMENT /* of WINNERS, as the next one is due */
};

/* In every machine this state means that the byte read last had no transition. */
#define MACHINE_ERROR_STATE 0

/* The name of a machine's function. (A second codec beside this one has others.) */
#ifndef MACHINE_FUNCTION
#define MACHINE_FUNCTION(dialect, name) sorteo_##dialect##_##name
#endif

/* <dialect>_entry: the state in which a machine starts to read that.
 *
 * <dialect>_exec: reads bytes from begin, which is at stream offset decoder->offset, to end.
 * Returns
 *   - just past the byte that raised an event, with decoder->event set; or
 *   - at the byte that is an error, with the state MACHINE_ERROR_STATE, and decoder->error.code and
 *     .field set if the grammar names it; or
 *   - end.
 * Leaves decoder->offset to the caller. One byte fed from any state is self-contained: nothing is
 * called through a pointer, nothing is copied, and nothing but [begin, end) and *decoder is looked
 * at. */
#define X(name)                                                                                                        \
    __attribute__((visibility("hidden"))) uint8_t MACHINE_FUNCTION(name, entry)(enum machine_entry entry);             \
    __attribute__((visibility("hidden")))                                                                              \
    const uint8_t *MACHINE_FUNCTION(name, exec)(struct sorteo_decoder * decoder, const uint8_t *begin,                 \
                                                const uint8_t *end);
CODEC_DIALECTS(X)
#undef X

/* The same, for a dialect's number. */
__attribute__((visibility("hidden"))) uint8_t machine_entry(enum sorteo_dialect dialect, enum machine_entry entry);
__attribute__((visibility("hidden"))) const uint8_t *machine_exec(struct sorteo_decoder *decoder, const uint8_t *begin,
                                                                  const uint8_t *end);

#endif
