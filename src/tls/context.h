/*
 * How TLS is spoken on one side (protocol, section 10): versions, ciphers, certificates, the ALPN
 * name; set up once (setup.h), and shared by all connections. Opens no file.
 */
#ifndef TLS_CONTEXT_H
#define TLS_CONTEXT_H

#include <openssl/ssl.h>
#include <stdbool.h>

#define TLS_ALPN_MAX 64   /* bytes of a name, its end counted */
#define TLS_CHAIN_DEPTH 4 /* certificates between a peer's and a CA's */

struct tls_context {
    SSL_CTX *ssl;
    char alpn[TLS_ALPN_MAX]; /* "sorteo/" and the dialect */
    bool serves;
    unsigned users; /* it is freed with the last of them */
};

/* For a process that will be confined: everything that OpenSSL would open a file for later is
 * loaded now (its configuration, texts, the seed of its random numbers). False if it cannot be
 * used. */
bool tls_prepare(void);

/* Another user of it, and one less; NULL is allowed. */
struct tls_context *tls_context_share(struct tls_context *context);
void tls_context_release(struct tls_context *context);

/* Does a peer's certificate still hold, by this context's CAs and CRLs? NULL, or why not (a static
 * text). `chain` may be NULL. */
const char *tls_context_verify(const struct tls_context *context, X509 *certificate, STACK_OF(X509) * chain);

#endif
