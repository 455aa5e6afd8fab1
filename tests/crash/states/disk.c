/* A disk as a crash sees it: see disk.h. */
#include "disk.h"

#include <stdlib.h>
#include <string.h>

/* Tests have memory, or they end. */
static void *grow(void *memory, size_t size)
{
    void *grown = realloc(memory, size);

    if (grown == NULL)
        abort();
    return grown;
}

enum disk_name disk_name_of(const char *path)
{
    static const char *const ends[] = { [DISK_DATABASE] = ".db", [DISK_WAL] = "-wal", [DISK_JOURNAL] = "-journal" };
    size_t len = strlen(path);

    for (int name = 0; name < DISK_NAMES; name++)
        if (len >= strlen(ends[name]) && strcmp(path + len - strlen(ends[name]), ends[name]) == 0)
            return (enum disk_name)name;
    return DISK_NAMES;
}

/* ---- What was done --------------------------------------------------------------------------- */

void disk_log_add(struct disk_log *log, const struct disk_op *op)
{
    if (log->count == log->cap) {
        log->cap = log->cap == 0 ? 256 : 2 * log->cap;
        log->ops = grow(log->ops, log->cap * sizeof *log->ops);
    }
    log->ops[log->count] = *op;
    if (op->bytes != NULL)
        log->ops[log->count].bytes = memcpy(grow(NULL, op->len), op->bytes, op->len);
    log->count++;
}

void disk_log_leave_out(struct disk_log *log, enum disk_action sync, enum disk_name name)
{
    for (size_t i = 0; i < log->count; i++) {
        struct disk_op *op = &log->ops[i];
        if (op->action == sync && (sync == DISK_SYNC_FOLDER || op->name == name))
            *op = (struct disk_op){ .action = DISK_SYNC, .file = DISK_NO_FILE }; /* of nothing */
    }
}

void disk_log_free(struct disk_log *log)
{
    for (size_t i = 0; i < log->count; i++)
        free(log->ops[i].bytes);
    free(log->ops);
    *log = (struct disk_log){ 0 };
}

bool disk_op_is_synced_by(const struct disk_op *op, const struct disk_op *sync)
{
    switch (op->action) {
    case DISK_WRITE:
    case DISK_TRUNCATE:
        return sync->action == DISK_SYNC && sync->file == op->file;
    case DISK_CREATE:
    case DISK_DELETE:
        return sync->action == DISK_SYNC_FOLDER;
    case DISK_SYNC:
    case DISK_SYNC_FOLDER:
        break;
    }
    return true; /* a sync leaves nothing that could be lost */
}

/* ---- Files ----------------------------------------------------------------------------------- */

void disk_file_resize(struct disk_file *file, uint64_t len)
{
    if (len > file->cap) {
        file->cap = (size_t)len + 65536;
        file->bytes = grow(file->bytes, file->cap);
    }
    if (len > file->len)
        memset(file->bytes + file->len, 0, (size_t)len - file->len);
    file->len = (size_t)len;
}

void disk_file_write(struct disk_file *file, uint64_t at, const uint8_t *bytes, size_t len)
{
    if (len == 0)
        return;
    if (at + len > file->len)
        disk_file_resize(file, at + len);
    memcpy(file->bytes + at, bytes, len);
}

/* ---- Images ---------------------------------------------------------------------------------- */

void disk_image_init(struct disk_image *image)
{
    *image = (struct disk_image){ 0 };
    for (int name = 0; name < DISK_NAMES; name++)
        image->names[name] = DISK_NO_FILE;
}

void disk_image_free(struct disk_image *image)
{
    for (int i = 0; i < DISK_FILES; i++)
        free(image->files[i].bytes);
    disk_image_init(image);
}

/* Keeps the memory that `to` has: states are built by the thousand. */
void disk_image_copy(struct disk_image *to, const struct disk_image *from)
{
    for (int i = 0; i < to->file_count || i < from->file_count; i++) {
        to->files[i].len = 0;
        disk_file_write(&to->files[i], 0, from->files[i].bytes, from->files[i].len);
    }
    to->file_count = from->file_count;
    memcpy(to->names, from->names, sizeof to->names);
}

size_t disk_op_sectors(const struct disk_op *op)
{
    if (op->action != DISK_WRITE || op->len == 0)
        return 0;
    return (size_t)((op->at + op->len - 1) / DISK_SECTOR - op->at / DISK_SECTOR + 1);
}

/*
 *   sector            |       0       |       1       |       2       |
 *   bytes of the op           [at ..................... at+len)
 */
static void apply_write(struct disk_file *file, const struct disk_op *op, struct disk_extent extent)
{
    for (size_t sector = 0; sector < disk_op_sectors(op); sector++) {
        uint64_t begin = (op->at / DISK_SECTOR + sector) * DISK_SECTOR, end = begin + DISK_SECTOR;
        if (begin < op->at)
            begin = op->at;
        if (end > op->at + op->len)
            end = op->at + op->len;
        if (sector >= extent.from && sector < extent.to)
            disk_file_write(file, begin, op->bytes + (begin - op->at), (size_t)(end - begin));
        else if (extent.zeroed && file->len < end)
            disk_file_resize(file, end);
    }
}

void disk_image_apply(struct disk_image *image, const struct disk_op *op, struct disk_extent extent)
{
    switch (op->action) {
    case DISK_WRITE:
        apply_write(&image->files[op->file], op, extent);
        break;
    case DISK_TRUNCATE:
        disk_file_resize(&image->files[op->file], op->at);
        break;
    case DISK_CREATE:
        image->names[op->name] = op->file;
        break;
    case DISK_DELETE:
        image->names[op->name] = DISK_NO_FILE;
        break;
    case DISK_SYNC:
    case DISK_SYNC_FOLDER:
        return;
    }
    if (op->action != DISK_DELETE && op->file >= image->file_count)
        image->file_count = op->file + 1;
}
