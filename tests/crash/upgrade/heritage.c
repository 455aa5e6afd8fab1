/* What a store holds, in every version's words: see heritage.h. */
#include "heritage.h"

#include <stdio.h>
#include <stdlib.h>

#include "contents.h"

static const char *const queries[] = {
    "SELECT id, round, agency, name, surname, document, birthdate, number FROM bets WHERE id <= ?1 ORDER BY id",
    "SELECT agencies FROM lottery",
    "SELECT agency, round, phase, announced, may_close_empty, bets FROM agencies ORDER BY agency",
    "SELECT round, first_bet, winning_number, winners FROM rounds ORDER BY round",
    "SELECT round, agency, position, bet, document FROM winners ORDER BY round, agency, position",
    "SELECT agency, key, frame, digest, round FROM keys ORDER BY agency, key"
};

bool heritage_bets(sqlite3 *db, int64_t last, uint64_t *digest)
{
    *digest = 0;
    return contents_add(db, queries[0], last, digest);
}

bool heritage_digest(sqlite3 *db, uint64_t *digest)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++)
        if (!contents_add(db, queries[i], INT64_MAX, &sum))
            return false;
    *digest = sum;
    return true;
}

int64_t heritage_ask(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    int64_t value;

    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK || sqlite3_step(statement) != SQLITE_ROW) {
        printf("Bail out! %s: %s\n", sql, sqlite3_errmsg(db));
        exit(2);
    }
    value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return value;
}

const char *heritage_contradiction(sqlite3 *db, int64_t drawn_rounds)
{
    if (heritage_ask(db, "SELECT count(*) - count(DISTINCT document || ' ' || agency) FROM bets") != 0)
        return "a bet is there twice";
    if (heritage_ask(db, "SELECT count(*) FROM rounds WHERE winners IS NOT NULL") != drawn_rounds)
        return "other rounds were drawn than were finished";
    if (heritage_ask(db, "SELECT count(*) FROM rounds WHERE winners IS NOT NULL AND winners != (SELECT count(*) FROM "
                         "bets WHERE bets.round = rounds.round AND number = winning_number)") != 0)
        return "a draw has not counted the bets with its number";
    if (heritage_ask(db, "SELECT count(*) FROM rounds WHERE winners != (SELECT count(DISTINCT bet) FROM winners JOIN "
                         "bets ON bets.id = bet AND bets.document = winners.document AND bets.number = winning_number "
                         "WHERE winners.round = rounds.round)") != 0)
        return "the winners are not the bets with the drawn number";
    return NULL;
}
