/* OpenSSL's callbacks for a peer's certificate: see verify.h. */
#include "tls/verify.h"

#include <openssl/ssl.h>

#include "tls/filter.h"

static struct tls_filter *filter_of(X509_STORE_CTX *check)
{
    SSL *ssl = X509_STORE_CTX_get_ex_data(check, SSL_get_ex_data_X509_STORE_CTX_idx());
    return SSL_get_app_data(ssl);
}

/* Names the peer's certificate, even if the one at fault is an intermediate one or is missing. */
static int refuse(X509_STORE_CTX *check, const char *reason)
{
    tls_filter_blame(filter_of(check), TLS_FAULT_THEIRS, reason);
    tls_filter_note_certificate(filter_of(check), X509_STORE_CTX_get0_cert(check));
    return 0;
}

int verify_server(int good, X509_STORE_CTX *check)
{
    return good ? 1 : refuse(check, X509_verify_cert_error_string(X509_STORE_CTX_get_error(check)));
}

/* A context without a store of its own has what OpenSSL does by default. */
static X509_STORE_CTX_check_revocation_fn default_check_revocation(void)
{
    X509_STORE_CTX *plain = X509_STORE_CTX_new();
    X509_STORE_CTX_check_revocation_fn check_revocation = NULL;

    if (plain != NULL && X509_STORE_CTX_init(plain, NULL, NULL, NULL) == 1)
        check_revocation = X509_STORE_CTX_get_check_revocation(plain);
    X509_STORE_CTX_free(plain);
    return check_revocation;
}

static int is_verified(X509_STORE_CTX *check)
{
    (void)check;
    return 1;
}

int verify_then_check_revocation(X509_STORE_CTX *check)
{
    X509_STORE_CTX_check_revocation_fn check_revocation = default_check_revocation();
    int verified = check_revocation == NULL ? 0 : X509_STORE_CTX_get_verify(check)(check);

    if (verified <= 0)
        return verified;
    X509_STORE_CTX_set_verify(check, is_verified); /* which OpenSSL does next */
    return check_revocation(check);
}

int verify_client(int good, X509_STORE_CTX *check)
{
    if (!good || X509_STORE_CTX_get_error_depth(check) > 0)
        return verify_server(good, check);
    const char *wrong = identity_agencies(X509_STORE_CTX_get_current_cert(check), &filter_of(check)->agencies);
    if (wrong == NULL)
        return 1;
    X509_STORE_CTX_set_error(check, X509_V_ERR_CERT_REJECTED); /* the alert is bad_certificate */
    return refuse(check, wrong);
}
