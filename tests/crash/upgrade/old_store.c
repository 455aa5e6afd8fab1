/* Stores of earlier versions: see old_store.h. */
#include "old_store.h"

#include <stdio.h>
#include <stdlib.h>

#include "memory_disk.h"
#include "recorder.h"
#include "store/sqlite/sqlite_store.h"
#include "unit/store/old_versions.h"

#define COMMITS_OF_OLD_SERVER 3

static void must(bool is_so, const char *what, const char *why)
{
    if (is_so)
        return;
    printf("Bail out! an old store cannot be made: %s: %s\n", what, why);
    exit(2);
}

static void execute(sqlite3 *db, const char *sql)
{
    must(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK, sql, sqlite3_errmsg(db));
}

/* ---- One that was closed --------------------------------------------------------------------- */

static void is_of_no_interest(void *context, struct store *store)
{
    (void)context;
    (void)store;
}

/* As a person would. The disk in memory has no shared memory and no other files. */
static void make_older(const char *path, int version)
{
    sqlite3 *db = NULL;

    must(sqlite3_open(path, &db) == SQLITE_OK, "open it", "no memory");
    execute(db, "PRAGMA locking_mode = EXCLUSIVE; PRAGMA temp_store = MEMORY");
    execute(db, to_version[version]);
    must(sqlite3_close(db) == SQLITE_OK, "close it", "it is in use");
}

void old_store_make(struct disk_image *image, const char *path, int version, bool in_a_draw, uint64_t seed)
{
    const struct work work = { .path = path, .seed = seed, .committed = is_of_no_interest };

    memory_disk_use(image);
    work_first_life(&work, in_a_draw);
    make_older(path, version);
}

/* ---- A server that is killed ----------------------------------------------------------------- */

/* A bet as that server kept it, of the agency whose bet was the last one, and with its KEY. */
static const char one_more_bet[] =
    "INSERT INTO bets SELECT id + 1, round, agency, name, surname, document + 1, birthdate, 7 FROM bets "
    "ORDER BY id DESC LIMIT 1;"
    "UPDATE agencies SET bets = bets + 1 WHERE agency = (SELECT agency FROM bets ORDER BY id DESC LIMIT 1);"
    "INSERT INTO keys SELECT agency, -id, 'single', x'00112233445566778899aabbccddeeff', round FROM bets "
    "ORDER BY id DESC LIMIT 1";

/* Opened as for an export, which leaves its version alone, and then used for writing. */
static struct store *open_as_it_is(const char *path)
{
    const struct store_options options = { .path = path, .read_only = true };
    struct store_error error = { "" };
    struct store *store = NULL;

    must(store_open(&options, &store, &error) == STORE_OK, "open it", error.text);
    execute(sqlite_store_of(store)->db, "PRAGMA query_only = OFF");
    return store;
}

/* The tie of the log has been the same since it came to be. */
static void commit_bets(struct sqlite_store *store, int bets)
{
    const bool tied = store->version >= SCHEMA_VERSION_WITH_TIE;

    execute(store->db, "BEGIN IMMEDIATE");
    for (int i = 0; i < bets; i++)
        execute(store->db, one_more_bet);
    if (tied)
        must(tie_write(store) == STORE_OK, "tie the log", store->error.text);
    execute(store->db, "COMMIT");
    if (tied)
        tie_committed(store);
}

void old_store_run(struct recording *recording, const struct disk_image *image, const char *path)
{
    static struct disk_image live;
    struct sqlite_store *store;

    recording_init(recording);
    disk_image_copy(&recording->history.base, image);
    disk_image_copy(&live, image);
    memory_disk_use(&live);
    recorder_begin(memory_disk(), &recording->history.log, image);
    history_promise(&recording->history, ++recording->truth.count);
    store = sqlite_store_of(open_as_it_is(path));
    if (store->version >= SCHEMA_VERSION_WITH_TIE)
        must(tie_begin(store) == STORE_OK, "begin a log", store->error.text);
    for (int i = 0; i < COMMITS_OF_OLD_SERVER; i++) {
        commit_bets(store, 1 + i);
        history_promise(&recording->history, ++recording->truth.count);
    }
    recorder_stop();
    store->keep_wal = true;
    store_close(&store->base);
    recorder_end();
}

void old_store_at(const struct recording *recording, size_t operations, struct disk_image *image)
{
    disk_image_copy(image, &recording->history.base);
    for (size_t i = 0; i < operations; i++)
        disk_image_apply(image, &recording->history.log.ops[i], DISK_ALL);
}
