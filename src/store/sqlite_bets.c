/*
 * Bets and their rounds: appending is the hot path of the server.
 *
 * Bets are held back and written many at a time. There is no index: a round remembers its first bet instead, and since
 * rounds follow one another, all its bets come from there on.
 */
#include "sqlite_store.h"

#include <inttypes.h>
#include <string.h>

#define BETS_ADD "INSERT INTO bets (round, agency, name, surname, document, birthdate, number) VALUES "
#define ROW "(?,?,?,?,?,?,?)"
#define ROW_PARAMETERS 7
#define ROWS_8 ROW "," ROW "," ROW "," ROW "," ROW "," ROW "," ROW "," ROW
#define ROWS_64 ROWS_8 "," ROWS_8 "," ROWS_8 "," ROWS_8 "," ROWS_8 "," ROWS_8 "," ROWS_8 "," ROWS_8
_Static_assert(HELD_BETS_MAX == 64, "BETS_ADD ROWS_64 takes as many rows as are held back");

static const char append_what[] = "append bets";

/* ---- Rounds ------------------------------------------------------------------------------------------ */

enum store_code store_round_get(struct store *store, uint32_t round, struct round_record *record)
{
    static const char sql[] = "SELECT first_bet, winning_number IS NOT NULL FROM rounds WHERE round = ?1";
    static const char what[] = "read a round";
    sqlite3_stmt *statement = statement_get(store, STATEMENT_ROUND_GET, sql, what);
    enum store_code code;

    if (statement == NULL)
        return STORE_FAILED;
    STATEMENT_BIND(statement, round);
    code = statement_row(store, statement, what);
    if (code != STORE_OK)
        return code;
    record->first_bet = sqlite3_column_int64(statement, 0);
    record->drawn = sqlite3_column_int(statement, 1) != 0;
    sqlite3_reset(statement);
    return STORE_OK;
}

/* Remembers the next bet as the first of a round. */
static enum store_code round_add(struct store *store, uint32_t round)
{
    static const char sql[] = "INSERT INTO rounds (round, first_bet) SELECT ?1, ifnull(max(id), 0) + 1 FROM bets";
    sqlite3_stmt *statement;

    if (store_flush(store) != STORE_OK)
        return STORE_FAILED;
    statement = statement_get(store, STATEMENT_ROUND_ADD, sql, append_what);
    if (statement == NULL)
        return STORE_FAILED;
    STATEMENT_BIND(statement, round);
    return statement_run(store, statement, append_what);
}

static enum store_code round_make_ready(struct store *store, uint32_t round)
{
    struct round_record record = { .drawn = false };
    enum store_code code;

    if (round == store->ready_round)
        return STORE_OK;
    code = store_round_get(store, round, &record);
    if (code == STORE_NONE)
        code = round_add(store, round);
    else if (code == STORE_OK && record.drawn)
        code = store_fail_because(store, append_what, "round %" PRIu32 " was drawn already", round);
    if (code == STORE_OK)
        store->ready_round = round;
    return code;
}

/* ---- Appending ----------------------------------------------------------------------------------------- */

/* Binds a bet to the parameters behind `base`. The texts live in store->held until they are bound anew. */
static int bind_bet(sqlite3_stmt *statement, int base, const struct held_bet *held)
{
    const struct sorteo_bet *bet = &held->bet;
    int result = sqlite3_bind_int64(statement, base + 1, held->round);

    result |= sqlite3_bind_int64(statement, base + 2, bet->agency);
    result |= sqlite3_bind_text(statement, base + 3, bet->name.bytes, (int)bet->name.len, SQLITE_STATIC);
    result |= sqlite3_bind_text(statement, base + 4, bet->surname.bytes, (int)bet->surname.len, SQLITE_STATIC);
    result |= sqlite3_bind_int64(statement, base + 5, bet->document);
    result |= sqlite3_bind_text(statement, base + 6, bet->birthdate.bytes, (int)bet->birthdate.len, SQLITE_STATIC);
    result |= sqlite3_bind_int64(statement, base + 7, bet->number);
    return result;
}

static enum store_code insert_rows(struct store *store, sqlite3_stmt *statement, const struct held_bet *rows,
                                   size_t count)
{
    if (statement == NULL)
        return STORE_FAILED;
    for (size_t i = 0; i < count; i++)
        if (bind_bet(statement, (int)i * ROW_PARAMETERS, &rows[i]) != SQLITE_OK)
            return store_fail(store, append_what);
    return statement_run(store, statement, append_what);
}

enum store_code store_flush(struct store *store)
{
    struct held_bets *held = &store->held;
    enum store_code code = STORE_OK;

    if (held->count == HELD_BETS_MAX) {
        code = insert_rows(store, statement_get(store, STATEMENT_BETS_ADD_MANY, BETS_ADD ROWS_64, append_what),
                           held->rows, HELD_BETS_MAX);
    } else {
        for (size_t i = 0; i < held->count && code == STORE_OK; i++)
            code = insert_rows(store, statement_get(store, STATEMENT_BETS_ADD_ONE, BETS_ADD ROW, append_what),
                               &held->rows[i], 1);
    }
    held->count = 0;
    held->text_used = 0;
    return code;
}

void store_forget(struct store *store)
{
    store->held.count = 0;
    store->held.text_used = 0;
    store->ready_round = 0;
}

static struct sorteo_text copy_text(struct held_bets *held, struct sorteo_text text)
{
    char *copy = held->text + held->text_used;

    if (text.len > 0)
        memcpy(copy, text.bytes, text.len);
    held->text_used += text.len;
    return (struct sorteo_text){ .bytes = copy, .len = text.len };
}

/* Is there room for a text of each of these lengths, one after the other? */
static bool text_fits(const struct held_bets *held, const struct sorteo_bet *bet)
{
    size_t room = HELD_TEXT_MAX - held->text_used;

    if (bet->name.len > room || bet->surname.len > room - bet->name.len)
        return false;
    return bet->birthdate.len <= room - bet->name.len - bet->surname.len;
}

static enum store_code hold_bet(struct store *store, uint32_t round, const struct sorteo_bet *bet)
{
    struct held_bets *held = &store->held;
    struct held_bet *row;

    if (held->count == HELD_BETS_MAX || !text_fits(held, bet)) {
        if (store_flush(store) != STORE_OK)
            return STORE_FAILED;
        if (!text_fits(held, bet))
            return store_fail_because(store, append_what, "a bet's texts are longer than %u bytes", HELD_TEXT_MAX);
    }
    row = &held->rows[held->count++];
    *row = (struct held_bet){ .round = round, .bet = *bet };
    row->bet.name = copy_text(held, bet->name);
    row->bet.surname = copy_text(held, bet->surname);
    row->bet.birthdate = copy_text(held, bet->birthdate);
    return STORE_OK;
}

enum store_code store_append(struct store *store, uint32_t round, const struct sorteo_bet *bets, size_t count)
{
    enum store_code code = store_check_write(store, append_what);

    if (code == STORE_OK && count > 0)
        code = round_make_ready(store, round);
    for (size_t i = 0; i < count && code == STORE_OK; i++)
        code = hold_bet(store, round, &bets[i]);
    return code;
}
