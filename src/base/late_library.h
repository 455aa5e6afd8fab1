/*
 * Shared libraries that a program loads when it first needs them.
 *
 * What a program is linked with, each of its processes loads at its start, with all that those
 * libraries need in turn: with libpq that is Kerberos and LDAP, for a server whose store is a file
 * too. A library that only some runs of a program, or some of its processes, use is loaded by
 * those, and the others have none of it in their memory.
 *
 * A library has a header that lists the functions which are used of it:
 *
 *     #define LIBPQ_FUNCTIONS(FUNCTION) FUNCTION(PQclear) FUNCTION(PQexec)
 *     struct libpq { LIBPQ_FUNCTIONS(LATE_LIBRARY_MEMBER) };
 *     extern struct libpq libpq;
 *     #define PQclear libpq.PQclear
 *
 * A function that is called and not listed does not link.
 */
#ifndef BASE_LATE_LIBRARY_H
#define BASE_LATE_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>

#define LATE_LIBRARY_MEMBER(function) __typeof__(function) *function;
#define LATE_LIBRARY_ROW(function) { #function, (void *)&function },
#define LATE_LIBRARY_IS_KNOWN(soname)                                                                                  \
    _Static_assert(sizeof(soname) > 1, "the linker does not find this library: is its development package there?")
#define LATE_LIBRARY_REASON_MAX 256u /* bytes, the end included */

struct late_function {
    const char *name;
    void *place; /* the pointer to it, which is filled in */
};

struct late_library {
    const char *soname; /* "libpq.so.5": the one whose headers the program was built with */
    const struct late_function *functions;
    size_t count;
    bool is_loaded;
    char reason[LATE_LIBRARY_REASON_MAX]; /* why not, if it was tried */
};

/* Loads a library, once, for as long as the process lives, and fills in its functions, all of them
 * or none. NULL, or why it cannot be loaded. It is tried once, so that a process that could not
 * load it, and was confined then, is told the reason and not that it may open no file. */
const char *late_library_load(struct late_library *library);

#endif
