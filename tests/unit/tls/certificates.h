/*
 * Certificates for tests, made in memory: a CA, and what it signs.
 */
#ifndef TESTS_CERTIFICATES_H
#define TESTS_CERTIFICATES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "tls/material.h"
#include "tls/setup.h"

#define DAY 86400L

/* Who signs, or is signed: all that a test has of somebody. */
struct holder {
    EVP_PKEY *key;
    X509 *certificate;
};

/* What a certificate is to be like; all zeros is one that holds for a day. */
struct wish {
    const char *sans;           /* "URI:urn:sorteo:agency:1,DNS:localhost", or NULL */
    const struct holder *by;    /* who signs; NULL: itself */
    long from_days, until_days; /* from now; 0 and 0: from yesterday until tomorrow */
    bool is_ca;
};

static inline void add_extension(X509 *certificate, const struct holder *by, int nid, const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, by->certificate, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    assert_non_null(extension);
    assert_int_equal(X509_add_ext(certificate, extension, -1), 1);
    X509_EXTENSION_free(extension);
}

static inline struct holder make_holder(const char *name, const struct wish *wish)
{
    static long serial = 1;
    struct holder made = { .key = EVP_EC_gen("P-256"), .certificate = X509_new() };
    const struct holder *by = wish->by != NULL ? wish->by : &made;
    bool by_default = wish->from_days == 0 && wish->until_days == 0;
    X509_NAME *subject = X509_get_subject_name(made.certificate);

    assert_non_null(made.key);
    X509_set_version(made.certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(made.certificate), serial++);
    X509_gmtime_adj(X509_getm_notBefore(made.certificate), (by_default ? -1 : wish->from_days) * DAY);
    X509_gmtime_adj(X509_getm_notAfter(made.certificate), (by_default ? 1 : wish->until_days) * DAY);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1, 0);
    X509_set_issuer_name(made.certificate, X509_get_subject_name(by->certificate));
    X509_set_pubkey(made.certificate, made.key);
    add_extension(made.certificate, by, NID_basic_constraints, wish->is_ca ? "critical,CA:TRUE" : "critical,CA:FALSE");
    if (wish->sans != NULL)
        add_extension(made.certificate, by, NID_subject_alt_name, wish->sans);
    assert_true(X509_sign(made.certificate, by->key, EVP_sha256()) > 0);
    return made;
}

static inline struct holder make_ca(const char *name)
{
    const struct wish wish = { .is_ca = true };
    return make_holder(name, &wish);
}

static inline void free_holder(struct holder *holder)
{
    EVP_PKEY_free(holder->key);
    X509_free(holder->certificate);
    *holder = (struct holder){ .key = NULL };
}

/* ---- As files -------------------------------------------------------------------------------- */

static inline void keep_bytes(struct tls_material *material, enum tls_part part, BIO *text)
{
    char *bytes;
    long len = BIO_get_mem_data(text, &bytes);

    material->bytes[part] = malloc((size_t)len + 1);
    material->len[part] = (size_t)len;
    assert_non_null(material->bytes[part]);
    memcpy(material->bytes[part], bytes, (size_t)len);
    BIO_free(text);
}

/* `between` may be NULL: who signed it, if that is not a CA of the other side. */
static inline struct tls_material material_of(const struct holder *own, const struct holder *ca,
                                              const struct holder *between)
{
    struct tls_material material = { .len = { 0 } };
    BIO *certificates = BIO_new(BIO_s_mem()), *key = BIO_new(BIO_s_mem()), *cas = BIO_new(BIO_s_mem());

    assert_int_equal(PEM_write_bio_X509(certificates, own->certificate), 1);
    if (between != NULL)
        assert_int_equal(PEM_write_bio_X509(certificates, between->certificate), 1);
    assert_int_equal(PEM_write_bio_PrivateKey(key, own->key, NULL, NULL, 0, NULL, NULL), 1);
    assert_int_equal(PEM_write_bio_X509(cas, ca->certificate), 1);
    keep_bytes(&material, TLS_CERTIFICATE, certificates);
    keep_bytes(&material, TLS_KEY, key);
    keep_bytes(&material, TLS_CA, cas);
    return material;
}

/* Revokes a certificate of the CA (NULL: none); it holds until so many days from now. */
static inline void add_crl(struct tls_material *material, const struct holder *ca, const X509 *revoked, long until_days)
{
    X509_CRL *crl = X509_CRL_new();
    ASN1_TIME *from = X509_gmtime_adj(NULL, -2 * DAY), *until = X509_gmtime_adj(NULL, until_days * DAY);
    BIO *text = BIO_new(BIO_s_mem());

    X509_CRL_set_version(crl, X509_CRL_VERSION_2);
    X509_CRL_set_issuer_name(crl, X509_get_subject_name(ca->certificate));
    X509_CRL_set1_lastUpdate(crl, from);
    X509_CRL_set1_nextUpdate(crl, until);
    if (revoked != NULL) {
        X509_REVOKED *entry = X509_REVOKED_new();
        X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber((X509 *)(uintptr_t)revoked));
        X509_REVOKED_set_revocationDate(entry, from);
        X509_CRL_add0_revoked(crl, entry);
    }
    assert_true(X509_CRL_sign(crl, ca->key, EVP_sha256()) > 0);
    assert_int_equal(PEM_write_bio_X509_CRL(text, crl), 1);
    free(material->bytes[TLS_CRL]);
    keep_bytes(material, TLS_CRL, text);
    ASN1_TIME_free(from);
    ASN1_TIME_free(until);
    X509_CRL_free(crl);
}

#endif
