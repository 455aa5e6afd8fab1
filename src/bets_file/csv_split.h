/*
 * Bytes to rows of fields, by RFC 4180, through libcsv in its strict mode: see csv_reader.h for
 * what that takes. Counts lines. Knows nothing of files or of what the fields mean.
 */
#ifndef BETS_FILE_CSV_SPLIT_H
#define BETS_FILE_CSV_SPLIT_H

#include <csv.h>

#include "codec/bet_fields.h"

#define CSV_FIELDS ((unsigned)BET_FIELD_COUNT)

/* Room for texts that are just too long for any dialect, so that it is the encoder that says so;
 * what is longer is most likely a quote that was never closed. */
#define CSV_ROW_BYTES_MAX ((size_t)(0 BET_FIELDS(BET_FIELD_NOTHING, BET_FIELD_ONE, BET_FIELD_NOTHING)) * 80 * 1024)

struct csv_split {
    /* read-only */
    uint64_t line;     /* of the next byte, 1 and up */
    uint64_t row_line; /* where the row at hand began */
    unsigned fields;   /* of the row at hand; those beyond CSV_FIELDS are counted, up to UINT_MAX, and dropped */
    bool row_ended;    /* the row at hand is complete */
    bool row_too_long; /* and does not fit */

    /* private */
    struct csv_parser parser;
    bool after_cr; /* the byte before `line` was a CR: an LF would be of the same line end */
    bool row_begun;
    size_t mark_len; /* bytes of a byte-order mark seen at the beginning of a line */
    bool marked;     /* this line had its mark: another one is text */
    size_t field_end[CSV_FIELDS];
    size_t row_len;
    char row[CSV_ROW_BYTES_MAX];
};

/* At the beginning of a text. False if there is no memory; then there is nothing to free. */
SORTEO_MUST_USE bool csv_split_init(struct csv_split *split);
void csv_split_fini(struct csv_split *split);

/* Lets go of the row at hand if it is complete; one that is under way stays. */
void csv_split_begin_row(struct csv_split *split);

enum csv_split_outcome {
    CSV_SPLIT_OK,
    CSV_SPLIT_QUOTE, /* unexpected quote, in `line` */
    CSV_SPLIT_LONG,  /* more than CSV_ROW_BYTES_MAX from `row_line` on */
    CSV_SPLIT_OPEN   /* the text ended inside a quote opened in the row of `row_line` */
};

/* Takes bytes up to and with the first end of a line, and so ends at most one row. *used: how many,
 * with OK. */
SORTEO_MUST_USE enum csv_split_outcome csv_split_feed(struct csv_split *split, const char *bytes, size_t len,
                                                      size_t *used);

/* The text has ended; a last row without a line end is complete now. */
SORTEO_MUST_USE enum csv_split_outcome csv_split_end(struct csv_split *split);

/* In place of a text: a row of these. */
void csv_split_give(struct csv_split *split, const char *const fields[static CSV_FIELDS]);

/* A field of a complete row that has it; borrowed until the row is let go. */
struct sorteo_text csv_split_field(const struct csv_split *split, unsigned field);

#endif
