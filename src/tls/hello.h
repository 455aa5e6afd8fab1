/*
 * ALPN in the ClientHello (protocol, section 10): which dialect the client asks for, and which the
 * server speaks.
 */
#ifndef TLS_HELLO_H
#define TLS_HELLO_H

#include <stdbool.h>

#include "tls/context.h"

/* On a server: a client that asks for another name than the context's, or for none, gets the alert
 * no_application_protocol, and its filter notes what it asked for. */
void hello_serve(struct tls_context *context);

/* On a client: asks for the context's name. False if there is no memory. */
bool hello_ask(struct tls_context *context);

#endif
