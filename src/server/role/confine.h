/*
 * Confines the server's processes with a seccomp filter and Landlock, before they read their first
 * byte from outside. An attacker who takes one over can then do only what its role needs.
 */
#ifndef SERVER_ROLE_CONFINE_H
#define SERVER_ROLE_CONFINE_H

#include <stdbool.h>

#include "server/role/order.h"

/* In the supervisor, once at the start: logs a warning if confinement is off, or what this kernel
 * or this build lacks for it. */
void confine_report(const struct settings *settings);

/* In the supervisor, before it starts a role: denies it, and so all roles, the calls that none of
 * them needs. False, with a line in the log, if that failed. */
bool confine_supervisor(const struct settings *settings);

/* In a role: confines it as far as the settings ask for it and the kernel can. False, with a line
 * in the log, if something that the kernel has failed. */
bool confine_role(const struct order *order);

#endif
