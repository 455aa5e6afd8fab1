/*
 * The names of a store's two files: what may stand at a path before it is opened, and whether the
 * files that were opened still have their names.
 *
 * A store that was moved or removed while it is open is written to files that cannot be found
 * again. A database beside the log of another one would be recovered with the wrong log; so would
 * one with a second name, which may have another log beside it.
 */
#include "store/sqlite/sqlite_store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "base/file_care.h"

/* ---- Before it is opened --------------------------------------------------------------------- */

/* The name of the log: beside the file itself, where the path is a link to it. False if there is no
 * memory. */
static bool log_path(const char *path, char **out)
{
    char *file = realpath(path, NULL);
    const bool made = file != NULL || (errno != ENOMEM && (file = strdup(path)) != NULL);

    *out = made ? sqlite3_mprintf("%s-wal", file) : NULL;
    free(file);
    return *out != NULL;
}

static enum store_code check_log(const struct store_options *options, bool is_empty, struct store_error *error)
{
    struct stat status;
    enum store_code code = STORE_OK;
    char *path;

    if (!log_path(options->path, &path))
        return sqlite_explain(error, STORE_FAILED, options->path, "cannot be opened: out of memory");
    if (stat(path, &status) == 0) {
        if (is_empty && status.st_size > 0)
            code = sqlite_explain(error, STORE_REFUSED, path,
                                  "is the log of a store that is no longer here: put that store back beside it, or "
                                  "choose another path");
        else if (!S_ISREG(status.st_mode) || status.st_nlink > 1)
            code = sqlite_explain(error, STORE_REFUSED, path,
                                  "has more than one name, or is not a file: a log must have one name");
    }
    sqlite3_free(path);
    return code;
}

static enum store_code check_missing(const struct store_options *options, int reason, struct store_error *error)
{
    const bool may_make = !options->read_only && !options->existing;

    if (reason != ENOENT)
        return sqlite_explain(error, STORE_FAILED, options->path,
                              "cannot be opened: %s: check the path and its permissions", strerror(reason));
    enum store_code code = check_log(options, true, error);
    if (code != STORE_OK || may_make)
        return code;
    return sqlite_explain(error, STORE_FAILED, options->path, "cannot be opened: %s: there is no store; check the path",
                          strerror(reason));
}

/* What SQLite would only call "unable to open database file", and what it would not mind. */
enum store_code names_check(const struct store_options *options, struct store_error *error)
{
    struct stat status;
    const char *path = options->path;

    if (path[0] == '\0')
        return sqlite_explain(error, STORE_REFUSED, "the store's path", "is empty: name a file");
    if (options->agencies == 0 && !options->read_only && !options->existing)
        return sqlite_explain(error, STORE_REFUSED, path, "cannot be a store for 0 agencies: there must be 1 to 255");
    if (stat(path, &status) != 0)
        return check_missing(options, errno, error);
    if (S_ISDIR(status.st_mode))
        return sqlite_explain(error, STORE_REFUSED, path, "is a folder: name a file in it");
    if (!S_ISREG(status.st_mode))
        return sqlite_explain(error, STORE_REFUSED, path, "is not a regular file: choose another path");
    if (status.st_nlink > 1)
        return sqlite_explain(error, STORE_REFUSED, path,
                              "has %lu names (hard links), and its log is beside one of them alone: remove the others",
                              (unsigned long)status.st_nlink);
    return check_log(options, status.st_size == 0, error);
}

/* ---- While it is open ------------------------------------------------------------------------ */

static const char *log_name(const struct sqlite_store *store)
{
    return sqlite3_filename_wal(sqlite3_db_filename(store->db, "main"));
}

static struct file_seen see(const char *path)
{
    struct stat status;

    if (stat(path, &status) != 0)
        return (struct file_seen){ .known = false };
    return (struct file_seen){ .device = status.st_dev, .number = status.st_ino, .known = true };
}

void names_note(struct sqlite_store *store)
{
    store->seen_database = see(store->path);
    store->seen_log = see(log_name(store));
}

static bool is_still(const char *path, const struct file_seen *before)
{
    const struct file_seen now = before->known ? see(path) : *before;

    return !before->known || (now.known && now.device == before->device && now.number == before->number);
}

bool names_hold(struct sqlite_store *store)
{
    const bool database = is_still(store->path, &store->seen_database);

    store->moved = !database || !is_still(log_name(store), &store->seen_log);
    if (store->moved)
        (void)
            sqlite_explain(&store->error, STORE_MOVED, store->path,
                           "was moved, removed or replaced while it is in use (%s): nothing more is answered; put back "
                           "what was there",
                           database ? "its log, the -wal file" : "the database");
    return !store->moved;
}

bool sqlite_is_moved(struct store *base)
{
    struct sqlite_store *store = sqlite_store_of(base);

    return store->tie != TIE_NONE && !names_hold(store);
}

/* ---- Where they are, and who may read them --------------------------------------------------- */

#define IN_MEMORY                                                                                                      \
    "the store is on a file system in memory (tmpfs), and will be lost when the machine stops; choose a path on a disk"
#define OPEN_TO_OTHERS                                                                                                 \
    "other users of this machine may read or write the store or its -wal file; remove their access (chmod o=)"

const char *sqlite_warning(const struct store *base)
{
    const struct sqlite_store *store = (const struct sqlite_store *)base;
    struct statfs system;
    const bool forgets = statfs(store->path, &system) == 0 && file_system_forgets(&system);
    const bool is_open = file_is_open_to_others(store->path) || file_is_open_to_others(log_name(store));

    if (forgets && is_open)
        return IN_MEMORY ". And " OPEN_TO_OTHERS;
    return forgets ? IN_MEMORY : is_open ? OPEN_TO_OTHERS : NULL;
}
