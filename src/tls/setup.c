/* Setting TLS up from the bytes of files: see setup.h. */
#include "tls/setup.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>

#include "tls/hello.h"
#include "tls/pem.h"
#include "tls/verify.h"

#define CIPHERS_1_2 "ECDHE+AESGCM:ECDHE+CHACHA20" /* with forward secrecy, and nothing that is not AEAD */
#define GROUPS "X25519:P-256:X448:P-384:P-521"    /* no finite fields: a stranger could make us compute for long */

/* ---- From the files -------------------------------------------------------------------------- */

static bool set_certificates(SSL_CTX *ssl, const struct tls_material *material, char error[static TLS_ERROR_MAX])
{
    STACK_OF(X509) *chain =
        pem_certificates("certificate", material->bytes[TLS_CERTIFICATE], material->len[TLS_CERTIFICATE], error);
    if (chain == NULL)
        return false;
    bool set = SSL_CTX_use_certificate(ssl, sk_X509_value(chain, 0)) == 1;
    for (int i = 1; set && i < sk_X509_num(chain); i++)
        set = SSL_CTX_add1_chain_cert(ssl, sk_X509_value(chain, i)) == 1;
    sk_X509_pop_free(chain, X509_free);
    if (!set)
        (void)pem_fail("certificate", error);
    return set;
}

static bool set_key(SSL_CTX *ssl, const struct tls_material *material, char error[static TLS_ERROR_MAX])
{
    EVP_PKEY *key = pem_key(material->bytes[TLS_KEY], material->len[TLS_KEY], error);
    if (key == NULL)
        return false;
    bool set = X509_check_private_key(SSL_CTX_get0_certificate(ssl), key) == 1;
    if (!set)
        snprintf(error, TLS_ERROR_MAX, "key: it does not belong to the certificate");
    else if (SSL_CTX_use_PrivateKey(ssl, key) != 1 || SSL_CTX_check_private_key(ssl) != 1) {
        set = false;
        (void)pem_fail("key", error);
    }
    EVP_PKEY_free(key);
    ERR_clear_error();
    return set;
}

static bool set_ca(SSL_CTX *ssl, const struct tls_material *material, bool serves, char error[static TLS_ERROR_MAX])
{
    STACK_OF(X509) *all = pem_certificates("CA file", material->bytes[TLS_CA], material->len[TLS_CA], error);
    if (all == NULL)
        return false;
    bool set = true;
    for (int i = 0; set && i < sk_X509_num(all); i++) {
        X509 *one = sk_X509_value(all, i);
        set = X509_STORE_add_cert(SSL_CTX_get_cert_store(ssl), one) == 1 &&
              (!serves || SSL_CTX_add_client_CA(ssl, one) == 1);
    }
    sk_X509_pop_free(all, X509_free);
    if (!set)
        (void)pem_fail("CA file", error);
    return set;
}

/* Every CA of a chain must have a CRL: otherwise the revocation of an intermediate one would go
 * unnoticed. */
static bool set_crl(SSL_CTX *ssl, const struct tls_material *material, char error[static TLS_ERROR_MAX])
{
    X509_STORE *store = SSL_CTX_get_cert_store(ssl);
    if (material->bytes[TLS_CRL] == NULL)
        return true;
    STACK_OF(X509_CRL) *all = pem_crls(material->bytes[TLS_CRL], material->len[TLS_CRL], error);
    if (all == NULL)
        return false;
    bool set = X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL) == 1;
    X509_STORE_set_check_revocation(store, verify_then_check_revocation);
    for (int i = 0; set && i < sk_X509_CRL_num(all); i++)
        set = X509_STORE_add_crl(store, sk_X509_CRL_value(all, i)) == 1;
    sk_X509_CRL_pop_free(all, X509_CRL_free);
    if (!set)
        (void)pem_fail("CRL file", error);
    return set;
}

/* ---- Rules ----------------------------------------------------------------------------------- */

static bool set_rules(SSL_CTX *ssl, char error[static TLS_ERROR_MAX])
{
    SSL_CTX_set_options(ssl, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION |
                                 SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_mode(ssl, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE);
    SSL_CTX_set_session_cache_mode(ssl, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_verify_depth(ssl, TLS_CHAIN_DEPTH);
    SSL_CTX_set_max_cert_list(ssl, TLS_CHAIN_BYTES);
    if (SSL_CTX_set_num_tickets(ssl, 0) == 1 && SSL_CTX_set_max_early_data(ssl, 0) == 1 &&
        SSL_CTX_set_min_proto_version(ssl, TLS1_2_VERSION) == 1 && SSL_CTX_set_cipher_list(ssl, CIPHERS_1_2) == 1 &&
        SSL_CTX_set1_groups_list(ssl, GROUPS) == 1)
        return true;
    (void)pem_fail("TLS", error);
    return false;
}

static struct tls_context *make(const SSL_METHOD *method, const struct tls_material *material, const char *dialect,
                                bool serves, char error[static TLS_ERROR_MAX])
{
    struct tls_context *context = calloc(1, sizeof *context);

    snprintf(error, TLS_ERROR_MAX, "out of memory");
    if (context == NULL)
        return NULL;
    context->users = 1;
    context->serves = serves;
    snprintf(context->alpn, sizeof context->alpn, "sorteo/%s", dialect);
    context->ssl = SSL_CTX_new(method);
    if (context->ssl != NULL && set_rules(context->ssl, error) && set_certificates(context->ssl, material, error) &&
        set_key(context->ssl, material, error) && set_ca(context->ssl, material, serves, error) &&
        set_crl(context->ssl, material, error))
        return context;
    tls_context_release(context);
    return NULL;
}

struct tls_context *tls_context_server(const struct tls_material *material, const char *dialect,
                                       char error[static TLS_ERROR_MAX])
{
    struct tls_context *context = make(TLS_server_method(), material, dialect, true, error);

    if (context == NULL)
        return NULL;
    SSL_CTX_set_verify(context->ssl, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, verify_client);
    hello_serve(context);
    return context;
}

bool tls_context_is_in_time(const struct tls_context *context, char error[static TLS_ERROR_MAX])
{
    const X509 *ours = SSL_CTX_get0_certificate(context->ssl);
    const char *wrong = NULL;

    if (X509_cmp_current_time(X509_get0_notAfter(ours)) <= 0)
        wrong = "it has expired";
    else if (X509_cmp_current_time(X509_get0_notBefore(ours)) >= 0)
        wrong = "it is not valid yet";
    if (wrong != NULL)
        snprintf(error, TLS_ERROR_MAX, "certificate: %s", wrong);
    return wrong == NULL;
}

struct tls_context *tls_context_client(const struct tls_material *material, const char *dialect,
                                       char error[static TLS_ERROR_MAX])
{
    struct tls_context *context = make(TLS_client_method(), material, dialect, false, error);

    if (context == NULL)
        return NULL;
    SSL_CTX_set_verify(context->ssl, SSL_VERIFY_PEER, verify_server);
    bool set = hello_ask(context);
    if (!set)
        (void)pem_fail("TLS", error);
    if (set && tls_context_is_in_time(context, error))
        return context;
    tls_context_release(context);
    return NULL;
}
