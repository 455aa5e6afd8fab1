/*
 * Gives up the rights of root, once the server has opened what needs them.
 */
#ifndef SERVER_SUPERVISOR_PRIVILEGES_H
#define SERVER_SUPERVISOR_PRIVILEGES_H

#include <stdbool.h>

/* Changes this process to that user and its groups, permanently. NULL: does nothing. False, with a
 * line in the log, if there is no such user, the user is root, the change is not permitted, or the
 * system, which may ask a network, does not say in time who the user is; and without a line if
 * stop_fd (-1: none) becomes readable meanwhile. */
bool privileges_drop(const char *name, int stop_fd);

#endif
