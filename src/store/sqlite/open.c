/*
 * Opening and closing: who may use the store, and that what it holds is on stable storage before
 * anyone is told of it.
 *
 * Knows no table. The whole database is locked for one process (locking_mode=EXCLUSIVE), so there
 * is no shared-memory file, and a second server or the sqlite3 shell is refused. Nothing here opens
 * the database file by itself: closing any descriptor of it would drop SQLite's locks.
 */
#include "store/sqlite/sqlite_store.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/system.h"
#include "store/sqlite/wal_file.h"

#define LOCK_POLL_MS 20

/* ---- Steps of opening: OK, or store->error says why not -------------------------------------- */

/* Why no file can be made beside the store; SQLite, which tries more than one way, may remember
 * another reason. */
static const char *folder_problem(struct sqlite_store *store)
{
    const char *slash = strrchr(store->path, '/');
    char *folder = slash == NULL ? strdup(".") : strndup(store->path, (size_t)(slash - store->path) + 1);
    bool is_good = folder != NULL && access(folder, W_OK | X_OK) == 0;
    int error = is_good ? sqlite3_system_errno(store->db) : errno;

    free(folder);
    return strerror(error);
}

/* "./" before a relative path, so that SQLite does not take ":memory:" or "file:..." for something
 * else than a file. */
static enum store_code connect_database(struct sqlite_store *store, bool make)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | (make ? SQLITE_OPEN_CREATE : 0);
    char *name = sqlite3_mprintf("%s%s", store->path[0] == '/' ? "" : "./", store->path);
    int result;
    mode_t mask;

    if (name == NULL)
        return sqlite_refuse(store, STORE_FAILED, "cannot be opened: out of memory");
    mask =
        umask(S_IRWXG | S_IRWXO); /* a file that is made is its owner's alone; SQLite gives its log the same rights */
    result = sqlite3_open_v2(name, &store->db, flags, NULL);
    umask(mask);
    sqlite3_free(name);
    if (result != SQLITE_OK)
        return store->db == NULL ? sqlite_refuse(store, STORE_FAILED, "cannot be opened: out of memory")
                                 : sqlite_refuse(store, STORE_FAILED,
                                                 "cannot be opened: %s: check that its folder is there and "
                                                 "may be written",
                                                 folder_problem(store));
    if (sqlite3_db_readonly(store->db, "main") == 1)
        return sqlite_refuse(store, STORE_FAILED,
                             "may not be written, which its lock needs: run as its owner, or copy it and "
                             "its -wal file");
    return STORE_OK;
}

/* Takes the lock, which lasts as long as the connection, and recovers what a killed process left in
 * the -wal file. Taken back, not committed: a transaction that may write puts a wrong number of
 * pages in the header right, and this file may not be ours. */
static enum store_code lock(struct sqlite_store *store)
{
    enum store_code code =
        sqlite_execute(store, "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; ROLLBACK", "lock the database");

    if (code == STORE_OK)
        return STORE_OK;
    if (store->busy)
        return sqlite_refuse(store, STORE_FAILED,
                             "is in use by another process (a server that runs?): stop that one "
                             "first, or choose another path");
    switch (sqlite3_errcode(store->db) & 0xff) {
    case SQLITE_NOTADB:
        return sqlite_refuse(store, STORE_REFUSED,
                             "is not a store, nor any other SQLite database: choose another path");
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
        return sqlite_refuse(store, STORE_FAILED, "needs files beside it: %s: check that its folder may be written",
                             folder_problem(store));
    default:
        return code;
    }
}

static int count_wal_pages(void *context, sqlite3 *db, const char *name, int pages)
{
    struct sqlite_store *store = context;

    (void)db;
    (void)name;
    store->wal_pages = pages;
    return SQLITE_OK;
}

/* Checkpoints happen when store_checkpoint is called: the hook replaces SQLite's automatic ones and
 * counts for it. */
static enum store_code configure(struct sqlite_store *store)
{
    static const char sql[] = "PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY;"
                              "PRAGMA cache_size = -16000";
    enum store_code code = sqlite_execute(store, sql, "set up the connection");

    sqlite3_wal_autocheckpoint(store->db, 0);
    sqlite3_wal_hook(store->db, count_wal_pages, store);
    return code == STORE_OK ? held_register(store) : code;
}

/* A foreign database must stay as it is, so nothing is changed before it is known to be ours or
 * empty. */
static enum store_code make_if_empty(struct sqlite_store *store, const struct store_options *options)
{
    enum store_code code = schema_identify(store);
    bool empty = code == STORE_NONE;

    if (empty && (options->read_only || options->existing))
        return sqlite_refuse(store, STORE_FAILED, "is empty: %s",
                             options->agencies != 0 ? "the store that was here is gone"
                                                    : "no server has made a store of it yet");
    if (options->read_only || (code != STORE_OK && !empty))
        return code;
    code = sqlite_execute(store, "PRAGMA journal_mode = WAL", "switch to write-ahead logging");
    store->made = empty;
    return code == STORE_OK && empty ? schema_create(store, options->agencies) : code;
}

static enum store_code check_agencies(struct sqlite_store *store, uint8_t wanted)
{
    enum store_code code = schema_agencies(store, &store->agencies);

    if (code != STORE_OK || wanted == 0 || wanted == store->agencies)
        return code;
    return sqlite_refuse(store, STORE_REFUSED,
                         "was made for %d agencies, not for %d: start with %d agencies, or choose "
                         "another path",
                         store->agencies, wanted, store->agencies);
}

static enum store_code check_journal(struct sqlite_store *store)
{
    sqlite3_stmt *statement = NULL;
    enum store_code code = STORE_OK;

    if (sqlite3_prepare_v2(store->db, "PRAGMA journal_mode", -1, &statement, NULL) != SQLITE_OK ||
        sqlite3_step(statement) != SQLITE_ROW)
        code = sqlite_fail(store, "read the journal mode");
    else if (strcmp((const char *)sqlite3_column_text(statement, 0), "wal") != 0)
        code = sqlite_refuse(store, STORE_FAILED, "cannot have a write-ahead log: keep it on a local file system");
    sqlite3_finalize(statement);
    return code;
}

/* The folder's entries for the database and its -wal file. */
static enum store_code sync_folder(struct sqlite_store *store)
{
    if (folder_sync(sqlite3_db_filename(store->db, "main"))) /* absolute, links followed */
        return STORE_OK;
    return sqlite_refuse(store, STORE_FAILED, "has a folder that cannot be synced: %s", strerror(errno));
}

/* What a killed process wrote but did not sync looks stored, yet a power cut would take it back.
 * The checkpoint syncs the -wal file, moves all of it and syncs the database. The folder comes
 * first: the killed process may have made the -wal file and not come to syncing its name, and
 * SQLite syncs the name only of a file that it made itself. Without the name, a power cut in the
 * middle of the checkpoint would leave a database that is half moved and nothing to mend it
 * with. */
static enum store_code make_durable(struct sqlite_store *store)
{
    FAULT_POINT("opening-syncs-the-folder");
    enum store_code code = sync_folder(store);

    if (code != STORE_OK)
        return code;
    FAULT_POINT("opening-syncs-the-log");
    code = tie_settle(store);
    if (code != STORE_OK)
        return code;
    if (!wal_is_empty(store->db) && /* SQLite would begin to count salts from 0 (wal_file.h) */
        sqlite3_wal_checkpoint_v2(store->db, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL) != SQLITE_OK)
        return sqlite_fail(store, "bring what was stored to stable storage");
    store->wal_pages = 0;
    FAULT_POINT("opening-synced");
    return STORE_OK;
}

/* An opening that only reads, or is refused, leaves the -wal file of a killed server alone: closing
 * without a checkpoint keeps both files byte for byte as they were. An empty -wal file may appear
 * and disappear. */
static void keep_wal_as_it_is(struct sqlite_store *store)
{
    struct stat status;
    const char *wal = sqlite3_filename_wal(sqlite3_db_filename(store->db, "main"));

    store->keep_wal = stat(wal, &status) == 0 && status.st_size > 0;
}

/* ---- Opening --------------------------------------------------------------------------------- */

/* A bad page may be met at any step, before all of them are looked at. */
static enum store_code explain_damage(struct sqlite_store *store, enum store_code code)
{
    char said[100];

    if (code != STORE_FAILED || (sqlite3_errcode(store->db) & 0xff) != SQLITE_CORRUPT)
        return code;
    snprintf(said, sizeof said, "%s", sqlite3_errmsg(store->db));
    return sqlite_refuse(store, STORE_REFUSED, "is damaged: %s: restore a copy of it", said);
}

/* What a store has to be to be used at all. A server that opens its store again has agencies that
 * wait, and looked through every row when it started. */
static enum store_code check(struct sqlite_store *store, const struct store_options *options)
{
    const bool again = options->existing && options->agencies != 0;
    enum store_code code = check_agencies(store, options->agencies);

    if (code == STORE_OK)
        code = schema_check(store);
    if (code == STORE_OK && options->dialect != NULL)
        code = schema_check_dialect(store, options->dialect, options->change_dialect, &store->dialect_due);
    if (code == STORE_OK)
        code = tie_check(store);
    if (code == STORE_OK && !again)
        code = check_sound(store);
    if (code == STORE_OK && !again)
        code = check_counts(store);
    return code;
}

static enum store_code remember_dialect(struct sqlite_store *store, const char *dialect)
{
    if (sqlite_begin(&store->base) != STORE_OK || schema_write_dialect(store, dialect) != STORE_OK)
        return STORE_FAILED;
    return sqlite_commit(&store->base) == STORE_OK ? STORE_OK : STORE_FAILED;
}

static enum store_code give_up_candidates(struct sqlite_store *store)
{
    if (sqlite_begin(&store->base) != STORE_OK ||
        sqlite_execute(store, "UPDATE rounds SET candidates_of = NULL WHERE winning_number IS NULL",
                       "give up the candidates of a round") != STORE_OK)
        return STORE_FAILED;
    return sqlite_commit(&store->base) == STORE_OK ? STORE_OK : STORE_FAILED;
}

static enum store_code prepare_to_write(struct sqlite_store *store, const struct store_options *options)
{
    enum store_code code = check_journal(store);

    if (code == STORE_OK)
        code = schema_update(store);
    if (code == STORE_OK)
        code = make_durable(store);
    if (code == STORE_OK)
        code = tie_begin(store);
    if (code != STORE_OK)
        return code;
    store->keep_wal = false;
    names_note(store);
    if (store->candidates_doubted && give_up_candidates(store) != STORE_OK)
        return STORE_FAILED;
    return store->dialect_due ? remember_dialect(store, options->dialect) : STORE_OK;
}

static enum store_code prepare(struct sqlite_store *store, const struct store_options *options)
{
    enum store_code code = connect_database(store, !options->read_only && !options->existing);

    if (code != STORE_OK)
        return code;
    keep_wal_as_it_is(store); /* first: also of a file that is not ours */
    code = lock(store);
    if (code == STORE_OK)
        code = configure(store);
    if (code != STORE_OK)
        return code;
    code = make_if_empty(store, options);
    if (code == STORE_OK)
        code = check(store, options);
    if (code != STORE_OK)
        return code;
    if (options->read_only)
        return sqlite_execute(store, "PRAGMA query_only = ON", "protect the database from writes");
    code = prepare_to_write(store, options);
    if (code != STORE_OK)
        store->keep_wal = true; /* the file may say by now that it needs its log, and closing would remove that */
    return code;
}

static enum store_code open_once(const struct store_options *options, struct store **out, bool *busy,
                                 struct store_error *error)
{
    size_t path_size = strlen(options->path) + 1;
    struct sqlite_store *store = calloc(1, sizeof *store + path_size);
    enum store_code code;

    *busy = false;
    if (store == NULL)
        return sqlite_explain(error, STORE_FAILED, options->path, "cannot be opened: out of memory");
    store->base.operations = &sqlite_operations;
    memcpy(store->path, options->path, path_size);
    pace_init(&store->pace);
    store->likely_number = options->likely_number;
    store->draw_piece = options->draw_piece == 0 ? DRAW_PIECE : options->draw_piece;
    code = explain_damage(store, prepare(store, options));
    if (code == STORE_OK) {
        *out = &store->base;
        return STORE_OK;
    }
    *busy = store->busy;
    *error = store->error;
    sqlite_close(&store->base);
    return code;
}

enum store_code sqlite_open(const struct store_options *options, struct store **out, struct store_error *error)
{
    const struct timespec pause = { .tv_nsec = LOCK_POLL_MS * 1000000L };
    enum store_code code = names_check(options, error);
    uint64_t begin_ms = clock_ms();
    bool busy = code == STORE_OK;

    while (busy) {
        code = open_once(options, out, &busy, error);
        if (busy && clock_ms() - begin_ms >= options->lock_wait_ms)
            return code;
        if (busy)
            nanosleep(&pause, NULL);
    }
    return code;
}

/* Stores that were moved while they were open: the process holds them until it ends, so that what
 * is in them can still be saved. */
static struct sqlite_store *moved_stores;

static void let_go(struct sqlite_store *store)
{
    store->next_moved = moved_stores;
    moved_stores = store;
}

void sqlite_close(struct store *base)
{
    struct sqlite_store *store = sqlite_store_of(base);
    const bool is_sound = store->tie != TIE_NONE && store->condition != STORE_BROKEN && !store->keep_wal;

    if (is_sound && !names_hold(store)) {
        let_go(store);
        return;
    }
    if (is_sound && sqlite_rollback(base) == STORE_OK)
        tie_end(store);
    for (int i = 0; i < STATEMENT_COUNT; i++)
        sqlite3_finalize(store->statements[i]);
    /* Closing makes a checkpoint, which after a failed commit or sync would be the forbidden second
     * attempt. */
    if (store->db != NULL && (store->keep_wal || store->condition == STORE_BROKEN))
        sqlite3_db_config(store->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    sqlite3_close(store->db);
    free(store);
}

const char *sqlite_error_text(const struct store *base)
{
    return ((const struct sqlite_store *)base)->error.text;
}

uint8_t sqlite_agencies(const struct store *base)
{
    return ((const struct sqlite_store *)base)->agencies;
}

bool sqlite_was_made(const struct store *base)
{
    return ((const struct sqlite_store *)base)->made;
}
