/*
 * A SQLite that lies: loaded before the real one (LD_PRELOAD) into a server as it is shipped, for
 * the rigs' controls.
 *
 * SORTEO_LIE says how. A rig that calls such a server right sees nothing at all.
 *
 *     early-answer    a COMMIT is reported as done, and done only when the next transaction begins
 *     forgets-keys    the KEYs of frames are not stored
 *     forgets-winners the winners of a draw are not stored
 *     short-batch     the last bet of the frames that are stored together is taken out again
 *     normal-sync     synchronous = NORMAL: a COMMIT is written, and synced some time later
 *     unsynced-start  a store that was not closed is opened without a sync, of which there is none
 *                     until bets are stored
 */
#include <dlfcn.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool lies(const char *how)
{
    const char *lie = getenv("SORTEO_LIE");
    return lie != NULL && strcmp(lie, how) == 0;
}

/* The function of that name in the real library, into *function. */
static void find_real(const char *name, void *function, size_t size)
{
    void *found = dlsym(RTLD_NEXT, name);
    if (found == NULL)
        abort();
    memcpy(function, &found, size);
}

static int real_step(sqlite3_stmt *statement)
{
    static int (*step)(sqlite3_stmt *);
    if (step == NULL)
        find_real("sqlite3_step", &step, sizeof step);
    return step(statement);
}

static bool begins_with(sqlite3_stmt *statement, const char *words)
{
    const char *sql = sqlite3_sql(statement);
    return sql != NULL && strncmp(sql, words, strlen(words)) == 0;
}

/* SQLite itself is stepping, in sqlite3_exec: opening and making a store are done as they should
 * be. */
static bool in_exec;

/* The COMMIT that is still to be made. */
static sqlite3_stmt *promised;

/* A store that was not closed is being opened, or was, and no bets have been stored since. */
static bool is_unsynced_start;

/* How many frames SQLite says it took; -1: as many as it did. */
static int frames_claimed = -1;

/* Of a frame: the texts of its last bet, and the rest. */
#define LAST_BET_LEN                                                                                                   \
    "(SELECT skip + 2 * length_size + length(CAST(name AS BLOB)) + length(CAST(surname AS BLOB)) + 16 FROM bets "      \
    "WHERE bets.id = frames.id + frames.bets - 1)"

static void take_last_bet_out(sqlite3 *db)
{
    static int (*changes)(sqlite3 *);
    if (changes == NULL)
        find_real("sqlite3_changes", &changes, sizeof changes);
    frames_claimed = changes(db);
    sqlite3_exec(db,
                 "UPDATE frames SET bets = bets - 1, bytes = CAST(substr(bytes, 1, length(bytes) - " LAST_BET_LEN
                 ") AS BLOB) WHERE id = (SELECT max(id) FROM frames) AND bets > 1",
                 NULL, NULL, NULL);
}

int sqlite3_changes(sqlite3 *db)
{
    static int (*changes)(sqlite3 *);
    if (changes == NULL)
        find_real("sqlite3_changes", &changes, sizeof changes);
    return frames_claimed >= 0 ? frames_claimed : changes(db);
}

static int step_late(sqlite3_stmt *statement)
{
    if (begins_with(statement, "COMMIT")) {
        promised = statement;
        return SQLITE_DONE;
    }
    if (promised != NULL && begins_with(statement, "BEGIN")) {
        sqlite3_stmt *commit = promised;
        promised = NULL;
        int result = real_step(commit);
        sqlite3_reset(commit);
        if (result != SQLITE_DONE)
            return result;
    }
    return real_step(statement);
}

int sqlite3_step(sqlite3_stmt *statement)
{
    if (in_exec)
        return real_step(statement);
    if (lies("early-answer"))
        return step_late(statement);
    if (lies("forgets-keys") && begins_with(statement, "INSERT INTO keys"))
        return SQLITE_DONE;
    if (lies("forgets-winners") && begins_with(statement, "INSERT INTO winners"))
        return SQLITE_DONE;
    bool takes_bets = begins_with(statement, "INSERT INTO frames");
    if (takes_bets)
        is_unsynced_start = false;
    int result = real_step(statement);
    frames_claimed = -1;
    if (result == SQLITE_DONE && takes_bets && lies("short-batch"))
        take_last_bet_out(sqlite3_db_handle(statement));
    return result;
}

int sqlite3_exec(sqlite3 *db, const char *sql, int (*row)(void *, int, char **, char **), void *context, char **error)
{
    static int (*exec)(sqlite3 *, const char *, int (*)(void *, int, char **, char **), void *, char **);
    char changed[1024];
    const char *full = "synchronous = FULL";
    const char *place = lies("normal-sync") ? strstr(sql, full) : NULL;

    if (exec == NULL)
        find_real("sqlite3_exec", &exec, sizeof exec);
    if (place != NULL)
        snprintf(changed, sizeof changed, "%.*ssynchronous = NORMAL%s", (int)(place - sql), sql, place + strlen(full));
    in_exec = true;
    int result = exec(db, place == NULL ? sql : changed, row, context, error);
    in_exec = false;
    return result;
}

/* ---- Syncs ----------------------------------------------------------------------------------- */

/* A process that was killed left a log: its pages count as stored whether or not it synced them. */
static bool has_log(const char *path)
{
    struct stat status;
    char log[4096];
    snprintf(log, sizeof log, "%s-wal", path);
    return stat(log, &status) == 0 && status.st_size > 0;
}

int sqlite3_open_v2(const char *path, sqlite3 **db, int flags, const char *system)
{
    static int (*open)(const char *, sqlite3 **, int, const char *);
    if (open == NULL)
        find_real("sqlite3_open_v2", &open, sizeof open);
    if (lies("unsynced-start") && has_log(path))
        is_unsynced_start = true;
    return open(path, db, flags, system);
}

int fsync(int fd)
{
    static int (*sync)(int);
    if (sync == NULL)
        find_real("fsync", &sync, sizeof sync);
    return is_unsynced_start ? 0 : sync(fd);
}

int fdatasync(int fd)
{
    static int (*sync)(int);
    if (sync == NULL)
        find_real("fdatasync", &sync, sizeof sync);
    return is_unsynced_start ? 0 : sync(fd);
}
