/* The recorder: see recorder.h. */
#include "recorder.h"

#include <assert.h>
#include <string.h>
#include <sys/stat.h>

/* After the base's own file, in the memory that SQLite gives: its methods see their file where they
 * expect it. */
struct trailer {
    const sqlite3_io_methods *base;
    sqlite3_io_methods methods; /* the base's, but for what is written down */
    enum disk_name name;
    int file;
};

static struct {
    sqlite3_vfs vfs;
    sqlite3_vfs *base;
    struct disk_log *log; /* NULL: nothing is written down */
    int names[DISK_NAMES];
    int file_count;
} recorder;

static struct trailer *trailer_of(sqlite3_file *file)
{
    return (struct trailer *)((char *)file + recorder.base->szOsFile);
}

static void note(struct disk_op op)
{
    if (recorder.log != NULL)
        disk_log_add(recorder.log, &op);
}

/* ---- Files ----------------------------------------------------------------------------------- */

/* The disk changes only where it did as it was told. */
static int write_file(sqlite3_file *file, const void *bytes, int len, sqlite3_int64 at)
{
    struct trailer *trailer = trailer_of(file);
    int result = trailer->base->xWrite(file, bytes, len, at);

    if (result == SQLITE_OK)
        note((struct disk_op){ .action = DISK_WRITE,
                               .name = trailer->name,
                               .file = trailer->file,
                               .at = (uint64_t)at,
                               .len = (size_t)len,
                               .bytes = (uint8_t *)(uintptr_t)bytes });
    return result;
}

static int truncate_file(sqlite3_file *file, sqlite3_int64 len)
{
    struct trailer *trailer = trailer_of(file);
    int result = trailer->base->xTruncate(file, len);

    if (result == SQLITE_OK)
        note((struct disk_op){
            .action = DISK_TRUNCATE, .name = trailer->name, .file = trailer->file, .at = (uint64_t)len });
    return result;
}

/* Noted first: the sync of the folder that may come within it comes second. */
static int sync_file(sqlite3_file *file, int flags)
{
    struct trailer *trailer = trailer_of(file);

    note((struct disk_op){ .action = DISK_SYNC, .name = trailer->name, .file = trailer->file });
    return trailer->base->xSync(file, flags);
}

/* Version 1 of the methods: without shared memory and memory-mapped files, which the store does not
 * use, and which would go past the recorder. */
static void watch(sqlite3_file *file)
{
    struct trailer *trailer = trailer_of(file);

    trailer->base = file->pMethods;
    trailer->methods = *file->pMethods;
    trailer->methods.iVersion = 1;
    trailer->methods.xWrite = write_file;
    trailer->methods.xTruncate = truncate_file;
    trailer->methods.xSync = sync_file;
    file->pMethods = &trailer->methods;
}

/* ---- The folder ------------------------------------------------------------------------------ */

static int open_file(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *flags_out)
{
    enum disk_name name = path == NULL ? DISK_NAMES : disk_name_of(path);
    int result;

    (void)vfs;
    assert(name != DISK_NAMES); /* a store has no other files */
    result = recorder.base->xOpen(recorder.base, path, file, flags, flags_out);
    if (result != SQLITE_OK)
        return result;
    if (recorder.names[name] == DISK_NO_FILE) {
        assert(recorder.file_count < DISK_FILES);
        recorder.names[name] = recorder.file_count++;
        note((struct disk_op){ .action = DISK_CREATE, .name = name, .file = recorder.names[name] });
    }
    *trailer_of(file) = (struct trailer){ .name = name, .file = recorder.names[name] };
    watch(file);
    return SQLITE_OK;
}

static int delete_file(sqlite3_vfs *vfs, const char *path, int sync_folder)
{
    enum disk_name name = disk_name_of(path);
    size_t before = recorder.log == NULL ? 0 : recorder.log->count;
    int result;

    (void)vfs;
    if (name != DISK_NAMES && recorder.names[name] != DISK_NO_FILE) {
        note((struct disk_op){ .action = DISK_DELETE, .name = name });
        recorder.names[name] = DISK_NO_FILE;
    }
    result = recorder.base->xDelete(recorder.base, path, sync_folder);
    /* What was not there was not deleted; SQLite may ask for that. */
    assert(result == SQLITE_OK || recorder.log == NULL || recorder.log->count == before);
    return result;
}

void recorder_folder_synced(void)
{
    note((struct disk_op){ .action = DISK_SYNC_FOLDER });
}

static int note_sync(int fd)
{
    struct stat status;

    if (fstat(fd, &status) != 0)
        return -1;
    if (S_ISDIR(status.st_mode))
        recorder_folder_synced();
    return 0;
}

/* Replace the C library's functions for every caller. The files are in memory: there is nothing to
 * wait for. */
int fsync(int fd)
{
    return note_sync(fd);
}

int fdatasync(int fd)
{
    return note_sync(fd);
}

/* ---- Recording ------------------------------------------------------------------------------- */

void recorder_begin(sqlite3_vfs *base, struct disk_log *log, const struct disk_image *image)
{
    recorder.base = base;
    recorder.log = log;
    recorder.file_count = image->file_count;
    memcpy(recorder.names, image->names, sizeof recorder.names);
    recorder.vfs = *base;
    recorder.vfs.zName = "recorder";
    recorder.vfs.pNext = NULL;
    recorder.vfs.szOsFile = base->szOsFile + (int)sizeof(struct trailer);
    recorder.vfs.xOpen = open_file;
    recorder.vfs.xDelete = delete_file;
    sqlite3_vfs_register(&recorder.vfs, 1);
}

void recorder_stop(void)
{
    recorder.log = NULL;
}

void recorder_end(void)
{
    recorder.log = NULL;
    sqlite3_vfs_unregister(&recorder.vfs);
}
