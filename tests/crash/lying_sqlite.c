/*
 * A SQLite that lies: loaded before the real one (LD_PRELOAD) into a server as it is shipped, for
 * the rigs' controls.
 *
 * SORTEO_LIE says how. A rig that calls such a server right sees nothing at all.
 *
 *     early-answer    a COMMIT is reported as done, and done only when the next transaction begins
 *     forgets-keys    the KEYs of frames are not stored
 *     forgets-winners the winners of a draw are not stored
 *     short-batch     the last of the bets that are stored together is taken out again
 *     normal-sync     synchronous = NORMAL: a COMMIT is written, and synced some time later
 *     no-checkpoint   opening does not bring to stable storage what a killed process had only written
 */
#include <dlfcn.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
    int result = real_step(statement);
    if (result == SQLITE_DONE && lies("short-batch") && begins_with(statement, "INSERT INTO bets"))
        sqlite3_exec(sqlite3_db_handle(statement), "DELETE FROM bets WHERE id = (SELECT max(id) FROM bets)", NULL, NULL,
                     NULL);
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

int sqlite3_wal_checkpoint_v2(sqlite3 *db, const char *name, int mode, int *in_log, int *moved)
{
    static int (*checkpoint)(sqlite3 *, const char *, int, int *, int *);
    if (lies("no-checkpoint") && mode == SQLITE_CHECKPOINT_TRUNCATE)
        return SQLITE_OK;
    if (checkpoint == NULL)
        find_real("sqlite3_wal_checkpoint_v2", &checkpoint, sizeof checkpoint);
    return checkpoint(db, name, mode, in_log, moved);
}
