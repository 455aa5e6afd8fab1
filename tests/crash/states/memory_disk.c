/* An SQLite VFS over an image in memory: see memory_disk.h. */
#include "memory_disk.h"

#include <assert.h>
#include <string.h>

#include "recorder.h"

struct memory_file {
    sqlite3_file base;
    int file;
    bool folder_due; /* it is new: its first sync is the folder's too, as with the system's VFS */
};

static sqlite3_vfs vfs;
static struct disk_image *disk;

static struct disk_file *contents(sqlite3_file *file)
{
    return &disk->files[((struct memory_file *)file)->file];
}

/* ---- Files ----------------------------------------------------------------------------------- */

static int close_file(sqlite3_file *file)
{
    (void)file;
    return SQLITE_OK;
}

static int read_file(sqlite3_file *file, void *bytes, int len, sqlite3_int64 at)
{
    const struct disk_file *from = contents(file);
    size_t wanted = (size_t)len;
    size_t there = (size_t)at >= from->len ? 0 : from->len - (size_t)at;

    if (there >= wanted) {
        memcpy(bytes, from->bytes + at, wanted);
        return SQLITE_OK;
    }
    if (there > 0)
        memcpy(bytes, from->bytes + at, there);
    memset((char *)bytes + there, 0, wanted - there);
    return SQLITE_IOERR_SHORT_READ;
}

static int write_file(sqlite3_file *file, const void *bytes, int len, sqlite3_int64 at)
{
    disk_file_write(contents(file), (uint64_t)at, bytes, (size_t)len);
    return SQLITE_OK;
}

static int truncate_file(sqlite3_file *file, sqlite3_int64 len)
{
    disk_file_resize(contents(file), (uint64_t)len);
    return SQLITE_OK;
}

static int sync_file(sqlite3_file *file, int flags)
{
    struct memory_file *synced = (struct memory_file *)file;

    (void)flags;
    if (synced->folder_due)
        recorder_folder_synced();
    synced->folder_due = false;
    return SQLITE_OK;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size)
{
    *size = (sqlite3_int64)contents(file)->len;
    return SQLITE_OK;
}

/* One process, one connection: a lock is always free. */
static int set_lock(sqlite3_file *file, int level)
{
    (void)file;
    (void)level;
    return SQLITE_OK;
}

static int check_lock(sqlite3_file *file, int *is_reserved)
{
    (void)file;
    *is_reserved = 0;
    return SQLITE_OK;
}

static int file_control(sqlite3_file *file, int operation, void *argument)
{
    (void)file;
    (void)operation;
    (void)argument;
    return SQLITE_NOTFOUND;
}

/* As the system's VFS says of most disks. */
static int sector_size(sqlite3_file *file)
{
    (void)file;
    return 4096;
}

static int characteristics(sqlite3_file *file)
{
    (void)file;
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static const sqlite3_io_methods methods = { .iVersion = 1,
                                            .xClose = close_file,
                                            .xRead = read_file,
                                            .xWrite = write_file,
                                            .xTruncate = truncate_file,
                                            .xSync = sync_file,
                                            .xFileSize = file_size,
                                            .xLock = set_lock,
                                            .xUnlock = set_lock,
                                            .xCheckReservedLock = check_lock,
                                            .xFileControl = file_control,
                                            .xSectorSize = sector_size,
                                            .xDeviceCharacteristics = characteristics };

/* ---- The folder ------------------------------------------------------------------------------ */

static int open_file(sqlite3_vfs *self, const char *path, sqlite3_file *file, int flags, int *flags_out)
{
    struct memory_file *opened = (struct memory_file *)file;
    enum disk_name name = path == NULL ? DISK_NAMES : disk_name_of(path);
    bool is_new = name != DISK_NAMES && disk->names[name] == DISK_NO_FILE;

    (void)self;
    *opened = (struct memory_file){ 0 };
    if (name == DISK_NAMES || (is_new && (flags & SQLITE_OPEN_CREATE) == 0))
        return SQLITE_CANTOPEN;
    if (is_new) {
        assert(disk->file_count < DISK_FILES);
        disk->files[disk->file_count].len = 0;
        disk->names[name] = disk->file_count++;
    }
    opened->base.pMethods = &methods;
    opened->file = disk->names[name];
    opened->folder_due = is_new && name != DISK_DATABASE;
    if (flags_out != NULL)
        *flags_out = flags;
    return SQLITE_OK;
}

static int delete_file(sqlite3_vfs *self, const char *path, int sync_folder)
{
    enum disk_name name = disk_name_of(path);

    (void)self;
    if (name == DISK_NAMES || disk->names[name] == DISK_NO_FILE)
        return SQLITE_IOERR_DELETE_NOENT;
    disk->names[name] = DISK_NO_FILE;
    if (sync_folder)
        recorder_folder_synced();
    return SQLITE_OK;
}

static int access_file(sqlite3_vfs *self, const char *path, int flags, int *result)
{
    enum disk_name name = disk_name_of(path);

    (void)self;
    *result = name != DISK_NAMES && disk->names[name] != DISK_NO_FILE;
    if (flags == SQLITE_ACCESS_EXISTS && *result)
        *result = disk->files[disk->names[name]].len > 0; /* so says the system's VFS, too */
    return SQLITE_OK;
}

static int full_path(sqlite3_vfs *self, const char *path, int size, char *out)
{
    (void)self;
    sqlite3_snprintf(size, out, "%s", path);
    return SQLITE_OK;
}

sqlite3_vfs *memory_disk(void)
{
    if (vfs.zName != NULL)
        return &vfs;
    vfs = *sqlite3_vfs_find("unix"); /* for its clock and its randomness */
    vfs.pNext = NULL;
    vfs.zName = "memory_disk";
    vfs.szOsFile = (int)sizeof(struct memory_file);
    vfs.xOpen = open_file;
    vfs.xDelete = delete_file;
    vfs.xAccess = access_file;
    vfs.xFullPathname = full_path;
    sqlite3_vfs_register(&vfs, 0);
    return &vfs;
}

void memory_disk_use(struct disk_image *image)
{
    disk = image;
}
