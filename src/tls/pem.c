/* What PEM files hold: see pem.h. */
#include "tls/pem.h"

#include <limits.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <stdio.h>

void *pem_fail(const char *what, char error[static TLS_ERROR_MAX])
{
    const char *reason = ERR_reason_error_string(ERR_peek_last_error());

    snprintf(error, TLS_ERROR_MAX, "%s: %s", what, reason != NULL ? reason : "it cannot be used");
    ERR_clear_error();
    return NULL;
}

static void *fail(const char *what, const char *reason, char error[static TLS_ERROR_MAX])
{
    snprintf(error, TLS_ERROR_MAX, "%s: %s", what, reason);
    ERR_clear_error();
    return NULL;
}

static BIO *open_bytes(const uint8_t *bytes, size_t len)
{
    return len > INT_MAX ? NULL : BIO_new_mem_buf(bytes, (int)len);
}

/* Did the last call fail only because there is nothing more in the file? */
static bool is_at_end(void)
{
    unsigned long code = ERR_peek_last_error();

    return code == 0 || (ERR_GET_LIB(code) == ERR_LIB_PEM && ERR_GET_REASON(code) == PEM_R_NO_START_LINE);
}

/* OpenSSL would ask for a passphrase on the terminal, which a server does not have. */
static int refuse_passphrase(char *buf, int size, int is_writing, void *context)
{
    (void)buf;
    (void)size;
    (void)is_writing;
    *(bool *)context = true;
    return -1;
}

STACK_OF(X509) * pem_certificates(const char *what, const uint8_t *bytes, size_t len, char error[static TLS_ERROR_MAX])
{
    BIO *file = open_bytes(bytes, len);
    STACK_OF(X509) *all = sk_X509_new_null();
    X509 *one;
    bool kept = file != NULL && all != NULL;

    while (kept && (one = PEM_read_bio_X509(file, NULL, NULL, NULL)) != NULL) {
        kept = sk_X509_push(all, one) > 0;
        if (!kept)
            X509_free(one);
    }
    BIO_free(file);
    if (kept && is_at_end() && sk_X509_num(all) > 0) {
        ERR_clear_error();
        return all;
    }
    bool is_empty = kept && is_at_end();
    sk_X509_pop_free(all, X509_free);
    return is_empty ? fail(what, "it has no certificate (PEM)", error) : pem_fail(what, error);
}

STACK_OF(X509_CRL) * pem_crls(const uint8_t *bytes, size_t len, char error[static TLS_ERROR_MAX])
{
    BIO *file = open_bytes(bytes, len);
    STACK_OF(X509_CRL) *all = sk_X509_CRL_new_null();
    X509_CRL *one;
    bool kept = file != NULL && all != NULL;

    while (kept && (one = PEM_read_bio_X509_CRL(file, NULL, NULL, NULL)) != NULL) {
        kept = sk_X509_CRL_push(all, one) > 0;
        if (!kept)
            X509_CRL_free(one);
    }
    BIO_free(file);
    if (kept && is_at_end() && sk_X509_CRL_num(all) > 0) {
        ERR_clear_error();
        return all;
    }
    bool is_empty = kept && is_at_end();
    sk_X509_CRL_pop_free(all, X509_CRL_free);
    return is_empty ? fail("CRL file", "it has no CRL (PEM)", error) : pem_fail("CRL file", error);
}

EVP_PKEY *pem_key(const uint8_t *bytes, size_t len, char error[static TLS_ERROR_MAX])
{
    bool asked = false;
    BIO *file = open_bytes(bytes, len);
    EVP_PKEY *key = file == NULL ? NULL : PEM_read_bio_PrivateKey(file, NULL, refuse_passphrase, &asked);

    BIO_free(file);
    if (key != NULL) {
        ERR_clear_error();
        return key;
    }
    return fail("key",
                asked ? "it is encrypted with a passphrase; store it without one"
                      : "it has no private key (PEM), or a damaged one",
                error);
}
