/*
 * What a program says of a command line that it cannot follow. Errors in a single option's value
 * are options.h's.
 */
#ifndef BASE_USAGE_ERROR_H
#define BASE_USAGE_ERROR_H

#include <stdbool.h>

/* Prints "PROGRAM: WHAT. Try 'PROGRAM --help'." on standard error, made fit for a terminal
 * (printable.h). Returns false. */
bool usage_error(const char *program, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
