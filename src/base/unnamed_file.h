/*
 * A file without a name, for content that must not be seen before it is complete. If its writer is
 * killed, the system removes it.
 *
 *     unnamed_file_open(&file, path, O_WRONLY)    in the folder where it will be
 *     write_all(file.fd, …)
 *     unnamed_file_place(&file, path)             now it has its name
 *     unnamed_file_close(&file)                   in any case
 *
 * On a file system without O_TMPFILE it has a temporary name until then (PATH.sorteo-tmp). If its
 * writer is killed it is left behind, until the next writer of the same file takes it over.
 */
#ifndef BASE_UNNAMED_FILE_H
#define BASE_UNNAMED_FILE_H

#include <limits.h>
#include <stdbool.h>

struct unnamed_file {
    int fd; /* -1: not open */

    /* private */
    char temporary[PATH_MAX]; /* its temporary name, or "": none */
};

/* Makes it in the folder of `path`, readable and writable by its owner only. `access` is O_WRONLY
 * or O_RDWR. False with errno set: nothing was made. */
bool unnamed_file_open(struct unnamed_file *file, const char *path, int access);

/* Gives it the name `path`. False with errno set, EEXIST if that name is taken; it then still has
 * no name. Syncs neither the file nor its folder. */
bool unnamed_file_place(struct unnamed_file *file, const char *path);

/* The same, but atomically replaces a file that has that name. */
bool unnamed_file_replace(struct unnamed_file *file, const char *path);

/* Closes it, and removes it unless it was given its name. One that is not open is allowed. */
void unnamed_file_close(struct unnamed_file *file);

#endif
