/*
 * A file without a name, for what nobody may see before it is complete. If its writer is killed,
 * the system removes it.
 *
 *     unnamed_file_open(&file, path, O_WRONLY)    in the folder where it will be
 *     write_all(file.fd, …)
 *     unnamed_file_place(&file, path)             now it has its name
 *     unnamed_file_close(&file)                   in any case
 *
 * Where the file system has no files without a name (O_TMPFILE), it has another name until then.
 */
#ifndef BASE_UNNAMED_FILE_H
#define BASE_UNNAMED_FILE_H

#include <limits.h>
#include <stdbool.h>

struct unnamed_file {
    int fd; /* -1: not open */

    /* private */
    char other[PATH_MAX]; /* the name that it has meanwhile, or "": none */
};

/* Makes it in the folder of `path`, readable and writable by its owner only. `access` is O_WRONLY
 * or O_RDWR. False with errno set: nothing was made. */
bool unnamed_file_open(struct unnamed_file *file, const char *path, int access);

/* Gives it the name `path`, which must be free: else false with EEXIST. False with errno set: it
 * has no name yet. Neither the file nor its folder is synced. */
bool unnamed_file_place(struct unnamed_file *file, const char *path);

/* The same, but what has that name is replaced, in one step. */
bool unnamed_file_replace(struct unnamed_file *file, const char *path);

/* Closes it. Unless it was given its name, it is gone. One that is not open is allowed. */
void unnamed_file_close(struct unnamed_file *file);

#endif
