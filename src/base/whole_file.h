/*
 * A file that is written whole or not at all: no reader sees half of it, and a writer that is
 * killed leaves nothing.
 *
 *     whole_file_open(&file, path, 0600)    the file that is there, if any, stays as it is
 *     write_all(file.data.fd, …)
 *     whole_file_commit(&file)              now it is in its place, and on stable storage
 *     whole_file_close(&file)               in any case
 *
 * Links are followed, never replaced.
 */
#ifndef BASE_WHOLE_FILE_H
#define BASE_WHOLE_FILE_H

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

#include "base/unnamed_file.h"

struct whole_file {
    struct unnamed_file data; /* data.fd: to write to; -1: not open */

    /* private */
    char path[PATH_MAX]; /* where it will be, links resolved */
};

/* Makes sure that a file can be put at `path`. A new one gets `mode`, whatever the umask; one that
 * takes the place of a regular file gets that file's owner and rights, or fewer. False with errno
 * set. */
bool whole_file_open(struct whole_file *file, const char *path, mode_t mode);

/* Syncs it, puts it in its place, and syncs the folder. False with errno set: what was there before
 * is still there, unless only the last sync failed. EBUSY: another file system is mounted on the
 * file, so it can only be written in place. */
bool whole_file_commit(struct whole_file *file);

/* Removes what was not committed. One that is not open is allowed. */
void whole_file_close(struct whole_file *file);

#endif
