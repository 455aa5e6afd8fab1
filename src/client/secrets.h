/*
 * The client's side of TLS, set up from its settings: the files, and the name that the server has
 * to have.
 */
#ifndef CLIENT_SECRETS_H
#define CLIENT_SECRETS_H

#include "client/settings.h"
#include "tls/context.h"
#include "tls/material.h"

/* Opens the files. NULL with a reason that says which is wrong. With SSLKEYLOGFILE, the keys of
 * each connection are appended to that file, for a network analyser. */
struct tls_context *secrets_open(const struct run_settings *settings, char error[static TLS_ERROR_MAX]);

#endif
