/*
 * Prints --help from a table of options.
 */
#ifndef BASE_HELP_H
#define BASE_HELP_H

#include <stdint.h>

#include "base/option_table.h"

/* Prints usage, summary, every option and the epilogue on standard output, within 80 columns. */
void help_print(const struct options_program *program);

/* Writes milliseconds as seconds: "2", "0.025". Returns out. */
const char *help_seconds(char out[static 32], uint64_t ms);

#endif
