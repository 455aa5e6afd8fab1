/*
 * An SQLite VFS whose files are an image in memory: what a crash left is opened without touching a
 * disk.
 */
#ifndef CRASH_MEMORY_DISK_H
#define CRASH_MEMORY_DISK_H

#include <sqlite3.h>

#include "disk.h"

/* The VFS; registered, but not as the default one, at the first call. Its folder is whichever one
 * is named. */
sqlite3_vfs *memory_disk(void);

/* From now on its files are those of the image, which what is written changes. */
void memory_disk_use(struct disk_image *image);

#endif
