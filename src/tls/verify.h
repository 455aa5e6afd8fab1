/*
 * OpenSSL's callbacks for a peer's certificate, called for each certificate of its chain during the
 * handshake. The filter notes why a certificate was refused, and which one.
 */
#ifndef TLS_VERIFY_H
#define TLS_VERIFY_H

#include <openssl/types.h>

/* For a client's certificate: refuses also a valid one that names no agency or has a malformed SAN
 * (protocol, section 10). The filter gets the agencies of one that is accepted. */
int verify_client(int good, X509_STORE_CTX *check);

/* For a server's certificate. */
int verify_server(int good, X509_STORE_CTX *check);

/* In place of OpenSSL's own check of revocations: only in a chain whose signatures are good. For a
 * large CRL that takes milliseconds, which a stranger's certificate is not worth. */
int verify_then_check_revocation(X509_STORE_CTX *check);

#endif
