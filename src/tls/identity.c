/* Which agencies a certificate may speak for: see identity.h. */
#include "tls/identity.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

static const char prefix[] = "urn:sorteo:agency:";

#define PREFIX_LEN (sizeof prefix - 1)
#define DIGITS_MAX 3u

/* ---- Agencies -------------------------------------------------------------------------------- */

enum identity_uri identity_read_uri(const unsigned char *uri, size_t len, uint8_t *agency)
{
    unsigned number = 0;

    if (len < PREFIX_LEN || memcmp(uri, prefix, PREFIX_LEN) != 0)
        return IDENTITY_OTHER;
    const unsigned char *digits = uri + PREFIX_LEN;
    size_t count = len - PREFIX_LEN;
    if (count == 0 || count > DIGITS_MAX || digits[0] == '0')
        return IDENTITY_MALFORMED;
    for (size_t i = 0; i < count; i++) {
        if (digits[i] < '0' || digits[i] > '9')
            return IDENTITY_MALFORMED;
        number = 10 * number + (unsigned)(digits[i] - '0');
    }
    if (number > UINT8_MAX)
        return IDENTITY_MALFORMED;
    *agency = (uint8_t)number;
    return IDENTITY_AGENCY;
}

/* False if one of them is malformed. */
static bool add_names(const GENERAL_NAMES *names, struct byte_set *agencies)
{
    uint8_t agency;

    for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
        if (name->type != GEN_URI)
            continue;
        const ASN1_STRING *uri = name->d.uniformResourceIdentifier;
        switch (identity_read_uri(ASN1_STRING_get0_data(uri), (size_t)ASN1_STRING_length(uri), &agency)) {
        case IDENTITY_AGENCY:
            byte_set_add(agencies, agency);
            break;
        case IDENTITY_MALFORMED:
            return false;
        case IDENTITY_OTHER:
            break;
        }
    }
    return true;
}

const char *identity_agencies(const X509 *certificate, struct byte_set *agencies)
{
    int found = -1;
    struct byte_set read = { { 0 } };
    GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, &found, NULL);

    if (names == NULL)
        return found == -1 ? "certificate names no agency: it has no SAN"
                           : "certificate has SANs that cannot be read, or more than one list of them";
    bool good = add_names(names, &read);
    GENERAL_NAMES_free(names);
    if (!good)
        return "certificate has a SAN urn:sorteo:agency: without an agency from 1 to 255";
    if (byte_set_is_empty(&read))
        return "certificate names no agency: it has no SAN URI:urn:sorteo:agency:";
    *agencies = read;
    return NULL;
}

const char *identity_agencies_text(const struct byte_set *agencies, char out[static IDENTITY_AGENCIES_MAX])
{
    size_t len = 0;

    snprintf(out, IDENTITY_AGENCIES_MAX, "none");
    for (unsigned agency = 0; agency <= UINT8_MAX; agency++) {
        if (!byte_set_has(agencies, (uint8_t)agency))
            continue;
        bool fits = IDENTITY_AGENCIES_MAX - len > sizeof ",255,...";
        len += (size_t)snprintf(out + len, IDENTITY_AGENCIES_MAX - len, "%s", len == 0 ? "" : ",");
        if (!fits) {
            snprintf(out + len, IDENTITY_AGENCIES_MAX - len, "...");
            break;
        }
        len += (size_t)snprintf(out + len, IDENTITY_AGENCIES_MAX - len, "%u", agency);
    }
    return out;
}

/* ---- Its name -------------------------------------------------------------------------------- */

static void write_serial(const X509 *certificate, char *out, size_t cap)
{
    BIGNUM *number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), NULL);
    char *text = number == NULL ? NULL : BN_bn2hex(number);

    snprintf(out, cap, "%.40s", text == NULL ? "unknown" : text);
    OPENSSL_free(text);
    BN_free(number);
}

const char *identity_name(const X509 *certificate, char out[static IDENTITY_NAME_MAX])
{
    char subject[101] = "";
    char serial[41];
    BIO *text = BIO_new(BIO_s_mem());

    if (text != NULL && X509_NAME_print_ex(text, X509_get_subject_name(certificate), 0,
                                           XN_FLAG_RFC2253 & ~ASN1_STRFLGS_UTF8_CONVERT) >= 0)
        (void)BIO_read(text, subject, sizeof subject - 1);
    BIO_free(text);
    write_serial(certificate, serial, sizeof serial);
    snprintf(out, IDENTITY_NAME_MAX, "%s, serial %s", subject[0] == '\0' ? "no subject" : subject, serial);
    ERR_clear_error();
    return out;
}
