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

/* From the first bet of the earliest round that an agency is in. */
static enum store_code count_rows(struct sqlite_store *store, struct count counts[static 256])
{
    static const char sql[] = "SELECT agency, round FROM bets WHERE id >= (SELECT min(first_bet) FROM rounds "
                              "WHERE round >= (SELECT min(round) FROM agencies))";
    sqlite3_stmt *statement = NULL;
    enum store_code code;

    if (sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL) != SQLITE_OK)
        return sqlite_fail(store, counts_what);
    while ((code = statement_row(store, statement, counts_what)) == STORE_OK) {
        struct count *count = &counts[sqlite3_column_int(statement, 0) & 0xff];
        count->rows += sqlite3_column_int64(statement, 1) == count->round;
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

    if (read_agencies(store, counts) != STORE_OK || count_rows(store, counts) != STORE_OK)
        return STORE_FAILED;
    for (int agency = 0; agency < 256; agency++)
        if (counts[agency].round != 0 && counts[agency].rows != counts[agency].bets)
            return sqlite_refuse(store, STORE_REFUSED,
                                 "is damaged: agency %d has %" PRId64 " bets in round %" PRId64 ", and %" PRId64
                                 " are there: restore a copy of it",
                                 agency, counts[agency].bets, counts[agency].round, counts[agency].rows);
    return check_numbers(store);
}
