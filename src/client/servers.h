/*
 * The servers of the lottery that a client may use, from texts such as
 * "a.example:12345,b.example:12345". Resolves no names and opens nothing.
 */
#ifndef CLIENT_SERVERS_H
#define CLIENT_SERVERS_H

#include <stdbool.h>

#include "base/address.h"

#define SERVERS_MAX 16u
#define SERVER_HOST_MAX 256u   /* bytes, its end counted */
#define SERVERS_ERROR_MAX 512u /* the same */

struct server {
    char text[ADDRESS_TEXT_MAX]; /* HOST:PORT, as it was given */
    char host[SERVER_HOST_MAX];  /* of it, without brackets */
};

struct servers {
    struct server list[SERVERS_MAX]; /* in the order in which they are tried */
    unsigned count;
};

/* Adds the servers of a text that has commas between them; blanks around each are dropped. False,
 * with a line in error, if one is missing, is not HOST:PORT with a port from 1 to 65535, is there
 * already, or is one too many. */
bool servers_add(struct servers *servers, const char *text, char error[static SERVERS_ERROR_MAX]);

#endif
