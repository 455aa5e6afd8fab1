/*
 * Starts a role as a new program (exec), so that a role's address layout says nothing about that of
 * another.
 */
#ifndef SERVER_ROLE_LAUNCH_H
#define SERVER_ROLE_LAUNCH_H

#include <sys/types.h>

#include "server/role/order.h"

/* Opens this process's own program, close-on-exec. Roles are started from that descriptor even if
 * the file is replaced later. -1 with errno set. */
int launch_open_program(void);

/* Starts the role of the order, with the descriptors of the order and that control line. They all
 * stay the caller's; the role inherits no others but 0 to 2. `in_child` is called in the child
 * before exec. Returns its process id, or -1 with errno set. If exec fails, the child logs why and
 * exits with 1. */
pid_t launch_role(int program, const struct order *order, int control, void (*in_child)(void));

#endif
