/* The TLS settings of one side: see context.h. They are set up in setup.c. */
#include "tls/context.h"

#include <openssl/err.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <stdlib.h>

bool tls_prepare(void)
{
    unsigned char byte;

    return OPENSSL_init_ssl(OPENSSL_INIT_LOAD_CONFIG | OPENSSL_INIT_LOAD_SSL_STRINGS | OPENSSL_INIT_LOAD_CRYPTO_STRINGS,
                            NULL) == 1 &&
           RAND_bytes(&byte, 1) == 1 && RAND_priv_bytes(&byte, 1) == 1;
}

struct tls_context *tls_context_share(struct tls_context *context)
{
    context->users++;
    return context;
}

void tls_context_release(struct tls_context *context)
{
    if (context == NULL || --context->users > 0)
        return;
    SSL_CTX_free(context->ssl);
    free(context);
}

void tls_context_follow(const struct tls_context *context, const struct tls_context *newer)
{
    if (SSL_CTX_get_cert_store(context->ssl) != SSL_CTX_get_cert_store(newer->ssl))
        SSL_CTX_set1_cert_store(context->ssl, SSL_CTX_get_cert_store(newer->ssl));
}

const char *tls_context_verify(const struct tls_context *context, X509 *certificate, STACK_OF(X509) * chain)
{
    X509_STORE_CTX *check = X509_STORE_CTX_new();
    const char *wrong = "no memory";

    if (check != NULL && X509_STORE_CTX_init(check, SSL_CTX_get_cert_store(context->ssl), certificate, chain) == 1) {
        X509_STORE_CTX_set_default(check, "ssl_client");
        X509_STORE_CTX_set_depth(check, TLS_CHAIN_DEPTH);
        wrong = X509_verify_cert(check) == 1 ? NULL : X509_verify_cert_error_string(X509_STORE_CTX_get_error(check));
    }
    X509_STORE_CTX_free(check);
    ERR_clear_error();
    return wrong;
}
