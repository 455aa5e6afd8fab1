/*
 * A test of crash states in parts, each in a process of its own, as many at once as is wanted; what
 * they print is TAP, in their order.
 */
#ifndef CRASH_PARTS_H
#define CRASH_PARTS_H

#include <stdbool.h>
#include <stdint.h>

/* What the command line asks for. */
struct parts_options {
    unsigned form; /* its place in the forms */
    uint64_t seed;
};

/* Reads [FORM] [--seed N]. The forms' names end with NULL; the first is taken if none is named, as
 * is 1 for a seed. False, with a line on standard error, where it says something else. */
bool parts_read_options(int count, char **arguments, const char *const *forms, struct parts_options *options);

/* Each tells one result. */
typedef void part_function(void);

/* True if all passed. */
bool parts_do(part_function *const *parts, unsigned count, unsigned at_once);

/* How many there can be at once. */
unsigned parts_processors(void);

/* ---- In a part ------------------------------------------------------------------------------- */

/* Where its store is, in a folder that is empty. */
const char *part_path(void);

void part_report(bool passed, const char *name);

#endif
