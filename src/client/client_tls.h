/* Sets up the client's side of TLS from its settings. */
#ifndef CLIENT_CLIENT_TLS_H
#define CLIENT_CLIENT_TLS_H

#include "client/settings.h"
#include "tls/context.h"
#include "tls/material.h"

/* Reads the files. The caller releases the context; NULL with a reason that says which file is
 * wrong. If the variable SSLKEYLOGFILE is set, the keys of each connection are appended to that
 * file, so that a network analyser can decrypt it; if it cannot be written, that is said on
 * standard error, and the client goes on. */
struct tls_context *client_tls_open(const struct run_settings *settings, char error[static TLS_ERROR_MAX]);

#endif
