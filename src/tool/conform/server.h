/*
 * The cases, run against a server.
 */
#ifndef TOOL_CONFORM_SERVER_H
#define TOOL_CONFORM_SERVER_H

#include "tool/conform/settings.h"

/* `server` is HOST:PORT, or NULL where none was given. Returns the exit status. */
int conform_server(const struct conform_settings *settings, const char *server);

#endif
