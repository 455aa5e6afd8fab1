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

/* The round that has candidates and whose draw has not begun. */
struct tracked {
    int64_t round; /* 0: there is none */
    int64_t first_bet;
    int64_t number; /* of its candidates */
    int64_t bets;   /* that have it */
};

static enum store_code read_tracked(struct sqlite_store *store, struct tracked *tracked)
{
    static const char sql[] = "SELECT round, first_bet, candidates_of FROM rounds WHERE candidates_of IS NOT NULL "
                              "AND winning_number IS NULL ORDER BY round DESC LIMIT 1";
    sqlite3_stmt *statement = NULL;
    enum store_code code;

    *tracked = (struct tracked){ .round = 0 };
    if (store->version < SCHEMA_VERSION_WITH_CANDIDATES)
        return STORE_OK;
    if (sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL) != SQLITE_OK)
        return sqlite_fail(store, counts_what);
    code = statement_row(store, statement, counts_what);
    if (code == STORE_OK)
        *tracked = (struct tracked){ .round = sqlite3_column_int64(statement, 0),
                                     .first_bet = sqlite3_column_int64(statement, 1),
                                     .number = sqlite3_column_int64(statement, 2) };
    sqlite3_finalize(statement);
    return code == STORE_NONE ? STORE_OK : code;
}

/* If a bet may have been changed by hand, its draw has to look at every bet. */
static enum store_code compare_candidates(struct sqlite_store *store, const struct tracked *tracked)
{
    int64_t candidates = 0;

    if (tracked->round == 0)
        return STORE_OK;
    if (sqlite_query_integer(store, "SELECT count(*) FROM candidates", counts_what, &candidates) != STORE_OK)
        return STORE_FAILED;
    store->candidates_doubted = candidates != tracked->bets;
    return STORE_OK;
}

/* From the first bet of the earliest round that an agency is in. */
static enum store_code count_rows(struct sqlite_store *store, struct count counts[static 256], struct tracked *tracked)
{
    static const char sql[] = "SELECT agency, round, number FROM bets WHERE id >= ifnull((SELECT min(first_bet) "
                              "FROM rounds WHERE round >= (SELECT min(round) FROM agencies)), ?1)";
    sqlite3_stmt *statement = NULL;
    enum store_code code;

    if (sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL) != SQLITE_OK)
        return sqlite_fail(store, counts_what);
    STATEMENT_BIND(statement, tracked->round == 0 ? INT64_MAX : tracked->first_bet);
    while ((code = statement_row(store, statement, counts_what)) == STORE_OK) {
        struct count *count = &counts[sqlite3_column_int(statement, 0) & 0xff];
        count->rows += sqlite3_column_int64(statement, 1) == count->round;
        tracked->bets += sqlite3_column_int64(statement, 1) == tracked->round &&
                         sqlite3_column_int64(statement, 2) == tracked->number;
    }
    sqlite3_finalize(statement);
    return code == STORE_NONE ? STORE_OK : code;
}

/* Bets are numbered without a gap: rounds that are over may be taken out by hand, from the first
 * bet on. */
static enum store_code check_numbers(struct sqlite_store *store)
{
    int64_t missing = 0;
    enum store_code code = sqlite_query_integer(
        store,
        "SELECT ifnull((SELECT max(id) FROM bets) - (SELECT min(id) FROM bets) + 1, 0) - (SELECT count(*) FROM bets)",
        counts_what, &missing);

    if (code != STORE_OK || missing == 0)
        return code;
    return sqlite_refuse(store, STORE_REFUSED, "is damaged: %" PRId64 " bets are missing: restore a copy of it",
                         missing);
}

enum store_code check_counts(struct sqlite_store *store)
{
    struct count counts[256] = { { .round = 0 } };
    struct tracked tracked;

    if (read_agencies(store, counts) != STORE_OK || read_tracked(store, &tracked) != STORE_OK ||
        count_rows(store, counts, &tracked) != STORE_OK || compare_candidates(store, &tracked) != STORE_OK)
        return STORE_FAILED;
    for (int agency = 0; agency < 256; agency++)
        if (counts[agency].round != 0 && counts[agency].rows != counts[agency].bets)
            return sqlite_refuse(store, STORE_REFUSED,
                                 "is damaged: agency %d has %" PRId64 " bets in round %" PRId64 ", and %" PRId64
                                 " are there: restore a copy of it",
                                 agency, counts[agency].bets, counts[agency].round, counts[agency].rows);
    return check_numbers(store);
}
