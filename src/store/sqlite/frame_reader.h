/*
 * The bets of a row of the table of frames, one after the other.
 *
 * Knows no SQLite: the store and the extension for SQLite (src/sqlite_extension) read with it. A
 * row may say anything, and its frame may be any bytes: somebody may have written the file. What
 * the decoder refuses, and what is not as its row says, is damage.
 */
#ifndef STORE_SQLITE_FRAME_READER_H
#define STORE_SQLITE_FRAME_READER_H

#include "store/sqlite/frame_row.h"

struct frame_reader {
    struct frame_row row; /* being read … */
    uint32_t next;        /* … and which of its bets comes next, from 0 */
    struct sorteo_decoder decoder;
};

/* Finds a part by its name, which may be NULL. False, and *part unchanged, if there is none of that
 * name. */
bool frame_part_find(const char *name, enum frame_part *part);

/* Bytes in front of the first field of each bet in a row that holds such a part. */
uint8_t frame_skip(enum frame_part part, const struct sorteo_parameters *dialect);

/* Begins with reader->row, which the caller has filled; its bytes are borrowed as long as it is
 * read. False: it is damaged, and has no bets to be read. */
bool frame_reader_begin(struct frame_reader *reader);

/* Is there a bet that was not read? Before the first row: no. */
bool frame_reader_has_more(const struct frame_reader *reader);

/* Its next bet, whose texts are borrowed from the row, and its id. False: the row is damaged. */
bool frame_reader_next(struct frame_reader *reader, int64_t *id, struct sorteo_bet *bet);

#endif
