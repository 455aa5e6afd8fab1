/*
 * Bets, one after the other, wherever they are: in rows of earlier versions, which come first,
 * or in frames, which are decoded.
 *
 * A frame may be any bytes: somebody may have written the file. What the decoder refuses, and what
 * is not as its row says, is a failure.
 */
#include "store/sqlite/sqlite_store.h"

#include <inttypes.h>
#include <string.h>

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
                               reader->frame.id);
}

static const uint8_t *column_blob(sqlite3_stmt *statement, int column, size_t *len)
{
    const uint8_t *bytes = sqlite3_column_blob(statement, column);

    *len = (size_t)sqlite3_column_bytes(statement, column);
    return bytes != NULL ? bytes : (const uint8_t *)"";
}

static bool read_part(const char *name, enum frame_part *part)
{
    for (unsigned i = 0; name != NULL && frame_part_names[i] != NULL; i++) {
        if (strcmp(frame_part_names[i], name) == 0) {
            *part = (enum frame_part)i;
            return true;
        }
    }
    return false;
}

static bool column_is(sqlite3_stmt *statement, enum frame_column column, uint32_t wanted)
{
    return sqlite3_column_int64(statement, (int)column) == wanted;
}

/* No number is too great for its field; and the view of bets, which has no decoder, is told where
 * the fields are as the dialect has them. */
static bool has_good_numbers(sqlite3_stmt *statement, const struct frame_row *row)
{
    const struct sorteo_parameters *dialect = sorteo_dialect_parameters(row->dialect);

    return column_is(statement, FRAME_BETS, row->bets) && column_is(statement, FRAME_ROUND, row->round) &&
           column_is(statement, FRAME_AGENCY, row->agency) &&
           column_is(statement, FRAME_SKIP, frame_skip(row->part, dialect)) &&
           column_is(statement, FRAME_LENGTH_SIZE, dialect->length_size);
}

/* The row that the statement is at. False if it says what no row can. */
static bool read_row(sqlite3_stmt *statement, struct frame_row *row)
{
    const char *dialect = (const char *)sqlite3_column_text(statement, FRAME_DIALECT);

    *row = (struct frame_row){ .id = sqlite3_column_int64(statement, FRAME_ID),
                               .bets = (uint32_t)sqlite3_column_int64(statement, FRAME_BETS),
                               .round = (uint32_t)sqlite3_column_int64(statement, FRAME_ROUND),
                               .agency = (uint8_t)sqlite3_column_int(statement, FRAME_AGENCY) };
    if (dialect == NULL || !sorteo_dialect_find(dialect, &row->dialect) ||
        !read_part((const char *)sqlite3_column_text(statement, FRAME_KIND), &row->part) ||
        !has_good_numbers(statement, row))
        return false;
    row->head = column_blob(statement, FRAME_HEAD, &row->head_len);
    row->bytes = column_blob(statement, FRAME_BYTES, &row->len);
    return true;
}

/* The head says that bets follow: at least as many as are here. */
static bool take_head(struct bet_reader *reader)
{
    const struct frame_row *frame = &reader->frame;
    const struct sorteo_window window = { .bytes = frame->head, .len = frame->head_len };
    struct sorteo_event event;

    return sorteo_decoder_next(&reader->decoder, &window, &event) == SORTEO_BATCH_BEGIN &&
           reader->decoder.offset == frame->head_len &&
           (frame->part == PART_BATCH ? event.bets >= frame->bets : event.bets > frame->bets);
}

static bool begin_frame(struct bet_reader *reader)
{
    struct frame_row *frame = &reader->frame;

    if (!read_row(reader->frames, frame))
        return false;
    reader->next = 0;
    sorteo_decoder_init(&reader->decoder, frame->dialect,
                        frame->part == PART_SINGLE ? SORTEO_BET_STREAM : SORTEO_AGENCY_STREAM, 0);
    return frame->part == PART_SINGLE ? frame->head_len == 0 : take_head(reader);
}

/* The bytes end with the last bet. */
static bool is_whole(const struct bet_reader *reader)
{
    return reader->next < reader->frame.bets || reader->decoder.offset == reader->frame.head_len + reader->frame.len;
}

static bool next_in_frame(struct bet_reader *reader, struct stored_bet *stored)
{
    const struct frame_row *frame = &reader->frame;
    const struct sorteo_window window = { .bytes = frame->bytes, .len = frame->len, .base = frame->head_len };
    struct sorteo_event event;

    if (sorteo_decoder_next(&reader->decoder, &window, &event) != SORTEO_BET || event.bet.agency != frame->agency)
        return false;
    *stored = (struct stored_bet){ .id = frame->id + reader->next, .round = frame->round, .bet = event.bet };
    reader->next++;
    return is_whole(reader);
}

/* OK once a frame is there that has a bet to be read. */
static enum store_code reach_frame(struct bet_reader *reader)
{
    enum store_code code = STORE_OK;

    while (code == STORE_OK && reader->next >= reader->frame.bets) {
        code = reader->frames == NULL ? STORE_NONE : statement_row(reader->store, reader->frames, reader->what);
        if (code == STORE_OK && !begin_frame(reader))
            code = damaged(reader);
    }
    if (code != STORE_OK)
        end(&reader->frames);
    return code;
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
