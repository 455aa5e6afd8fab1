/*
 * What is wrong with a peer's certificate, beyond what OpenSSL says: asked for each certificate of
 * its chain during the handshake. The filter remembers why it was refused, and which it was.
 */
#ifndef TLS_VERIFY_H
#define TLS_VERIFY_H

#include <openssl/x509.h>

/* A client's: of those that hold, one that names no agency, or something that is none, is refused
 * (protocol, section 10); the filter gets the agencies of the others. */
int verify_client(int good, X509_STORE_CTX *check);

/* A server's. */
int verify_server(int good, X509_STORE_CTX *check);

#endif
