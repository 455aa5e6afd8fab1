/*
 * Standard input, for those who read it through stdio.
 */
#ifndef TOOL_INPUT_H
#define TOOL_INPUT_H

/* For a program's first lines: from now on stdin waits where its descriptor is non-blocking, as one
 * that a shell or another program left so. */
void input_begin(void);

#endif
