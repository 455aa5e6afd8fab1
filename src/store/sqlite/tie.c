/*
 * The tie between a database and its log, which are two files that people move apart.
 *
 * The table `log` has one row. Each log begins with a transaction that writes a new number into it,
 * beside the number of the log before, all of which is in the database file by then. So the row as
 * the log has it must name, as its own number or as the one before, the number that the file has:
 *
 *     file        log                  what it is
 *     5           number 6, before 5   the log that was begun on this file
 *     6           number 6, before 5   the same, some or all of it moved into the file already
 *     4           number 6, before 5   an older copy of the file, or a newer log: refused
 *     5, needed   none                 a file without its log: refused
 *     5           none                 a store that was closed: whole without a log
 *
 * A log that was begun and then not written, as a kill may leave it, holds no number. Then its salt
 * has to be the next after that of the log whose number the file has: see wal_file.h.
 *
 * Knows no other table.
 */
#include "store/sqlite/sqlite_store.h"

#include <inttypes.h>

#include "base/fault.h"
#include "store/sqlite/file_row.h"
#include "store/sqlite/wal_file.h"

static const char tie_what[] = "tie the log to the database";

/* In the order of the columns. */
enum { COLUMN_ONLY, COLUMN_NEEDED, COLUMN_NUMBER, COLUMN_BEFORE, COLUMN_SALT, COLUMNS };

/* The row has the same length whatever its numbers are. Then SQLite writes it over the one before,
 * and a page of which a power cut left one part new and the other old has one or the other. */
#define NUMBER_LEAST (INT64_C(1) << 62) /* 8 bytes; this one is the number of no log */
#define SALT_LEAST (INT64_C(1) << 32)   /* 6 bytes */
#define SALT_UNKNOWN (INT64_C(1) << 33) /* the log had not been looked at when it was written */

struct tie {
    bool needed;
    int64_t number, before;
    int64_t salt;
};

/* ---- What is there --------------------------------------------------------------------------- */

static struct tie tie_of(const int64_t values[static COLUMNS])
{
    return (struct tie){ .needed = values[COLUMN_NEEDED] != 0,
                         .number = values[COLUMN_NUMBER],
                         .before = values[COLUMN_BEFORE],
                         .salt = values[COLUMN_SALT] };
}

/* As SQL sees it, the log included. OK, NONE or FAILED. */
static enum store_code read_row(struct sqlite_store *store, struct tie *tie)
{
    sqlite3_stmt *statement = NULL;
    int64_t values[COLUMNS];
    enum store_code code;

    if (sqlite3_prepare_v2(store->db, "SELECT only, needed, number, before, salt FROM log", -1, &statement, NULL) !=
        SQLITE_OK)
        return sqlite_fail(store, tie_what);
    code = statement_row(store, statement, tie_what);
    if (code == STORE_OK) {
        for (int i = 0; i < COLUMNS; i++)
            values[i] = sqlite3_column_int64(statement, i);
        *tie = tie_of(values);
    }
    sqlite3_finalize(statement);
    return code;
}

/* As the file has it, the log left out. */
static enum file_row read_file_row(struct sqlite_store *store, uint32_t page, uint32_t page_len, struct tie *tie)
{
    int64_t values[COLUMNS] = { 0 };
    enum file_row found = file_row_read(store->db, page, page_len, values, COLUMNS);

    *tie = tie_of(values);
    return found;
}

/* ---- Do they belong together? ---------------------------------------------------------------- */

struct pair {
    struct tie row;      /* by SQL */
    struct tie file;     /* in the file … */
    enum file_row found; /* … if it is there */
    struct wal_summary log;
};

/* The file is the one that the log was begun on, or has some of the log in it already. Its page may
 * have been cut short when it was first written; then all of it is in the log. */
static bool is_same_log(const struct pair *pair)
{
    switch (pair->found) {
    case FILE_ROW_THERE:
        return pair->file.number == pair->row.number || pair->file.number == pair->row.before;
    case FILE_ROW_TORN:
        return true;
    case FILE_ROW_ABSENT:
        break;
    }
    return pair->row.before == NUMBER_LEAST;
}

/* After a place that a power cut left in part, one commit may stand that was never answered; and
 * another one before that, with which an opening after such a cut began, and a second cut came.
 * More of them were answered. */
#define PASSED_OVER_MOST 2u

static bool is_damaged(const struct pair *pair)
{
    return pair->log.passed_over > PASSED_OVER_MOST;
}

static const char *problem_with_log(const struct pair *pair)
{
    const struct wal_summary *log = &pair->log;

    if (is_damaged(pair))
        return "a damaged place in it would lose what was stored after that: restore a copy of both";
    if (log->goes_on)
        return "it is a copy that was made while a server wrote it: copy both again, with no server running";
    if (!log->has_page || !is_same_log(pair))
        return "it is not the log of this file as it is now: put back the two that were together";
    return NULL;
}

/* Nothing in the log counts: is it that nothing was written since all of it was moved? */
static bool was_only_begun(const struct pair *pair)
{
    return pair->log.is_log && pair->log.has_frames && !pair->log.goes_on && !is_damaged(pair) &&
           pair->row.salt != SALT_UNKNOWN && pair->log.salt == (uint32_t)(pair->row.salt + 1);
}

static enum store_code judge(struct sqlite_store *store, const struct pair *pair)
{
    const char *problem;

    if (pair->log.committed) {
        problem = problem_with_log(pair);
        return problem == NULL
                   ? STORE_OK
                   : sqlite_refuse(store, STORE_REFUSED, "does not go with its log, the -wal file: %s", problem);
    }
    if (!pair->row.needed || was_only_begun(pair))
        return STORE_OK;
    return sqlite_refuse(store, STORE_REFUSED,
                         "needs its log, the -wal file of its name, which is %s: put it back; if another program has "
                         "moved all of it into this file: sqlite3 FILE 'UPDATE log SET needed = 0'",
                         pair->log.len == 0 ? "not there"
                         : is_damaged(pair) ? "damaged"
                                            : "another one");
}

/* Where the row is. OK or FAILED. */
static enum store_code find_page(struct sqlite_store *store, int64_t *page)
{
    return sqlite_query_integer(store, "SELECT rootpage FROM sqlite_schema WHERE name = 'log'", tie_what, page) ==
                   STORE_OK
               ? STORE_OK
               : STORE_FAILED;
}

static enum store_code look_at_log(struct sqlite_store *store, int64_t page, struct wal_summary *log)
{
    if (wal_look(store->db, (uint32_t)page, log))
        return STORE_OK;
    return sqlite_refuse(store, STORE_FAILED, "has a log that cannot be read");
}

enum store_code tie_check(struct sqlite_store *store)
{
    struct pair pair;
    int64_t page = 0, page_len = 0;

    if (store->version < SCHEMA_VERSION_WITH_TIE)
        return STORE_OK;
    if (find_page(store, &page) != STORE_OK ||
        sqlite_query_integer(store, "PRAGMA page_size", tie_what, &page_len) != STORE_OK)
        return STORE_FAILED;
    switch (read_row(store, &pair.row)) {
    case STORE_OK:
        break;
    case STORE_NONE:
        return sqlite_refuse(store, STORE_REFUSED, "is damaged: its table log has no row: restore a copy of it");
    default:
        return STORE_FAILED;
    }
    pair.found = read_file_row(store, (uint32_t)page, (uint32_t)page_len, &pair.file);
    if (look_at_log(store, page, &pair.log) != STORE_OK)
        return STORE_FAILED;
    return judge(store, &pair);
}

/* ---- Tying ----------------------------------------------------------------------------------- */

static int64_t new_number(void)
{
    uint64_t number = 0;

    while (number == 0)
        sqlite3_randomness(sizeof number, &number);
    return (int64_t)(number >> 2) | NUMBER_LEAST;
}

static enum store_code write_number(struct sqlite_store *store, bool needed)
{
    static const char sql[] = "UPDATE log SET before = number, number = ?1, needed = ?2, salt = ?3";
    sqlite3_stmt *statement = statement_get(store, STATEMENT_TIE_NUMBER, sql, tie_what);

    if (statement == NULL)
        return STORE_FAILED;
    STATEMENT_BIND(statement, new_number(), needed, SALT_UNKNOWN);
    return statement_run(store, statement, tie_what);
}

static enum store_code write_salt(struct sqlite_store *store)
{
    sqlite3_stmt *statement = statement_get(store, STATEMENT_TIE_SALT, "UPDATE log SET salt = ?1", tie_what);

    if (statement == NULL)
        return STORE_FAILED;
    STATEMENT_BIND(statement, SALT_LEAST + store->salt);
    return statement_run(store, statement, tie_what);
}

enum store_code tie_write(struct sqlite_store *store)
{
    switch (store->tie) {
    case TIE_LOG_BEGINS:
        return write_number(store, true);
    case TIE_SALT_DUE:
        return write_salt(store);
    case TIE_DONE:
    case TIE_NONE:
        break;
    }
    return STORE_OK;
}

/* The salt can be read once the log has been begun. If it cannot, the number stands alone. */
void tie_committed(struct sqlite_store *store)
{
    if (store->tie == TIE_LOG_BEGINS && wal_salt(store->db, &store->salt))
        store->tie = TIE_SALT_DUE;
    else if (store->tie == TIE_LOG_BEGINS || store->tie == TIE_SALT_DUE)
        store->tie = TIE_DONE;
}

static enum store_code commit_tie(struct sqlite_store *store, enum store_code (*write)(struct sqlite_store *store))
{
    enum store_code code = sqlite_execute(store, "BEGIN IMMEDIATE", tie_what);

    if (code == STORE_OK)
        code = write(store);
    if (code == STORE_OK)
        code = sqlite_execute(store, "COMMIT", tie_what);
    return code;
}

static enum store_code write_beginning(struct sqlite_store *store)
{
    return write_number(store, true);
}

/* Two transactions, for the number and the salt; then the file itself says that it needs its log.
 * What is answered 0 comes after that. */
enum store_code tie_begin(struct sqlite_store *store)
{
    enum store_code code;

    code = commit_tie(store, write_beginning);
    FAULT_POINT("opening-began-a-log");
    if (code == STORE_OK && !wal_salt(store->db, &store->salt))
        code = sqlite_refuse(store, STORE_FAILED, "has a log that cannot be read");
    if (code == STORE_OK)
        code = commit_tie(store, write_salt);
    if (code == STORE_OK &&
        sqlite3_wal_checkpoint_v2(store->db, "main", SQLITE_CHECKPOINT_PASSIVE, NULL, NULL) != SQLITE_OK)
        code = sqlite_fail(store, tie_what);
    if (code != STORE_OK)
        return code;
    store->wal_pages = 0;
    store->tie = TIE_LOG_BEGINS; /* the next commit writes the log from its beginning */
    return STORE_OK;
}

/* Until all of it is moved, the file is whole without it: as the version before. A log that has a
 * commit has a number. One that was only begun, as a kill or a power cut may leave it, has none,
 * and the update's is its first commit. */
enum store_code tie_update(struct sqlite_store *store)
{
    struct wal_summary log;
    int64_t page = 0;

    if (store->version < SCHEMA_VERSION_WITH_TIE)
        return STORE_OK;
    if (find_page(store, &page) != STORE_OK || look_at_log(store, page, &log) != STORE_OK)
        return STORE_FAILED;
    return log.committed ? STORE_OK : write_number(store, false);
}

static enum store_code write_end(struct sqlite_store *store)
{
    return write_number(store, false);
}

/* Moves all of the log, and begins another whose only transaction says that the file is whole. At
 * every step either the file does not need the log, or the salt of a log that is only begun is the
 * one after the file's. */
static enum store_code end_log(struct sqlite_store *store, bool salt_due)
{
    enum store_code code = salt_due ? commit_tie(store, write_salt) : STORE_OK;

    if (code == STORE_OK &&
        sqlite3_wal_checkpoint_v2(store->db, "main", SQLITE_CHECKPOINT_PASSIVE, NULL, NULL) != SQLITE_OK)
        code = sqlite_fail(store, tie_what);
    FAULT_POINT("ending-moved-the-log");
    return code == STORE_OK ? commit_tie(store, write_end) : code;
}

enum store_code tie_settle(struct sqlite_store *store)
{
    struct tie row;
    enum store_code code;

    if (store->version < SCHEMA_VERSION_WITH_TIE)
        return STORE_OK;
    code = read_row(store, &row);
    if (code != STORE_OK || !row.needed)
        return code;
    if (!wal_sync(store->db) || (row.salt == SALT_UNKNOWN && !wal_salt(store->db, &store->salt)))
        return sqlite_refuse(store, STORE_FAILED, "has a log that cannot be brought to stable storage");
    return end_log(store, row.salt == SALT_UNKNOWN);
}

void tie_end(struct sqlite_store *store)
{
    if (end_log(store, store->tie == TIE_SALT_DUE) != STORE_OK)
        store->keep_wal = true;
}

/* With the number of the store's own log, the copy would be taken for the file of that one. */
bool tie_end_copy(sqlite3 *copy)
{
    char *sql = sqlite3_mprintf("UPDATE log SET before = number, number = %lld, needed = 0, salt = %lld",
                                (long long)new_number(), (long long)SALT_UNKNOWN);
    bool done = sql != NULL && sqlite3_exec(copy, sql, NULL, NULL, NULL) == SQLITE_OK;

    sqlite3_free(sql);
    return done;
}
