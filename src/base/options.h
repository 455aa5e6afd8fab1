/*
 * Command lines from a table: --name VALUE and --name=VALUE, environment variables and a
 * configuration file as defaults, --help and --version, and errors that say which option, what was
 * given, and what may be.
 *
 * Knows nothing of bets. Parsing is getopt_long's.
 */
#ifndef BASE_OPTIONS_H
#define BASE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/option_table.h"

enum options_outcome {
    OPTIONS_OK,     /* go on */
    OPTIONS_DONE,   /* --help or --version was asked for and printed as far as its reader wanted it: exit 0 */
    OPTIONS_FAILED, /* it was asked for and could not be printed, which is said on standard error: exit 1 */
    OPTIONS_ERROR   /* said on standard error: exit 2 */
};

/* Reads argv, the variables of those options that were not given in it, and the program's
 * configuration file for the rest. *operand becomes the index in argv of the first operand (argv
 * may be permuted); operands beyond operand_max are an error. A value out of range, one that is not
 * a number, an unknown or abbreviated-to-ambiguity option, a missing value, a file that cannot be
 * read or is malformed: one line on standard error that names the option, the variable, or the
 * file, line and key, quotes what was given and says what may be, and ends with "Try 'NAME
 * --help'.". A key of the file that means nothing is named there, too, and is not an error. */
enum options_outcome options_parse(const struct options_program *program, int argc, char **argv, unsigned operand_max,
                                   int *operand);

/* The exit status of a program that does not go on: of any outcome but OK. */
static inline int options_exit_status(enum options_outcome outcome)
{
    return outcome == OPTIONS_DONE ? 0 : outcome == OPTIONS_FAILED ? 1 : 2;
}

/* A whole decimal number min..max with nothing before or after it (no sign, no space). False,
 * *value unchanged, if text is not one. */
bool options_number(const char *text, uint64_t min, uint64_t max, uint64_t *value);

#endif
