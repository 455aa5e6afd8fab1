/*
 * What is looked for in a store before it is used: damage, tables that are not ours, rows that are
 * fewer than they should be.
 *
 * A store is a file that anybody may have written. What is wrong is refused; nothing is changed.
 */
#include "store/sqlite/sqlite_store.h"

#include <inttypes.h>
#include <string.h>

/* Otherwise a page that was damaged while no server ran would be found in the middle of a draw, and
 * a damaged row never. The same holds for a value that the schema forbids: NULL, or one of another
 * type. Some 0.2 s for a million bets. */
enum store_code check_sound(struct sqlite_store *store)
{
    static const char what[] = "check the database";
    sqlite3_stmt *statement = NULL;
    enum store_code code;
    const char *said, *line;

    if (sqlite3_prepare_v2(store->db, "PRAGMA quick_check(1)", -1, &statement, NULL) != SQLITE_OK)
        return sqlite_fail(store, what);
    code = statement_row(store, statement, what);
    if (code == STORE_OK) {
        said = (const char *)sqlite3_column_text(statement, 0);
        line = said == NULL ? NULL : strrchr(said, '\n'); /* a heading comes before it */
        if (said == NULL || strcmp(said, "ok") != 0)
            code = sqlite_refuse(store, STORE_REFUSED, "is damaged: %.100s: restore a copy of it",
                                 said == NULL   ? "out of memory"
                                 : line == NULL ? said
                                                : line + 1);
    }
    sqlite3_finalize(statement);
    return code;
}

/* ---- Counts ---------------------------------------------------------------------------------- */

static const char counts_what[] = "count the bets";

struct count {
    int64_t round; /* 0: nothing was ever written of the agency */
    int64_t bets;  /* that it says it has in that round … */
    int64_t rows;  /* … and those that are there */
};

static enum store_code read_agencies(struct sqlite_store *store, struct count counts[static 256])
{
    sqlite3_stmt *statement = NULL;
    enum store_code code;

    if (sqlite3_prepare_v2(store->db, "SELECT agency, round, bets FROM agencies", -1, &statement, NULL) != SQLITE_OK)
        return sqlite_fail(store, counts_what);
    while ((code = statement_row(store, statement, counts_what)) == STORE_OK)
        counts[sqlite3_column_int(statement, 0) & 0xff] =
            (struct count){ .round = sqlite3_column_int64(statement, 1), .bets = sqlite3_column_int64(statement, 2) };
    sqlite3_finalize(statement);
    return code == STORE_NONE ? STORE_OK : code;
}

/* The round that has candidates and whose draw has not begun, and its candidates in their order. */
struct tracked {
    int64_t round; /* 0: there is none */
    int64_t first_bet;
    int64_t number;           /* of its candidates */
    sqlite3_stmt *candidates; /* the next of them is one step away */
    bool doubted;             /* they are not the bets that have it */
};

/* In earlier versions candidates say less: they are given up when the tables are brought up to
 * date. */
static enum store_code read_tracked(struct sqlite_store *store, struct tracked *tracked)
{
    static const char sql[] = "SELECT round, first_bet, candidates_of FROM rounds WHERE candidates_of IS NOT NULL "
                              "AND winning_number IS NULL ORDER BY round DESC LIMIT 1";
    static const char candidates[] = "SELECT bet" COLUMNS_AFTER_ID " FROM candidates ORDER BY bet";
    sqlite3_stmt *statement = NULL;
    enum store_code code;

    *tracked = (struct tracked){ .round = 0 };
    if (store->version < SCHEMA_VERSION_WITH_FRAMES)
        return STORE_OK;
    if (sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(store->db, candidates, -1, &tracked->candidates, NULL) != SQLITE_OK)
        code = sqlite_fail(store, counts_what);
    else
        code = statement_row(store, statement, counts_what);
    if (code == STORE_OK) {
        tracked->round = sqlite3_column_int64(statement, 0);
        tracked->first_bet = sqlite3_column_int64(statement, 1);
        tracked->number = sqlite3_column_int64(statement, 2);
    }
    sqlite3_finalize(statement);
    return code == STORE_NONE ? STORE_OK : code;
}

/* If a candidate may have been changed by hand, the draw has to look at every bet. */
static enum store_code compare_candidate(struct sqlite_store *store, struct tracked *tracked,
                                         const struct stored_bet *stored)
{
    struct stored_bet candidate;
    enum store_code code;

    if (tracked->doubted || stored->round != tracked->round || stored->bet.number != tracked->number)
        return STORE_OK;
    code = statement_row(store, tracked->candidates, counts_what);
    if (code == STORE_OK) {
        candidate = stored_bet_of_columns(tracked->candidates);
        tracked->doubted =
            candidate.id != stored->id || candidate.round != stored->round || !bet_is(&candidate.bet, &stored->bet);
    }
    tracked->doubted = tracked->doubted || code == STORE_NONE;
    return code == STORE_NONE ? STORE_OK : code;
}

/* There are no more of them than bets. */
static enum store_code end_candidates(struct sqlite_store *store, struct tracked *tracked)
{
    enum store_code code = STORE_OK;

    if (tracked->round != 0 && !tracked->doubted) {
        code = statement_row(store, tracked->candidates, counts_what);
        tracked->doubted = code == STORE_OK;
    }
    store->candidates_doubted = tracked->doubted;
    return code == STORE_NONE ? STORE_OK : code;
}

/* From the first bet of the earliest round that an agency is in. */
static enum store_code find_first(struct sqlite_store *store, const struct tracked *tracked, int64_t *first)
{
    static const char sql[] =
        "SELECT ifnull(min(first_bet), 0) FROM rounds WHERE round >= (SELECT min(round) FROM agencies)";
    enum store_code code = sqlite_query_integer(store, sql, counts_what, first);

    if (code == STORE_OK && *first == 0)
        *first = tracked->round == 0 ? INT64_MAX : tracked->first_bet;
    return code;
}

static enum store_code count_bet(struct sqlite_store *store, struct count counts[static 256], struct tracked *tracked,
                                 const struct stored_bet *stored)
{
    struct count *count = &counts[stored->bet.agency];

    count->rows += stored->round == count->round;
    return compare_candidate(store, tracked, stored);
}

static enum store_code refuse_frame(struct sqlite_store *store, const struct bet_reader *reader)
{
    return sqlite_refuse(store, STORE_REFUSED,
                         "is damaged: the frame of bet %" PRId64 " cannot be read: restore a copy of it",
                         reader->frame.row.id);
}

static enum store_code count_bets(struct sqlite_store *store, struct count counts[static 256], struct tracked *tracked)
{
    struct bet_reader reader;
    struct stored_bet stored;
    int64_t first = 0;
    enum store_code code = find_first(store, tracked, &first);

    if (code != STORE_OK)
        return code;
    code = reader_begin(&reader, store, counts_what, first, 0, 0);
    while (code == STORE_OK) {
        code = reader_next(&reader, &stored);
        if (code == STORE_OK)
            code = count_bet(store, counts, tracked, &stored);
    }
    if (reader.is_damaged)
        code = refuse_frame(store, &reader);
    reader_end(&reader);
    return code == STORE_NONE ? STORE_OK : code;
}

static enum store_code compare_counts(struct sqlite_store *store)
{
    struct count counts[256] = { { .round = 0 } };
    struct tracked tracked;
    enum store_code code = read_agencies(store, counts);

    if (code != STORE_OK)
        return code;
    code = read_tracked(store, &tracked);
    if (code == STORE_OK)
        code = count_bets(store, counts, &tracked);
    if (code == STORE_OK)
        code = end_candidates(store, &tracked);
    sqlite3_finalize(tracked.candidates);
    for (int agency = 0; agency < 256 && code == STORE_OK; agency++)
        if (counts[agency].round != 0 && counts[agency].rows != counts[agency].bets)
            code = sqlite_refuse(store, STORE_REFUSED,
                                 "is damaged: agency %d has %" PRId64 " bets in round %" PRId64 ", and %" PRId64
                                 " are there: restore a copy of it",
                                 agency, counts[agency].bets, counts[agency].round, counts[agency].rows);
    return code;
}

/* ---- Numbers --------------------------------------------------------------------------------- */

/* Rows of earlier versions: *next is the id after the last one, 0 if there is none. */
static enum store_code check_rows(struct sqlite_store *store, int64_t *missing, int64_t *next)
{
    const bool has_frames = store->version >= SCHEMA_VERSION_WITH_FRAMES;
    enum store_code code = sqlite_query_integer(
        store,
        has_frames ? "SELECT ifnull((SELECT max(id) FROM bet_rows) - (SELECT min(id) FROM bet_rows) + 1, 0) - "
                     "(SELECT count(*) FROM bet_rows)"
                   : "SELECT ifnull((SELECT max(id) FROM bets) - (SELECT min(id) FROM bets) + 1, 0) - "
                     "(SELECT count(*) FROM bets)",
        counts_what, missing);

    if (code == STORE_OK && has_frames)
        code = sqlite_query_integer(store, "SELECT ifnull(max(id), -1) + 1 FROM bet_rows", counts_what, next);
    return code;
}

/* Adds to *missing what is missing before each frame, or there twice. */
static enum store_code check_frames(struct sqlite_store *store, int64_t *missing, int64_t next)
{
    sqlite3_stmt *statement = NULL;
    enum store_code code;
    int64_t id;

    if (sqlite3_prepare_v2(store->db, "SELECT id, bets FROM frames ORDER BY id", -1, &statement, NULL) != SQLITE_OK)
        return sqlite_fail(store, counts_what);
    while ((code = statement_row(store, statement, counts_what)) == STORE_OK) {
        id = sqlite3_column_int64(statement, 0);
        if (next != 0)
            *missing += id > next ? id - next : next - id;
        next = id + sqlite3_column_int64(statement, 1);
    }
    sqlite3_finalize(statement);
    return code == STORE_NONE ? STORE_OK : code;
}

/* Bets are numbered without a gap: rounds that are over may be taken out by hand, from the first
 * bet on. */
static enum store_code check_numbers(struct sqlite_store *store)
{
    int64_t missing = 0, next = 0;
    enum store_code code = check_rows(store, &missing, &next);

    if (code == STORE_OK && store->version >= SCHEMA_VERSION_WITH_FRAMES)
        code = check_frames(store, &missing, next);
    if (code != STORE_OK || missing == 0)
        return code;
    return sqlite_refuse(store, STORE_REFUSED, "is damaged: %" PRId64 " bets are missing: restore a copy of it",
                         missing);
}

enum store_code check_counts(struct sqlite_store *store)
{
    enum store_code code = compare_counts(store);

    return code == STORE_OK ? check_numbers(store) : code;
}
