/* Who has certificates in the fuzzer: see tls_holders.h. */
#include "tls_holders.h"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

struct holder {
    EVP_PKEY *key;
    X509 *certificate;
};

static struct holder ca;

/* ---- Certificates ---------------------------------------------------------------------------- */

static void add_extension(X509 *certificate, int nid, const char *value)
{
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, nid, value);

    FUZZ_MUST(extension != NULL && X509_add_ext(certificate, extension, -1) == 1, "an extension can be made");
    X509_EXTENSION_free(extension);
}

/* `by` is NULL for a CA, which signs itself; `sans` too. */
static struct holder make_holder(const char *name, const struct holder *by, const char *sans)
{
    struct holder made = { .key = EVP_EC_gen("P-256"), .certificate = X509_new() };
    X509_NAME *subject = X509_get_subject_name(made.certificate);
    const struct holder *issuer = by != NULL ? by : &made;

    FUZZ_MUST(made.key != NULL && subject != NULL, "a key and a certificate can be made");
    X509_set_version(made.certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(made.certificate), 1);
    ASN1_TIME_set_string_X509(X509_getm_notBefore(made.certificate), "20200101000000Z");
    ASN1_TIME_set_string_X509(X509_getm_notAfter(made.certificate), "20991231000000Z");
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1, 0);
    X509_set_issuer_name(made.certificate, X509_get_subject_name(issuer->certificate));
    X509_set_pubkey(made.certificate, made.key);
    add_extension(made.certificate, NID_basic_constraints, by == NULL ? "critical,CA:TRUE" : "critical,CA:FALSE");
    if (sans != NULL)
        add_extension(made.certificate, NID_subject_alt_name, sans);
    FUZZ_MUST(X509_sign(made.certificate, issuer->key, EVP_sha256()) > 0, "a certificate can be signed");
    return made;
}

/* ---- As files -------------------------------------------------------------------------------- */

static void keep_bytes(struct tls_material *material, enum tls_part part, BIO *text)
{
    char *bytes;
    const long len = BIO_get_mem_data(text, &bytes);

    material->len[part] = (size_t)len;
    material->bytes[part] = malloc((size_t)len);
    FUZZ_MUST(material->bytes[part] != NULL, "there is memory");
    memcpy(material->bytes[part], bytes, (size_t)len);
    BIO_free(text);
}

static void keep_certificate(struct tls_material *material, enum tls_part part, X509 *certificate)
{
    BIO *text = BIO_new(BIO_s_mem());

    FUZZ_MUST(PEM_write_bio_X509(text, certificate) == 1, "a certificate can be written");
    keep_bytes(material, part, text);
}

struct tls_material tls_holder_material(enum tls_holder which)
{
    struct tls_material material = { .len = { 0 } };
    BIO *key = BIO_new(BIO_s_mem());

    if (ca.certificate == NULL)
        ca = make_holder("the CA", NULL, NULL);
    struct holder holder = which == HOLDER_SERVER ? make_holder("server", &ca, "DNS:localhost")
                                                  : make_holder("agency 7", &ca, "URI:urn:sorteo:agency:7");
    keep_certificate(&material, TLS_CERTIFICATE, holder.certificate);
    keep_certificate(&material, TLS_CA, ca.certificate);
    FUZZ_MUST(PEM_write_bio_PrivateKey(key, holder.key, NULL, NULL, 0, NULL, NULL) == 1, "a key can be written");
    keep_bytes(&material, TLS_KEY, key);
    EVP_PKEY_free(holder.key);
    X509_free(holder.certificate);
    return material;
}
