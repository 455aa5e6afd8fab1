/*
 * Bets, one after the other, wherever they are: in rows of earlier versions, which come first,
 * or in frames, which are decoded (frame_reader.c). One that is damaged is a failure.
 */
#include "store/sqlite/sqlite_store.h"

#include <inttypes.h>

#include "store/sqlite/frame_columns.h"

/* ---- Statements ------------------------------------------------------------------------------ */

#define MATCHES "(?2 = 0 OR round = ?2) AND (?3 = 0 OR agency = ?3) "

static const char every_row[] = "SELECT id" COLUMNS_AFTER_ID " FROM bet_rows WHERE id >= ?1 AND " MATCHES "ORDER BY id";
static const char every_earlier_row[] =
    "SELECT id" COLUMNS_AFTER_ID " FROM bets WHERE id >= ?1 AND " MATCHES "ORDER BY id";
static const char every_frame[] = "SELECT " FRAME_COLUMNS " FROM frames WHERE id >= ifnull((SELECT max(id) FROM frames "
                                  "WHERE id <= ?1), 0) AND " MATCHES "ORDER BY id";

static enum store_code prepare(struct bet_reader *reader, const char *sql, sqlite3_stmt **out, uint32_t round,
                               uint8_t agency)
{
    if (sqlite3_prepare_v2(reader->store->db, sql, -1, out, NULL) != SQLITE_OK)
        return sqlite_fail(reader->store, reader->what);
    STATEMENT_BIND(*out, reader->from, round, agency);
    return STORE_OK;
}

enum store_code reader_begin(struct bet_reader *reader, struct sqlite_store *store, const char *what, int64_t from,
                             uint32_t round, uint8_t agency)
{
    const bool has_frames = store->version >= SCHEMA_VERSION_WITH_FRAMES;

    *reader = (struct bet_reader){ .store = store, .what = what, .from = from };
    if (prepare(reader, has_frames ? every_row : every_earlier_row, &reader->rows, round, agency) != STORE_OK)
        return STORE_FAILED;
    return has_frames ? prepare(reader, every_frame, &reader->frames, round, agency) : STORE_OK;
}

static void end(sqlite3_stmt **statement)
{
    sqlite3_finalize(*statement);
    *statement = NULL;
}

void reader_end(struct bet_reader *reader)
{
    end(&reader->rows);
    end(&reader->frames);
}

/* ---- Frames ---------------------------------------------------------------------------------- */

static enum store_code damaged(struct bet_reader *reader)
{
    reader->is_damaged = true;
    return sqlite_fail_because(reader->store, reader->what, "the frame of bet %" PRId64 " is damaged",
                               reader->frame.row.id);
}

static bool begin_frame(struct bet_reader *reader)
{
    return frame_of_columns(reader->frames, &reader->frame.row) && frame_reader_begin(&reader->frame);
}

/* OK once a frame is there that has a bet to be read. */
static enum store_code reach_frame(struct bet_reader *reader)
{
    enum store_code code = STORE_OK;

    while (code == STORE_OK && !frame_reader_has_more(&reader->frame)) {
        code = reader->frames == NULL ? STORE_NONE : statement_row(reader->store, reader->frames, reader->what);
        if (code == STORE_OK && !begin_frame(reader))
            code = damaged(reader);
    }
    if (code != STORE_OK)
        end(&reader->frames);
    return code;
}

static bool next_in_frame(struct bet_reader *reader, struct stored_bet *stored)
{
    stored->round = reader->frame.row.round;
    return frame_reader_next(&reader->frame, &stored->id, &stored->bet);
}

static enum store_code next_of_frames(struct bet_reader *reader, struct stored_bet *stored)
{
    enum store_code code;

    do {
        code = reach_frame(reader);
        if (code == STORE_OK && !next_in_frame(reader, stored))
            code = damaged(reader);
    } while (code == STORE_OK && stored->id < reader->from);
    return code;
}

/* ---- Rows ------------------------------------------------------------------------------------ */

static enum store_code next_row(struct bet_reader *reader, struct stored_bet *stored)
{
    enum store_code code = statement_row(reader->store, reader->rows, reader->what);

    if (code == STORE_OK)
        *stored = stored_bet_of_columns(reader->rows);
    else
        end(&reader->rows);
    return code;
}

enum store_code reader_next(struct bet_reader *reader, struct stored_bet *stored)
{
    enum store_code code = STORE_NONE;

    if (reader->rows != NULL)
        code = next_row(reader, stored);
    return code == STORE_NONE ? next_of_frames(reader, stored) : code;
}
