/*
 * Setting TLS up from the bytes of files (protocol, section 10).
 *
 * TLS 1.2 and 1.3; no renegotiation, no resumption, no tickets, no early data, no compression. Both
 * sides present a certificate. Opens no file.
 */
#ifndef TLS_SETUP_H
#define TLS_SETUP_H

#include "tls/context.h"
#include "tls/material.h"

/* For a server: its certificate and key, and the CAs (and CRLs) that clients' certificates are
 * checked against. Its ALPN name is sorteo/DIALECT. NULL with a reason if a part cannot be read, or
 * the key belongs to another certificate. The certificate may have expired: a worker must be able
 * to start then, too. */
struct tls_context *tls_context_server(const struct tls_material *material, const char *dialect,
                                       char error[static TLS_ERROR_MAX]);

/* Is its own certificate valid now? If not: why not. */
bool tls_context_is_in_time(const struct tls_context *context, char error[static TLS_ERROR_MAX]);

/* For a client. Which name the server's certificate must have, each connection says
 * (tls_filter_open). NULL with a reason, as above, and if its own certificate has expired or is not
 * valid yet. */
struct tls_context *tls_context_client(const struct tls_material *material, const char *dialect,
                                       char error[static TLS_ERROR_MAX]);

#endif
