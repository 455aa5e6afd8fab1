/*
 * The TLS settings of one side (protocol, section 10): versions, ciphers, certificates, the ALPN
 * name. Set up once (setup.h), and shared by all connections. Opens no file.
 */
#ifndef TLS_CONTEXT_H
#define TLS_CONTEXT_H

#include <openssl/safestack.h>
#include <openssl/types.h>
#include <stdbool.h>

#define TLS_ALPN_MAX 64       /* bytes of a name, with its NUL */
#define TLS_CHAIN_DEPTH 4     /* intermediate certificates between a peer's and a CA's */
#define TLS_CHAIN_BYTES 32768 /* of all certificates that a peer sends */

/* Declared here, so that it is no type of a parameter list alone. Our headers do not include ssl.h,
 * which takes longer to compile than most files that would get it. */
STACK_OF(X509);

struct tls_context {
    SSL_CTX *ssl;
    char alpn[TLS_ALPN_MAX]; /* "sorteo/" and the dialect */
    bool serves;
    unsigned users; /* references; the last release frees it */
};

/* Loads everything for which OpenSSL would open a file later: its configuration, its texts, the
 * seed of its random numbers. To be called before a process is confined. False if OpenSSL cannot be
 * used. */
bool tls_prepare(void);

/* Adds a reference and returns context, which may not be NULL. */
struct tls_context *tls_context_share(struct tls_context *context);

/* Drops a reference. NULL is allowed. */
void tls_context_release(struct tls_context *context);

/* Gives a context the CAs and CRLs of a newer one. Its own, which may be large, are freed, though
 * its connections go on. */
void tls_context_follow(const struct tls_context *context, const struct tls_context *newer);

/* Is a peer's certificate still valid under this context's CAs and CRLs? NULL if so, or why not (a
 * static text). `chain` may be NULL. */
const char *tls_context_verify(const struct tls_context *context, X509 *certificate, STACK_OF(X509) * chain);

#endif
