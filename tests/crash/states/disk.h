/*
 * A disk as a crash sees it: what was done to the files of a store, in order, and what that leaves
 * of them.
 *
 * A log of operations, and images that any choice of them can be applied to. A file is one thing
 * and its name in the folder another: each becomes durable by a sync of its own. Knows nothing of
 * SQLite, and nothing of bets.
 */
#ifndef CRASH_DISK_H
#define CRASH_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DISK_SECTOR 512u /* what a disk writes whole or not at all */
#define DISK_FILES 24    /* that ever came to be, under whichever name */
#define DISK_NO_FILE (-1)

/* The names that a store's files have. */
enum disk_name { DISK_DATABASE, DISK_WAL, DISK_JOURNAL, DISK_NAMES };

/* Which of them the path ends in; DISK_NAMES if none. */
enum disk_name disk_name_of(const char *path);

/* ---- What was done --------------------------------------------------------------------------- */

enum disk_action { DISK_WRITE, DISK_TRUNCATE, DISK_SYNC, DISK_CREATE, DISK_DELETE, DISK_SYNC_FOLDER };

struct disk_op {
    enum disk_action action;
    enum disk_name name;
    int file;    /* not for DELETE and SYNC_FOLDER */
    uint64_t at; /* WRITE: where; TRUNCATE: the new length */
    size_t len;  /* WRITE */
    uint8_t *bytes;
};

struct disk_log {
    struct disk_op *ops;
    size_t count;
    size_t cap;
};

/* Appends a copy of the operation, bytes and all. */
void disk_log_add(struct disk_log *log, const struct disk_op *op);

/* For controls: as if such syncs, of that file or of the folder, had never been asked for. */
void disk_log_leave_out(struct disk_log *log, enum disk_action sync, enum disk_name name);
void disk_log_free(struct disk_log *log);

/* Does the sync make the other operation, which came before it, durable? */
bool disk_op_is_synced_by(const struct disk_op *op, const struct disk_op *sync);

/* ---- What that leaves ------------------------------------------------------------------------ */

struct disk_file {
    uint8_t *bytes;
    size_t len;
    size_t cap;
};

/* All zeros but for the names, by disk_image_init, when it is new. */
struct disk_image {
    struct disk_file files[DISK_FILES];
    int file_count;
    int names[DISK_NAMES]; /* a file, or DISK_NO_FILE */
};

void disk_image_init(struct disk_image *image);
void disk_image_free(struct disk_image *image);
void disk_image_copy(struct disk_image *to, const struct disk_image *from);

/* How much of a WRITE arrived: of its sectors, `from` to before `to`; the others stay as they were,
 * or, where `zeroed`, the file grew and they are zeros. */
struct disk_extent {
    size_t from;
    size_t to;
    bool zeroed;
};
#define DISK_ALL ((struct disk_extent){ .to = SIZE_MAX })

/* In how many sectors the operation writes; 0 for what is no WRITE. */
size_t disk_op_sectors(const struct disk_op *op);

void disk_image_apply(struct disk_image *image, const struct disk_op *op, struct disk_extent extent);

/* As the file system does for a program: a hole that a write leaves reads as zeros. */
void disk_file_write(struct disk_file *file, uint64_t at, const uint8_t *bytes, size_t len);
void disk_file_resize(struct disk_file *file, uint64_t len);

#endif
