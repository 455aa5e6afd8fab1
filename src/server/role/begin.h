/*
 * What a role does right after exec: it reads its order, asks the kernel to be killed when the
 * supervisor dies, and checks that the supervisor is still alive.
 */
#ifndef SERVER_ROLE_BEGIN_H
#define SERVER_ROLE_BEGIN_H

#include "server/role/order.h"

#define BEGIN_NAME "sorteo-server: " /* with the role after it: argv[0] of a role */

/* Was this process started as a role? */
bool begin_is_role(int argc, char **argv);

/* Fills *order. False if this process must exit: it has logged why, or the supervisor is dead. */
bool begin_role(struct order *order);

#endif
