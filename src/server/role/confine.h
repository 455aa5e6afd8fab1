/*
 * What a process of the server cannot do, whatever somebody makes of it: its filter of system calls
 * and Landlock, before it reads its first byte from outside.
 */
#ifndef SERVER_ROLE_CONFINE_H
#define SERVER_ROLE_CONFINE_H

#include <stdbool.h>

#include "server/role/order.h"

/* In the supervisor, once at the start: says in the log what this kernel or this build lacks of it,
 * or that it is off. */
void confine_report(const struct settings *settings);

/* In the supervisor, before it starts a role: takes from it, and so from all of them, what none
 * needs. False, with a line in the log, if that could not be done. */
bool confine_supervisor(const struct settings *settings);

/* In a role: confines it as far as settings and kernel have it. False, with a line in the log, if
 * what the kernel has could not be used. */
bool confine_role(const struct order *order);

#endif
