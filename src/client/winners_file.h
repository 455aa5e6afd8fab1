/*
 * The file of winning documents, one per line: all of them or none. A regular file is replaced in
 * one step (whole_file.h); a pipe, a terminal, a device and standard output are written in place,
 * and so is a file that something is mounted on.
 */
#ifndef CLIENT_WINNERS_FILE_H
#define CLIENT_WINNERS_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "base/whole_file.h"

#define WINNERS_FILE_ERROR_MAX 512

struct winners_file {
    const char *path;
    int stop_fd; /* ends every wait; -1: none */
    int fd;      /* written in place; -1: nothing is */
    struct whole_file whole;
    bool stopped; /* the error was that stop_fd became readable */
};

/* Not open. */
void winners_file_init(struct winners_file *file, const char *path, int stop_fd);

/* Is this standard output, by any of its names ("-", "/dev/stdout", the file that it was redirected
 * to)? */
bool winners_file_is_stdout(const char *path);

/* Makes sure, before anything is sent, that it can be written; waits until a pipe has a reader. "-"
 * is standard output, NULL is no file. False with one line in error. */
bool winners_file_open(struct winners_file *file, char error[static WINNERS_FILE_ERROR_MAX]);

/* Is it a file on a file system in memory? Not standard output, wherever that was redirected to. */
bool winners_file_is_forgotten(const struct winners_file *file);

/* Writes it; it is on stable storage when this returns true. False with one line in error; a
 * regular file that was there before is then as it was. */
bool winners_file_write(struct winners_file *file, const uint32_t *documents, size_t count,
                        char error[static WINNERS_FILE_ERROR_MAX]);

/* Removes what was not written whole. One that is not open is allowed. */
void winners_file_close(struct winners_file *file);

#endif
