/*
 * The option --dialect, which most subcommands have.
 */
#ifndef TOOL_DIALECT_OPTION_H
#define TOOL_DIALECT_OPTION_H

#include "base/option_table.h"

/* *value becomes the number of a dialect, by default SORTEO_DIALECT_DEFAULT. `what` begins the help
 * text, which also says the default; the text is good until the next call. */
struct option_spec dialect_option(unsigned *value, const char *what);

#endif
