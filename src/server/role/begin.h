/*
 * How a role begins, right after exec: it reads its order, asks to die with the supervisor, and
 * looks whether that is still there.
 */
#ifndef SERVER_ROLE_BEGIN_H
#define SERVER_ROLE_BEGIN_H

#include "server/role/order.h"

#define BEGIN_NAME "sorteo-server: " /* and the role, in place of the program's name */

/* Was this process started as a role? */
bool begin_is_role(int argc, char **argv);

/* False if it cannot work; it has said why. */
bool begin_role(struct order *order);

#endif
