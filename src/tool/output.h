/*
 * Standard output at the end of a command: a full disk is a failure; a reader that has
 * closed the pipe is not.
 */
#ifndef TOOL_OUTPUT_H
#define TOOL_OUTPUT_H

#include <stdbool.h>

/* For a program's first lines: from now on stdout waits where its descriptor is non-blocking, as
 * one that a shell or another program left so. */
void output_begin(void);

/* Has the reader gone, as `head` does? That is not a failure: the command ends and says nothing. */
bool output_is_closed(void);

/* Writing failed with this error. True if there is something to say about it. */
bool output_note_failure(int error);

/* To be called right after writing to stdout: remembers why that failed, if it did, while errno
 * still says so. */
void output_check(void);

/* Hands over what stdout holds. False if it, or something before it, failed; said on standard
 * error, with the program's name in front. */
bool output_flush(const char *program);

#endif
