/*
 * A copy of a store into a file that is open already: the pages, a few at a time, between
 * transactions.
 *
 * SQLite's backup keeps what is copied up to date with each later commit on the same connection, so
 * the copy is the store as it is at the last step. The file is known by its descriptor alone: it
 * may have no name yet, or lie in a folder that this process may not enter. So SQLite writes it
 * through a small file system of ours (a VFS), which has this one file.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"
#include "store/sqlite/sqlite_store.h"

#define COPY_PAGES 128 /* in one step: half a megabyte */
#define NAME "copy"

/* The bytes of the header that say "with a write-ahead log", or "without" (both 1). */
#define MODE_AT 18
#define MODE_LEN 2

struct sqlite_copy {
    struct store_copy base; /* must be first */
    sqlite3_vfs vfs;
    char vfs_name[40];
    sqlite3 *target;
    sqlite3_backup *backup;
    int fd;
    int error; /* errno of the first write or read of the file that failed; 0: none */
};

struct copy_file {
    sqlite3_file base; /* must be first */
    struct sqlite_copy *copy;
};

/* ---- The file -------------------------------------------------------------------------------- */

static struct sqlite_copy *copy_of(sqlite3_file *file)
{
    return ((struct copy_file *)file)->copy;
}

static int file_failed(struct sqlite_copy *copy, int result)
{
    if (copy->error == 0)
        copy->error = errno;
    return errno == ENOSPC || errno == EDQUOT || errno == EFBIG ? SQLITE_FULL : result;
}

static int file_close(sqlite3_file *file)
{
    (void)file; /* the descriptor is the caller's */
    return SQLITE_OK;
}

static int file_read(sqlite3_file *file, void *bytes, int len, sqlite3_int64 offset)
{
    struct sqlite_copy *copy = copy_of(file);
    size_t done = 0;

    while (done < (size_t)len) {
        ssize_t got = pread(copy->fd, (char *)bytes + done, (size_t)len - done, (off_t)offset + (off_t)done);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return file_failed(copy, SQLITE_IOERR_READ);
        if (got == 0)
            break;
        done += (size_t)got;
    }
    memset((char *)bytes + done, 0, (size_t)len - done);
    return done == (size_t)len ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

static bool write_at(int fd, const char *bytes, size_t len, off_t offset)
{
    while (len > 0) {
        ssize_t put = pwrite(fd, bytes, len, offset);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return false;
        bytes += put;
        len -= (size_t)put;
        offset += put;
    }
    return true;
}

/* The copy is one file, so its header must not ask for a log. */
static int file_write(sqlite3_file *file, const void *bytes, int len, sqlite3_int64 offset)
{
    static const char mode[MODE_LEN] = { 1, 1 };
    struct sqlite_copy *copy = copy_of(file);
    bool done = write_at(copy->fd, bytes, (size_t)len, (off_t)offset);

    if (done && offset == 0 && len >= MODE_AT + MODE_LEN)
        done = write_at(copy->fd, mode, MODE_LEN, MODE_AT);
    return done ? SQLITE_OK : file_failed(copy, SQLITE_IOERR_WRITE);
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 len)
{
    struct sqlite_copy *copy = copy_of(file);
    return ftruncate(copy->fd, (off_t)len) == 0 ? SQLITE_OK : file_failed(copy, SQLITE_IOERR_TRUNCATE);
}

/* The process that opened it syncs it, and waits for that. */
static int file_sync(sqlite3_file *file, int flags)
{
    (void)file;
    (void)flags;
    return SQLITE_OK;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *len)
{
    struct sqlite_copy *copy = copy_of(file);
    struct stat status;

    if (fstat(copy->fd, &status) != 0)
        return file_failed(copy, SQLITE_IOERR_FSTAT);
    *len = status.st_size;
    return SQLITE_OK;
}

static int file_lock(sqlite3_file *file, int lock)
{
    (void)file; /* no other process knows the file */
    (void)lock;
    return SQLITE_OK;
}

static int file_is_reserved(sqlite3_file *file, int *reserved)
{
    (void)file;
    *reserved = 0;
    return SQLITE_OK;
}

static int file_control(sqlite3_file *file, int what, void *argument)
{
    (void)file;
    (void)what;
    (void)argument;
    return SQLITE_NOTFOUND;
}

static int file_nothing_special(sqlite3_file *file)
{
    (void)file;
    return 0;
}

static const sqlite3_io_methods file_methods = { .iVersion = 1,
                                                 .xClose = file_close,
                                                 .xRead = file_read,
                                                 .xWrite = file_write,
                                                 .xTruncate = file_truncate,
                                                 .xSync = file_sync,
                                                 .xFileSize = file_size,
                                                 .xLock = file_lock,
                                                 .xUnlock = file_lock,
                                                 .xCheckReservedLock = file_is_reserved,
                                                 .xFileControl = file_control,
                                                 .xSectorSize = file_nothing_special,
                                                 .xDeviceCharacteristics = file_nothing_special };

/* ---- The file system that has it alone ------------------------------------------------------- */

static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
    struct copy_file *opened = (struct copy_file *)file;

    (void)name;
    opened->base.pMethods = NULL;
    if ((flags & SQLITE_OPEN_MAIN_DB) == 0)
        return SQLITE_CANTOPEN;
    opened->base.pMethods = &file_methods;
    opened->copy = vfs->pAppData;
    if (out_flags != NULL)
        *out_flags = flags;
    return SQLITE_OK;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
    (void)vfs;
    (void)name;
    (void)sync;
    return SQLITE_OK;
}

static int vfs_access(sqlite3_vfs *vfs, const char *name, int flags, int *found)
{
    (void)vfs;
    (void)name;
    (void)flags;
    *found = 0; /* no journal, no log */
    return SQLITE_OK;
}

static int vfs_full_name(sqlite3_vfs *vfs, const char *name, int cap, char *out)
{
    (void)vfs;
    snprintf(out, (size_t)cap, "%s", name);
    return SQLITE_OK;
}

static void vfs_init(struct sqlite_copy *copy)
{
    const sqlite3_vfs *usual = sqlite3_vfs_find(NULL);

    snprintf(copy->vfs_name, sizeof copy->vfs_name, NAME "-%p", (void *)copy);
    copy->vfs = (sqlite3_vfs){ .iVersion = 1,
                               .szOsFile = sizeof(struct copy_file),
                               .mxPathname = 64,
                               .zName = copy->vfs_name,
                               .pAppData = copy,
                               .xOpen = vfs_open,
                               .xDelete = vfs_delete,
                               .xAccess = vfs_access,
                               .xFullPathname = vfs_full_name,
                               .xRandomness = usual->xRandomness,
                               .xSleep = usual->xSleep,
                               .xCurrentTime = usual->xCurrentTime };
}

/* ---- The copy -------------------------------------------------------------------------------- */

static enum store_code explain(struct sqlite_copy *copy, struct store_error *error)
{
    struct sqlite_store *store = sqlite_store_of(copy->base.store);

    if (copy->error != 0)
        return sqlite_explain(error, STORE_FAILED, store->path, "cannot be copied: writing the copy: %s",
                              strerror(copy->error));
    return sqlite_explain(error, STORE_FAILED, store->path, "cannot be copied: %s",
                          copy->target != NULL ? sqlite3_errmsg(copy->target) : "out of memory");
}

/* A journal would be a second file. A copy that does not come to its end is thrown away. */
static bool open_target(struct sqlite_copy *copy)
{
    static const char sql[] = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;"
                              "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -1000";

    return sqlite3_open_v2(NAME, &copy->target, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                           copy->vfs_name) == SQLITE_OK &&
           sqlite3_exec(copy->target, sql, NULL, NULL, NULL) == SQLITE_OK;
}

static bool is_fit(int fd)
{
    struct stat status;
    int flags = fcntl(fd, F_GETFL);

    return fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size == 0 && flags != -1 &&
           (flags & O_ACCMODE) == O_RDWR && (flags & O_APPEND) == 0;
}

enum store_code sqlite_copy_begin(struct store *base, int fd, struct store_copy **out, struct store_error *error)
{
    struct sqlite_store *store = sqlite_store_of(base);
    struct sqlite_copy *copy;

    if (!is_fit(fd))
        return sqlite_explain(error, STORE_FAILED, store->path,
                              "cannot be copied: the target is not an empty file, open for reading and writing");
    if (store->condition != STORE_IDLE)
        return sqlite_explain(error, STORE_FAILED, store->path, "cannot be copied: a transaction is under way");
    copy = calloc(1, sizeof *copy);
    if (copy == NULL)
        return sqlite_explain(error, STORE_FAILED, store->path, "cannot be copied: out of memory");
    copy->base.store = base;
    copy->fd = fd;
    vfs_init(copy);
    if (sqlite3_vfs_register(&copy->vfs, 0) == SQLITE_OK && open_target(copy))
        copy->backup = sqlite3_backup_init(copy->target, "main", store->db, "main");
    if (copy->backup != NULL) {
        *out = &copy->base;
        return STORE_OK;
    }
    (void)explain(copy, error);
    sqlite_copy_end(&copy->base);
    return STORE_FAILED;
}

/* All pages are there: what is left is to say that they need no log. The connection that copied
 * them still knows the header as it was. */
static bool complete(struct sqlite_copy *copy)
{
    const struct sqlite_store *store = sqlite_store_of(copy->base.store);
    int result = sqlite3_backup_finish(copy->backup);

    copy->backup = NULL;
    if (result != SQLITE_OK)
        return false;
    sqlite3_close(copy->target);
    copy->target = NULL;
    FAULT_POINT("copy-written");
    return open_target(copy) && (store->version < SCHEMA_VERSION_WITH_TIE || tie_end_copy(copy->target));
}

enum store_code sqlite_copy_step(struct store_copy *base, struct store_copied *copied, struct store_error *error)
{
    struct sqlite_copy *copy = (struct sqlite_copy *)base;
    int result;

    copied->done = false;
    if (copy->backup == NULL)
        return explain(copy, error); /* it has failed, or was complete */
    result = sqlite3_backup_step(copy->backup, COPY_PAGES);
    FAULT_POINT("copy-stepped");
    if (result != SQLITE_OK && result != SQLITE_DONE) {
        sqlite3_backup_finish(copy->backup); /* what it says is then the connection's, too */
        copy->backup = NULL;
        return explain(copy, error);
    }
    copied->pages = (uint32_t)sqlite3_backup_pagecount(copy->backup);
    copied->left = (uint32_t)sqlite3_backup_remaining(copy->backup);
    if (result == SQLITE_OK)
        return STORE_OK;
    if (!complete(copy))
        return explain(copy, error);
    copied->done = true;
    return STORE_OK;
}

void sqlite_copy_end(struct store_copy *base)
{
    struct sqlite_copy *copy = (struct sqlite_copy *)base;

    sqlite3_backup_finish(copy->backup);
    sqlite3_close(copy->target);
    sqlite3_vfs_unregister(&copy->vfs);
    free(copy);
}
