/*
 * Frames on their way into the table: which row holds what, and writing the rows.
 *
 * Knows nothing about rounds but their numbers, and of a frame no more than where its bets begin
 * and how long each of them is.
 */
#include "store/sqlite/sqlite_store.h"

static const char what[] = "append bets";

/* Bytes of N_BETS, in every dialect. */
#define COUNT_SIZE 2u

/* ---- Rows ------------------------------------------------------------------------------------ */

static struct frame_row row_of_single(const struct store_frame *frame)
{
    return (struct frame_row){ .part = PART_SINGLE, .head = frame->bytes, .bytes = frame->bytes };
}

static struct frame_row row_of_batch(const struct store_frame *frame, const struct sorteo_parameters *dialect)
{
    const size_t head_len = COUNT_SIZE + dialect->key_size + dialect->batch_agency_size;

    return (struct frame_row){
        .part = PART_BATCH, .head = frame->bytes, .head_len = head_len, .bytes = frame->bytes + head_len
    };
}

/* The first row of a frame, which has no bet yet. */
static struct frame_row row_of(const struct store_frame *frame, uint32_t round, int64_t id)
{
    const struct sorteo_parameters *dialect = sorteo_dialect_parameters(frame->dialect);
    struct frame_row row = frame->is_single ? row_of_single(frame) : row_of_batch(frame, dialect);

    row.id = id;
    row.round = round;
    row.agency = frame->bets[0].agency;
    row.skip = frame_skip(row.part, dialect);
    row.length_size = dialect->length_size;
    row.dialect = frame->dialect;
    return row;
}

/* As many of the frame's bets from `first` on as have room in a row, at least one. */
static void fill(struct frame_row *row, const struct store_frame *frame, size_t first)
{
    const size_t rest = (size_t)(frame->bytes + frame->len - row->bytes);
    size_t end = first, size;

    row->len = rest;
    row->bets = (uint32_t)(frame->count - first);
    if (rest <= FRAME_PIECE_MAX || frame->is_single)
        return;
    row->len = 0;
    while (end < frame->count) {
        size = sorteo_bet_size(frame->dialect, &frame->bets[end]);
        if (end > first && size > FRAME_PIECE_MAX - row->len)
            break;
        row->len += size;
        end++;
        if (row->len >= FRAME_PIECE_MAX)
            break;
    }
    row->bets = (uint32_t)(end - first);
}

/* ---- Writing --------------------------------------------------------------------------------- */

enum store_code sqlite_flush(struct sqlite_store *store)
{
    static const char sql[] = "INSERT INTO frames (" FRAME_COLUMNS ") SELECT * FROM held_frames";
    const size_t count = store->held.count;
    sqlite3_stmt *statement;
    enum store_code code = STORE_FAILED;

    if (count == 0)
        return STORE_OK;
    statement = statement_get(store, STATEMENT_FRAMES_ADD, sql, what);
    if (statement != NULL)
        code = statement_run(store, statement, what);
    if (code == STORE_OK && (size_t)sqlite3_changes(store->db) != count) /* a trigger that is not ours */
        code = sqlite_fail_because(store, what, "%d of %zu frames were taken", sqlite3_changes(store->db), count);
    held_clear(&store->held);
    return code;
}

static enum store_code hold_row(struct sqlite_store *store, const struct frame_row *row)
{
    if (held_add(&store->held, row))
        return STORE_OK;
    if (sqlite_flush(store) != STORE_OK)
        return STORE_FAILED;
    if (!held_add(&store->held, row))
        return sqlite_fail_because(store, what, "a bet is longer than %u bytes", HELD_BYTES_MAX);
    return STORE_OK;
}

enum store_code frame_hold(struct sqlite_store *store, uint32_t round, int64_t id, const struct store_frame *frame)
{
    struct frame_row row = row_of(frame, round, id);
    size_t done = 0;

    while (done < frame->count) {
        fill(&row, frame, done);
        if (hold_row(store, &row) != STORE_OK)
            return STORE_FAILED;
        done += row.bets;
        row.id += row.bets;
        row.bytes += row.len;
        row.part = PART_MORE;
    }
    return STORE_OK;
}
