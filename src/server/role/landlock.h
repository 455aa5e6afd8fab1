/*
 * Landlock: the kernel keeps this process, and what it might start, from files, from TCP
 * connections of its own, and from signals to others. For good: it cannot be taken back.
 */
#ifndef SERVER_ROLE_LANDLOCK_H
#define SERVER_ROLE_LANDLOCK_H

#include <stdbool.h>

enum landlock_use {
    LANDLOCK_READ,  /* a file that is read */
    LANDLOCK_WRITE, /* a file that is read and written */
    LANDLOCK_FOLDER /* a folder whose files are made, read, written and removed */
};

/* What may still be opened; a path that is not there is left out. */
struct landlock_path {
    const char *path;
    enum landlock_use use;
};

/* The version of it that the kernel has, 1 and up; 0: none, or it is turned off. */
int landlock_version(void);

/* Leaves those paths and descriptors that are open, and takes the rest, as far as the kernel's
 * version knows it. Needs PR_SET_NO_NEW_PRIVS. False with errno set, also where there is none. */
bool landlock_confine(const struct landlock_path *paths, unsigned count);

#endif
