/*
 * A signal that ends a command which has to tidy up first.
 */
#ifndef TOOL_STOP_H
#define TOOL_STOP_H

#include <stdbool.h>

/* From now on SIGINT, SIGTERM, SIGHUP and SIGQUIT are only noted, unless they are ignored. */
void stop_catch(void);

/* They do again what they did before. */
void stop_release(void);

/* Did one come? */
bool stop_asked(void);

#endif
