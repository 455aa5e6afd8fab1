/*
 * Asks the server that has a store open, if there is one, to do something with it.
 */
#ifndef TOOL_ASK_SERVER_H
#define TOOL_ASK_SERVER_H

#include <stdbool.h>

#include "operator/form.h"

enum asked {
    ASKED_NO_SERVER, /* no server has the store open, or it has not begun: the caller opens the store itself */
    ASKED_DONE,
    ASKED_FAILED, /* nothing was done, or what was written is worth nothing */
    ASKED_UNKNOWN /* it may have been done */
};

/* Does a server listen beside this store? */
bool server_listens(const char *store);

/* Sends a request, with a descriptor if fd is not -1, and waits for its end. `text` gets what the
 * server said, or what is wrong. Gives up when the server says nothing for half a minute, and when
 * a stop signal came (stop.h). */
enum asked ask_server(const char *store, const struct operator_request *request, int fd,
                      char text[static OPERATOR_TEXT_MAX]);

#endif
