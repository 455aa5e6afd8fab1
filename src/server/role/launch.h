/*
 * Starting a role: a program of its own, so that no role knows the addresses of another's memory.
 */
#ifndef SERVER_ROLE_LAUNCH_H
#define SERVER_ROLE_LAUNCH_H

#include <sys/types.h>

#include "server/role/order.h"

/* Opens this process's own program, close-on-exec: roles are started from it whatever its name
 * leads to later. -1 with errno set. */
int launch_open_program(void);

/* Starts the role of the order, with what the order gives and that control line; all descriptors
 * stay the caller's, and the role has no others but 0 to 2. `in_child` is called in the new process
 * before it becomes the program. Returns its process id, or -1 with errno set. What goes wrong
 * after that it says in the log itself, and exits with 1. */
pid_t launch_role(int program, const struct order *order, int control, void (*in_child)(void));

#endif
