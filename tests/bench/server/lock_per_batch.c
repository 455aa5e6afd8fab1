/*
 * lock-per-batch: the server that one would write first. A thread with a batch takes a lock, and
 * stores it in a transaction of its own, row by row, with a prepared statement.
 *
 *   lock-per-batch FILE
 *
 * The table, the pragmas that make a commit durable, and the decoder are sorteo-server's.
 */
#include <pthread.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "codec/sorteo.h"
#include "threaded.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static sqlite3 *db;
static sqlite3_stmt *insert;

static void must(bool good)
{
    if (good)
        return;
    fprintf(stderr, "lock-per-batch: %s\n", sqlite3_errmsg(db));
    exit(1);
}

static void execute(const char *sql)
{
    must(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK);
}

static void bind_text(int parameter, const struct sorteo_text *text)
{
    must(sqlite3_bind_text(insert, parameter, text->bytes, (int)text->len, SQLITE_STATIC) == SQLITE_OK);
}

static void insert_row(const struct sorteo_bet *bet)
{
    must(sqlite3_bind_int64(insert, 1, bet->agency) == SQLITE_OK);
    bind_text(2, &bet->name);
    bind_text(3, &bet->surname);
    must(sqlite3_bind_int64(insert, 4, bet->document) == SQLITE_OK);
    bind_text(5, &bet->birthdate);
    must(sqlite3_bind_int64(insert, 6, bet->number) == SQLITE_OK);
    must(sqlite3_step(insert) == SQLITE_DONE);
    sqlite3_reset(insert);
}

static void insert_rows(const uint8_t *frame, size_t len)
{
    const struct sorteo_window window = { .bytes = frame, .len = len };
    struct sorteo_decoder decoder;
    struct sorteo_event event;
    enum sorteo_event_kind kind;

    sorteo_decoder_init(&decoder, SORTEO_WIDE, SORTEO_AGENCY_STREAM, 0);
    while ((kind = sorteo_decoder_next(&decoder, &window, &event)) != SORTEO_MORE) {
        if (kind == SORTEO_ERROR) {
            fputs("lock-per-batch: no frame\n", stderr);
            exit(1);
        }
        if (kind == SORTEO_BET)
            insert_row(&event.bet);
    }
}

static void store(const uint8_t *frame, size_t len)
{
    pthread_mutex_lock(&lock);
    execute("BEGIN IMMEDIATE");
    insert_rows(frame, len);
    execute("COMMIT");
    pthread_mutex_unlock(&lock);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("usage: lock-per-batch FILE\n", stderr);
        return 2;
    }
    must(sqlite3_open(argv[1], &db) == SQLITE_OK);
    execute("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
            "CREATE TABLE bets (id INTEGER PRIMARY KEY, round INTEGER NOT NULL, agency INTEGER NOT NULL,"
            "    name TEXT NOT NULL, surname TEXT NOT NULL, document INTEGER NOT NULL, birthdate TEXT NOT NULL,"
            "    number INTEGER NOT NULL) STRICT");
    must(sqlite3_prepare_v2(db,
                            "INSERT INTO bets (round, agency, name, surname, document, birthdate, number)"
                            " VALUES (1, ?, ?, ?, ?, ?, ?)",
                            -1, &insert, NULL) == SQLITE_OK);
    return threaded_serve(store);
}
