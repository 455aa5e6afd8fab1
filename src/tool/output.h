/*
 * Standard output at the end of a command: a full disk or a reader that went away is a failure, not
 * a detail.
 */
#ifndef TOOL_OUTPUT_H
#define TOOL_OUTPUT_H

#include <stdbool.h>

/* To be called right after writing to stdout: remembers why that failed, if it did, while errno
 * still says so. */
void output_check(void);

/* Hands over what stdout holds. False if it, or something before it, failed; said on standard
 * error, with the program's name in front. */
bool output_flush(const char *program);

#endif
