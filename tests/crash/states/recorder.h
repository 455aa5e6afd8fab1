/*
 * The recorder: an SQLite VFS that does what another one does, and writes down what was done to the
 * files.
 *
 * It is put over the system's own VFS, or over the one in memory (memory_disk.h). Syncs of a folder
 * come by way of fsync and fdatasync, which the program has in place of the C library's.
 */
#ifndef CRASH_RECORDER_H
#define CRASH_RECORDER_H

#include <sqlite3.h>

#include "disk.h"

/* From now on, what is opened goes through the recorder to `base`, and into the log. `image` says
 * which files there are already, and is not looked at again. One recording at a time. */
void recorder_begin(sqlite3_vfs *base, struct disk_log *log, const struct disk_image *image);

/* The recorder is no longer the default VFS; whatever was opened through it must be closed. */
void recorder_end(void);

/* What happens is no longer written down: the process is dead, as far as the disk is concerned. */
void recorder_stop(void);

/* The folder was synced; for a VFS that does it without a system call. */
void recorder_folder_synced(void);

#endif
