/*
 * A row of the table of frames, read from a statement that selects FRAME_COLUMNS.
 *
 * Here and not in a file of its own because an extension calls SQLite in another way than a program
 * (sqlite3ext.h): it includes that header first.
 */
#ifndef STORE_SQLITE_FRAME_COLUMNS_H
#define STORE_SQLITE_FRAME_COLUMNS_H

#include <sqlite3.h>

#include "store/sqlite/frame_reader.h"

static inline const uint8_t *frame_column_blob(sqlite3_stmt *statement, int column, size_t *len)
{
    const uint8_t *bytes = sqlite3_column_blob(statement, column);

    *len = (size_t)sqlite3_column_bytes(statement, column);
    return bytes != NULL ? bytes : (const uint8_t *)"";
}

static inline bool frame_column_is(sqlite3_stmt *statement, enum frame_column column, uint32_t wanted)
{
    return sqlite3_column_int64(statement, (int)column) == wanted;
}

/* No number is too great for its field; and the view of bets, which has no decoder, is told where
 * the fields are as the dialect has them. Each of the bets has an id. */
static inline bool frame_has_good_numbers(sqlite3_stmt *statement, const struct frame_row *row)
{
    const struct sorteo_parameters *dialect = sorteo_dialect_parameters(row->dialect);

    return frame_column_is(statement, FRAME_BETS, row->bets) && frame_column_is(statement, FRAME_ROUND, row->round) &&
           frame_column_is(statement, FRAME_AGENCY, row->agency) &&
           frame_column_is(statement, FRAME_SKIP, frame_skip(row->part, dialect)) &&
           frame_column_is(statement, FRAME_LENGTH_SIZE, dialect->length_size) && row->bets >= 1 &&
           row->bets <= SORTEO_BATCH_MAX && row->round >= 1 && row->id <= INT64_MAX - row->bets;
}

/* The row that the statement is at; its bytes are borrowed until the next step. False if it says
 * what no row can. */
static inline bool frame_of_columns(sqlite3_stmt *statement, struct frame_row *row)
{
    const char *dialect = (const char *)sqlite3_column_text(statement, FRAME_DIALECT);

    *row = (struct frame_row){ .id = sqlite3_column_int64(statement, FRAME_ID),
                               .bets = (uint32_t)sqlite3_column_int64(statement, FRAME_BETS),
                               .round = (uint32_t)sqlite3_column_int64(statement, FRAME_ROUND),
                               .agency = (uint8_t)sqlite3_column_int(statement, FRAME_AGENCY) };
    if (dialect == NULL || !sorteo_dialect_find(dialect, &row->dialect) ||
        !frame_part_find((const char *)sqlite3_column_text(statement, FRAME_KIND), &row->part) ||
        !frame_has_good_numbers(statement, row))
        return false;
    row->head = frame_column_blob(statement, FRAME_HEAD, &row->head_len);
    row->bytes = frame_column_blob(statement, FRAME_BYTES, &row->len);
    return true;
}

#endif
