/* TLS over a peer's socket: see secure.h. */
#include "secure.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define ASKS "\x0bsorteo/wide"

static SSL_CTX *context;
static pthread_once_t made = PTHREAD_ONCE_INIT;

static void make_context(void)
{
    const char *ca = getenv("SORTEO_TLS_CA"), *certificate = getenv("SORTEO_TLS_CERT"), *key = getenv("SORTEO_TLS_KEY");
    SSL_CTX *fresh = SSL_CTX_new(TLS_client_method());

    if (fresh == NULL || ca == NULL || certificate == NULL || key == NULL ||
        SSL_CTX_load_verify_locations(fresh, ca, NULL) != 1 ||
        SSL_CTX_use_certificate_chain_file(fresh, certificate) != 1 ||
        SSL_CTX_use_PrivateKey_file(fresh, key, SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_set_alpn_protos(fresh, (const unsigned char *)ASKS, sizeof ASKS - 1) != 0)
        return;
    SSL_CTX_set_verify(fresh, SSL_VERIFY_PEER, NULL);
    context = fresh;
}

struct ssl_st *secure_open(int fd)
{
    pthread_once(&made, make_context);
    SSL *ssl = context != NULL ? SSL_new(context) : NULL;
    if (ssl != NULL && SSL_set_fd(ssl, fd) == 1 && SSL_connect(ssl) == 1)
        return ssl;
    fprintf(stderr, "load: no TLS (SORTEO_TLS_CA, SORTEO_TLS_CERT, SORTEO_TLS_KEY): ");
    ERR_print_errors_fp(stderr);
    SSL_free(ssl);
    return NULL;
}

bool secure_write(struct ssl_st *ssl, const uint8_t *bytes, size_t len)
{
    size_t written;
    return SSL_write_ex(ssl, bytes, len, &written) == 1;
}

bool secure_read(struct ssl_st *ssl, uint8_t *byte)
{
    size_t len;
    return SSL_read_ex(ssl, byte, 1, &len) == 1;
}

void secure_close(struct ssl_st *ssl)
{
    (void)SSL_shutdown(ssl);
    SSL_free(ssl);
}
