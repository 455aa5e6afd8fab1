/*
 * The log: one line an event, on standard output unless told otherwise, each with one write(2).
 *
 *     2026-11-23 10:00:00 INFO     action: apuesta_recibida | result: success | cantidad: 150
 *
 * Knows nothing of bets. A pipe, socket or terminal that is not read never stops the caller: the
 * line is dropped and counted, and the next line that gets through is preceded by one that tells
 * how many were lost.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>
#include <stddef.h>

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR, LOG_CRITICAL };
enum log_result { LOG_SUCCESS, LOG_FAIL, LOG_IN_PROGRESS };

#define LOG_LINE_MAX 2048 /* bytes of a line, its end counted; well below PIPE_BUF, so that lines stay whole */

/* The names that --log-level takes ("DEBUG", "INFO", …, NULL at the end), in the order of the
 * enum. */
extern const char *const log_level_names[];

/* Finds a level by its name, in any case, "WARN" included. False, *level unchanged, if there is
 * none. */
bool log_level_find(const char *name, enum log_level *level);

/* Sends lines of `level` and above to fd, which stays the caller's. Before the first call: INFO, fd
 * 1. To be called again in a child after fork only if it wants something else. */
void log_open(int fd, enum log_level level);

/* Before exec: what lines go to becomes standard output, also for what this process still logs, so
 * that the program need not open again what it perhaps cannot. No other descriptor is needed for it
 * afterwards; none is closed. False with errno set. */
bool log_become_output(void);

bool log_is_enabled(enum log_level level);

/* Writes "action: A | result: R" and, if format is not NULL, " | " and what it makes: further "key:
 * value" pairs, separated by " | ". A value that comes from outside goes through log_clean first. A
 * line that would be too long is cut and ends in "...". Line ends in the text become spaces. */
void log_event(enum log_level level, const char *action, enum log_result result, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Copies text for use as a value: '|' becomes '/', what printable.h does not let through becomes
 * '?', cut to cap - 1 bytes. Returns out. */
const char *log_clean(char *out, size_t cap, const char *text);

#endif
