/*
 * A row of the table of frames.
 */
#ifndef STORE_SQLITE_FRAME_ROW_H
#define STORE_SQLITE_FRAME_ROW_H

#include "codec/sorteo.h"

#define FRAME_COLUMNS "id, bets, round, agency, skip, length_size, dialect, frame, head, bytes"
enum frame_column {
    FRAME_ID,
    FRAME_BETS,
    FRAME_ROUND,
    FRAME_AGENCY,
    FRAME_SKIP,
    FRAME_LENGTH_SIZE,
    FRAME_DIALECT,
    FRAME_KIND,
    FRAME_HEAD,
    FRAME_BYTES
};

/* What a row of the table holds: a frame, or a piece of a batch that is too long for one row. */
enum frame_part { PART_SINGLE, PART_BATCH, PART_MORE };
extern const char *const frame_part_names[]; /* ended by NULL (frame_reader.c) */

/*
 *     a BATCH:    N_BETS KEY AGENCY?  BET BET BET … BET BET …
 *                 |-- head ---------||-- bytes --||-- bytes of the next row (MORE), with that head
 *     a SINGLE:   KEY AGENCY NAME_N …
 *                 |-- bytes ---------- (no head)
 *     a BET:      AGENCY? NAME_N …
 *                 |-skip-|  a SINGLE's KEY is skipped, too
 */
struct frame_row {
    int64_t id;    /* of its first bet */
    uint32_t bets; /* in this row */
    uint32_t round;
    uint8_t agency;
    uint8_t skip;        /* bytes */
    uint8_t length_size; /* bytes of the length in front of each text */
    enum sorteo_dialect dialect;
    enum frame_part part;
    const uint8_t *head;
    size_t head_len;
    const uint8_t *bytes;
    size_t len;
};

#endif
