/* What in the files expires soon: see expiry.h. */
#include "tls/expiry.h"

#include <openssl/asn1.h>
#include <openssl/err.h>
#include <stdio.h>
#include <time.h>

#include "tls/pem.h"

#define SOON_DAYS 30

/* Days from one time to another; NULL stands for now. 0 if they cannot be read. */
static int days_between(const ASN1_TIME *from, const ASN1_TIME *to)
{
    int days = 0, seconds = 0;

    return ASN1_TIME_diff(&days, &seconds, from, to) == 1 ? days - (seconds < 0) : 0;
}

static void look_at_certificates(const struct tls_material *material, enum tls_part part, const char *what,
                                 void (*told)(void *context, const struct tls_expiry *expiry), void *context)
{
    char error[TLS_ERROR_MAX];
    STACK_OF(X509) *all = pem_certificates(what, material->bytes[part], material->len[part], error);

    for (int i = 0; i < sk_X509_num(all); i++) {
        const X509 *one = sk_X509_value(all, i);
        struct tls_expiry expiry = { .what = what, .days = days_between(NULL, X509_get0_notAfter(one)) };
        if (expiry.days >= SOON_DAYS)
            continue;
        (void)identity_name(one, expiry.name);
        told(context, &expiry);
    }
    sk_X509_pop_free(all, X509_free);
}

static void look_at_crls(const struct tls_material *material,
                         void (*told)(void *context, const struct tls_expiry *expiry), void *context)
{
    char error[TLS_ERROR_MAX];
    STACK_OF(X509_CRL) *all = pem_crls(material->bytes[TLS_CRL], material->len[TLS_CRL], error);

    for (int i = 0; i < sk_X509_CRL_num(all); i++) {
        const X509_CRL *one = sk_X509_CRL_value(all, i);
        const ASN1_TIME *end = X509_CRL_get0_nextUpdate(one);
        struct tls_expiry expiry = { .what = "CRL", .name = "" };
        if (end == NULL)
            continue; /* it does not expire */
        int lasts = days_between(X509_CRL_get0_lastUpdate(one), end);
        expiry.days = days_between(NULL, end);
        if (expiry.days >= SOON_DAYS || expiry.days > lasts / 4)
            continue;
        (void)X509_NAME_oneline(X509_CRL_get_issuer(one), expiry.name, sizeof expiry.name);
        told(context, &expiry);
    }
    sk_X509_CRL_pop_free(all, X509_CRL_free);
}

void tls_expiry_each(const struct tls_material *material, void (*told)(void *context, const struct tls_expiry *expiry),
                     void *context)
{
    look_at_certificates(material, TLS_CERTIFICATE, "certificate", told, context);
    look_at_certificates(material, TLS_CA, "CA", told, context);
    if (material->bytes[TLS_CRL] != NULL)
        look_at_crls(material, told, context);
    ERR_clear_error();
}

/* ---- The first of all ------------------------------------------------------------------------ */

static void note_first(int64_t *first, const ASN1_TIME *end)
{
    struct tm parts;

    if (end == NULL || ASN1_TIME_to_tm(end, &parts) != 1)
        return;
    int64_t seconds = timegm(&parts);
    if (*first == 0 || seconds < *first)
        *first = seconds;
}

static int64_t first_certificate(const struct tls_material *material, enum tls_part part)
{
    char error[TLS_ERROR_MAX];
    STACK_OF(X509) *all = pem_certificates("", material->bytes[part], material->len[part], error);
    int64_t first = 0;

    for (int i = 0; i < sk_X509_num(all); i++)
        note_first(&first, X509_get0_notAfter(sk_X509_value(all, i)));
    sk_X509_pop_free(all, X509_free);
    return first;
}

static int64_t first_crl(const struct tls_material *material)
{
    char error[TLS_ERROR_MAX];
    STACK_OF(X509_CRL) *all = pem_crls(material->bytes[TLS_CRL], material->len[TLS_CRL], error);
    int64_t first = 0;

    for (int i = 0; i < sk_X509_CRL_num(all); i++)
        note_first(&first, X509_CRL_get0_nextUpdate(sk_X509_CRL_value(all, i)));
    sk_X509_CRL_pop_free(all, X509_CRL_free);
    return first;
}

int64_t tls_expiry_first(const struct tls_material *material, enum tls_part part)
{
    int64_t first = 0;

    if (material->bytes[part] != NULL)
        first = part == TLS_CRL ? first_crl(material) : first_certificate(material, part);
    ERR_clear_error();
    return first;
}
