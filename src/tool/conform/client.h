/*
 * The cases, run against a client.
 */
#ifndef TOOL_CONFORM_CLIENT_H
#define TOOL_CONFORM_CLIENT_H

#include "tool/conform/settings.h"

/* `command` is how it is started, and ends with NULL. Returns the exit status. */
int conform_client(const struct conform_settings *settings, char *const *command);

#endif
