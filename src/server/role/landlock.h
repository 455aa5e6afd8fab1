/*
 * Landlock: the kernel denies this process, and all that it might start, files, TCP connections of
 * its own, and signals to other processes. This cannot be undone.
 */
#ifndef SERVER_ROLE_LANDLOCK_H
#define SERVER_ROLE_LANDLOCK_H

#include <stdbool.h>

enum landlock_use {
    LANDLOCK_READ,        /* a file: read */
    LANDLOCK_READ_FOLDER, /* a folder: read what is below it */
    LANDLOCK_READ_ANY,    /* whichever of these two it is */
    LANDLOCK_WRITE,       /* a file: read and write */
    LANDLOCK_FOLDER       /* a folder: create, read, write and remove files in it */
};

/* What may still be opened. A path that does not exist is skipped. */
struct landlock_path {
    const char *path;
    enum landlock_use use;
};

/* The version of Landlock's ABI that the kernel has, from 1; 0: it has none, or it is turned
 * off. */
int landlock_version(void);

/* Denies everything that the kernel's version can deny, but for these paths, for descriptors that
 * are open already and, if it `connects`, for TCP connections to others. Needs PR_SET_NO_NEW_PRIVS.
 * False with errno set, also if the kernel has no Landlock. */
bool landlock_confine(const struct landlock_path *paths, unsigned count, bool connects);

#endif
