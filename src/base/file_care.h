/*
 * What speaks against keeping something in a file: a file system that forgets it, and rights that
 * let other users of the machine at it. Both are for warnings: they refuse nothing.
 */
#ifndef BASE_FILE_CARE_H
#define BASE_FILE_CARE_H

#include <stdbool.h>
#include <sys/vfs.h>

/* Is that a file system in memory (tmpfs, ramfs, hugetlbfs; a devtmpfs is one of the first two),
 * whose files are gone when the machine stops? */
bool file_system_forgets(const struct statfs *system);

/* Is fd a regular file on such a file system? Pipes, devices and terminals keep nothing. */
bool file_is_forgotten(int fd);

/* May users read or write the file who are neither its owner nor of its group? Not where a folder
 * on the way to it lets them through no further. What its group may do was somebody's decision. */
bool file_is_open_to_others(const char *path);

#endif
