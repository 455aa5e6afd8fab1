/*
 * Memory files: they have neither a name nor a disk, and a process hands them to others by their
 * descriptors. Once such a file is sealed, no process can change it any more.
 */
#ifndef BASE_MEMORY_FILE_H
#define BASE_MEMORY_FILE_H

#include <stdbool.h>

/* Makes an empty one that can be sealed, close-on-exec. `name` shows in /proc/PID/fd. Returns its
 * descriptor, the caller's; -1 with errno set. */
int memory_file_new(const char *name);

/* Seals it: neither its bytes nor its size can change from now on. False with errno set. */
bool memory_file_seal(int fd);

/* Is its content sealed? False also if fd is no memory file. */
bool memory_file_is_sealed(int fd);

#endif
