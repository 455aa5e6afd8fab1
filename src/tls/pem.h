/*
 * What PEM files hold: certificates, CRLs, a key. Each is read whole, or refused with a reason.
 */
#ifndef TLS_PEM_H
#define TLS_PEM_H

#include <openssl/safestack.h>
#include <openssl/types.h>
#include <stddef.h>
#include <stdint.h>

#include "tls/material.h"

/* Everything in the bytes. NULL with a reason, which begins with `what`, if there is nothing, or if
 * one cannot be read. The caller frees it: sk_X509_pop_free, sk_X509_CRL_pop_free,
 * EVP_PKEY_free. */
STACK_OF(X509) * pem_certificates(const char *what, const uint8_t *bytes, size_t len, char error[static TLS_ERROR_MAX]);
STACK_OF(X509_CRL) * pem_crls(const uint8_t *bytes, size_t len, char error[static TLS_ERROR_MAX]);

/* One private key, without a passphrase. */
EVP_PKEY *pem_key(const uint8_t *bytes, size_t len, char error[static TLS_ERROR_MAX]);

/* Writes "WHAT: OpenSSL's last error", and clears OpenSSL's queue of errors. Returns NULL. */
void *pem_fail(const char *what, char error[static TLS_ERROR_MAX]);

#endif
