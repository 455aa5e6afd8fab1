/* What in the files expires soon: see expiry.h. */
#include "tls/expiry.h"

#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/x509.h>
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

/* ---- All that a part has --------------------------------------------------------------------- */

static void each_certificate(const struct tls_material *material, enum tls_part part,
                             void (*see)(void *context, const X509 *certificate), void *context)
{
    char error[TLS_ERROR_MAX];
    STACK_OF(X509) *all = pem_certificates("", material->bytes[part], material->len[part], error);

    for (int i = 0; i < sk_X509_num(all); i++)
        see(context, sk_X509_value(all, i));
    sk_X509_pop_free(all, X509_free);
}

static void each_crl(const struct tls_material *material, void (*see)(void *context, const X509_CRL *crl),
                     void *context)
{
    char error[TLS_ERROR_MAX];
    STACK_OF(X509_CRL) *all = pem_crls(material->bytes[TLS_CRL], material->len[TLS_CRL], error);

    for (int i = 0; i < sk_X509_CRL_num(all); i++)
        see(context, sk_X509_CRL_value(all, i));
    sk_X509_CRL_pop_free(all, X509_CRL_free);
}

/* ---- Those that expire soon ------------------------------------------------------------------ */

/* Who is told, and what the certificates at hand are called. */
struct listener {
    void (*told)(void *context, const struct tls_expiry *expiry);
    void *context;
    const char *what;
};

static void tell_of_certificate(void *context, const X509 *certificate)
{
    const struct listener *listener = context;
    struct tls_expiry expiry = { .what = listener->what, .days = days_between(NULL, X509_get0_notAfter(certificate)) };

    if (expiry.days >= SOON_DAYS)
        return;
    (void)identity_name(certificate, expiry.name);
    listener->told(listener->context, &expiry);
}

static void tell_of_crl(void *context, const X509_CRL *crl)
{
    const struct listener *listener = context;
    const ASN1_TIME *end = X509_CRL_get0_nextUpdate(crl);
    struct tls_expiry expiry = { .what = "CRL", .name = "" };

    if (end == NULL)
        return; /* it does not expire */
    int lasts = days_between(X509_CRL_get0_lastUpdate(crl), end);
    expiry.days = days_between(NULL, end);
    if (expiry.days >= SOON_DAYS || expiry.days > lasts / 4)
        return;
    (void)X509_NAME_oneline(X509_CRL_get_issuer(crl), expiry.name, sizeof expiry.name);
    listener->told(listener->context, &expiry);
}

void tls_expiry_each(const struct tls_material *material, void (*told)(void *context, const struct tls_expiry *expiry),
                     void *context)
{
    struct listener listener = { .told = told, .context = context, .what = "certificate" };

    each_certificate(material, TLS_CERTIFICATE, tell_of_certificate, &listener);
    listener.what = "CA";
    each_certificate(material, TLS_CA, tell_of_certificate, &listener);
    if (material->bytes[TLS_CRL] != NULL)
        each_crl(material, tell_of_crl, &listener);
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

static void note_certificate(void *context, const X509 *certificate)
{
    note_first(context, X509_get0_notAfter(certificate));
}

static void note_crl(void *context, const X509_CRL *crl)
{
    note_first(context, X509_CRL_get0_nextUpdate(crl));
}

int64_t tls_expiry_first(const struct tls_material *material, enum tls_part part)
{
    int64_t first = 0;

    if (material->bytes[part] != NULL && part == TLS_CRL)
        each_crl(material, note_crl, &first);
    else if (material->bytes[part] != NULL)
        each_certificate(material, part, note_certificate, &first);
    ERR_clear_error();
    return first;
}
