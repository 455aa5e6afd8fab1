/*
 * The file of winning documents, one a line: there is the whole of it or nothing. It is written
 * under another name beside its own and renamed when it is complete, so no reader sees half a list;
 * what is no regular file (a pipe, a terminal) is written in place.
 */
#ifndef CLIENT_WINNERS_FILE_H
#define CLIENT_WINNERS_FILE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WINNERS_FILE_ERROR_MAX 512

struct winners_file {
    const char *path;
    char temporary[PATH_MAX]; /* the other name, or "" */
    int fd;                   /* -1: none is wanted, or it is done */
};

/* Makes sure that it can be written, before anything is sent. "-" is standard output, NULL is none.
 * False with a line in error. */
bool winners_file_open(struct winners_file *file, const char *path, char error[static WINNERS_FILE_ERROR_MAX]);

/* Writes it and puts it in its place. False with a line in error; the old file, if there was one,
 * is as it was. */
bool winners_file_write(struct winners_file *file, const uint32_t *documents, size_t count,
                        char error[static WINNERS_FILE_ERROR_MAX]);

/* Removes what there is of a file that was not written. */
void winners_file_discard(struct winners_file *file);

#endif
