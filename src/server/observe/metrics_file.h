/*
 * The file of --metrics-file: replaced at once by a new one, so that a reader always finds it
 * whole. Nothing else is ever replaced: the name may be the store's, or a device's, by mistake.
 */
#ifndef SERVER_OBSERVE_METRICS_FILE_H
#define SERVER_OBSERVE_METRICS_FILE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

struct metrics_file {
    const char *path;
    char unfinished[PATH_MAX]; /* the name that the file has until it is whole: path, and ".new" */
};

/* `path` is used as long as the file is. False if it is too long. */
bool metrics_file_init(struct metrics_file *file, const char *path);

/* Writes `len` bytes of openmetrics.h. Never blocks for a reader. NULL, or why not: a text that the
 * next call may change. Without success the file is as it was. */
const char *metrics_file_write(const struct metrics_file *file, const char *text, size_t len);

#endif
