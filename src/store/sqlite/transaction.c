/*
 * Transactions: begin, commit, rollback, and the checkpoints between them.
 *
 * Knows no table. A COMMIT that failed is never tried again on the same handle: the kernel may have
 * dropped what it could not write, and would then report success.
 */
#include "store/sqlite/sqlite_store.h"

#include <errno.h>

#include "base/fault.h"
#include "base/system.h"

static enum store_code break_store(struct sqlite_store *store, const char *what, enum store_code code)
{
    (void)sqlite_fail(store, what);
    store->condition = STORE_BROKEN;
    return code;
}

enum store_code sqlite_begin(struct store *base)
{
    struct sqlite_store *store = sqlite_store_of(base);
    static const char what[] = "begin a transaction";
    sqlite3_stmt *statement;

    if (store->condition == STORE_IN_TRANSACTION)
        return sqlite_fail_because(store, what, "one is under way");
    if (store->condition != STORE_IDLE)
        return STORE_FAILED; /* the first failure is the one to tell */
    statement = statement_get(store, STATEMENT_BEGIN, "BEGIN IMMEDIATE", what);
    if (statement == NULL || statement_run(store, statement, what) != STORE_OK)
        return STORE_FAILED;
    store->condition = STORE_IN_TRANSACTION;
    store->began_ns = clock_ns();
    return STORE_OK;
}

enum store_code sqlite_commit(struct store *base)
{
    struct sqlite_store *store = sqlite_store_of(base);
    static const char what[] = "commit";
    sqlite3_stmt *statement;
    int result;

    if (sqlite_check_write(store, what) != STORE_OK || sqlite_flush(store) != STORE_OK || tie_write(store) != STORE_OK)
        return STORE_FAILED;
    statement = statement_get(store, STATEMENT_COMMIT, "COMMIT", what);
    if (statement == NULL)
        return STORE_FAILED;

    result = sqlite3_step(statement);
    if (result != SQLITE_DONE) {
        (void)break_store(store, what, STORE_UNKNOWN);
    } else {
        store->condition = STORE_IDLE;
        pace_committed(&store->pace, clock_ns() - store->began_ns);
        tie_committed(store);
    }
    sqlite3_reset(statement);
    if (result == SQLITE_DONE && !names_hold(store))
        return STORE_MOVED;
    return result == SQLITE_DONE ? STORE_OK : STORE_UNKNOWN;
}

/* After some errors (disk full, I/O) SQLite has rolled back by itself: then there is nothing left
 * to end. */
enum store_code sqlite_rollback(struct store *base)
{
    struct sqlite_store *store = sqlite_store_of(base);
    static const char what[] = "roll back";
    sqlite3_stmt *statement;

    if (store->condition == STORE_BROKEN)
        return STORE_FAILED;
    sqlite_forget(store);
    if (sqlite3_get_autocommit(store->db) == 0) {
        statement = statement_get(store, STATEMENT_ROLLBACK, "ROLLBACK", what);
        if (statement == NULL || statement_run(store, statement, what) != STORE_OK) {
            store->condition = STORE_BROKEN;
            return STORE_FAILED;
        }
    }
    store->condition = STORE_IDLE;
    return STORE_OK;
}

/* A disk without room took some pages or none, and no sync has failed: all of them are in the log,
 * as before. */
static enum store_code postpone_checkpoint(struct sqlite_store *store, const char *what)
{
    (void)sqlite_fail(store, what);
    store->wal_pages_without_room = store->wal_pages;
    return STORE_FULL;
}

/* A limit on the size of files (ulimit -f) is treated as a full disk. */
static bool found_no_room(const struct sqlite_store *store, int result)
{
    return result == SQLITE_FULL || ((result & 0xff) == SQLITE_IOERR && sqlite3_system_errno(store->db) == EFBIG);
}

/* No one else reads this database, so a passive checkpoint moves everything, and the next commit
 * starts the -wal file from its beginning. */
enum store_code sqlite_checkpoint(struct store *base)
{
    struct sqlite_store *store = sqlite_store_of(base);
    static const char what[] = "move what was committed into the database file";
    int in_log = 0, moved = 0, result;
    uint64_t began_ns;

    if (store->condition == STORE_BROKEN)
        return STORE_FAILED;
    if (store->condition != STORE_IDLE)
        return sqlite_fail_because(store, what, "a transaction is under way");
    if (store->tie != TIE_DONE || store->wal_pages - store->wal_pages_without_room < store->pace.pages)
        return STORE_OK;
    began_ns = clock_ns();
    FAULT_POINT("checkpoint-begins");
    result = sqlite3_wal_checkpoint_v2(store->db, "main", SQLITE_CHECKPOINT_PASSIVE, &in_log, &moved);
    if (found_no_room(store, result))
        return postpone_checkpoint(store, what);
    if (result != SQLITE_OK)
        return break_store(store, what, STORE_FAILED);
    FAULT_POINT("checkpoint-done");
    base->checkpoints++;
    pace_checkpointed(&store->pace, moved, clock_ns() - began_ns);
    store->wal_pages = in_log - moved;
    if (store->wal_pages == 0)
        store->tie = TIE_LOG_BEGINS;
    store->wal_pages_without_room = 0;
    return STORE_OK;
}
