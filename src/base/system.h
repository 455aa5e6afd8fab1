/*
 * Small wrappers around the system that every program needs. Knows nothing of bets.
 */
#ifndef BASE_SYSTEM_H
#define BASE_SYSTEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Files may be larger than 2 GiB, also where a long has 32 bits. */
_Static_assert(sizeof(off_t) == 8, "compiled with -D_FILE_OFFSET_BITS=64");

/* Milliseconds, and nanoseconds, of the monotonic clock; the same in every process of the
 * machine. */
uint64_t clock_ms(void);
uint64_t clock_ns(void);

/* Reads once, continuing after EINTR, and waiting where fd is non-blocking. 0 at the end; -1 with
 * errno set. */
ssize_t read_waiting(int fd, void *bytes, size_t cap);

/* Writes all of it, continuing after EINTR and short writes, and waiting where fd is non-blocking.
 * False with errno set on failure. */
bool write_all(int fd, const void *bytes, size_t len);

/* The same, but stops waiting for a reader when stop_fd (-1: none) becomes readable: false with
 * errno EINTR, a part of it written. Never blocks in the write, whatever kind of file fd is. */
bool write_all_or_stop(int fd, const void *bytes, size_t len, int stop_fd);

/* Sets or clears O_NONBLOCK; sets FD_CLOEXEC. False with errno set. */
bool fd_set_nonblocking(int fd, bool on);
bool fd_set_cloexec(int fd);

/* Can it be read without waiting (its end and its errors too)? -1: no. */
bool fd_is_readable(int fd);

/* The folder that a file is in: "/" of "/bets.db", "." of "bets.db". To be freed; NULL if there is
 * no memory. */
char *path_folder(const char *path);

/* Opens that folder, or makes a file in it with O_TMPFILE, which gets the mode 0600; close-on-exec.
 * -1 with errno set. */
int folder_open(const char *path, int flags);

/* Syncs the folder that a file is in, so that its name is on stable storage, too; links are not
 * followed. False with errno set. */
bool folder_sync(const char *path);

/* For a program's first line. A process that was started without standard input, output or error
 * gets descriptors in their place that can be neither read nor written, so that no file or socket
 * opened later becomes the one that the log goes to. False with errno set. */
bool fd_hold_standard(void);

/* For a program's first lines. A file that reaches the limit on sizes (ulimit -f) makes a write
 * fail with EFBIG, as a full disk does, instead of ending the process. Children inherit it. */
void signal_ignore_file_limit(void);

#endif
