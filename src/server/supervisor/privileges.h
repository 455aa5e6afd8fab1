/*
 * The rights that the server was started with, and gives up once it has opened what takes them.
 */
#ifndef SERVER_SUPERVISOR_PRIVILEGES_H
#define SERVER_SUPERVISOR_PRIVILEGES_H

#include <stdbool.h>

/* From here on this process is that user, with its groups, for good; NULL: it stays who it is.
 * False, with a line in the log, if there is no such user, or this process may not become it. */
bool privileges_drop(const char *user);

#endif
