/*
 * Who a certificate is for: the agencies that it may speak for (protocol, section 10), and its name
 * in the log. The common name counts for nothing.
 */
#ifndef TLS_IDENTITY_H
#define TLS_IDENTITY_H

#include <openssl/x509.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/byte_set.h"

enum identity_uri {
    IDENTITY_AGENCY,   /* it names an agency */
    IDENTITY_OTHER,    /* it is about something else */
    IDENTITY_MALFORMED /* it begins as one that names an agency, and names none from 1 to 255 */
};

/* Reads a URI, `len` bytes that may be any: urn:sorteo:agency:A, A from 1 to 255 in decimal without
 * leading zeros, and nothing else. *agency is set with IDENTITY_AGENCY only. Pure. */
enum identity_uri identity_read_uri(const unsigned char *uri, size_t len, uint8_t *agency);

/* The agencies of the certificate's SANs. NULL and *agencies if it names one at least and nothing
 * malformed; otherwise why it is refused, a static text, and *agencies is unchanged. */
const char *identity_agencies(const X509 *certificate, struct byte_set *agencies);

/* Writes which certificate it is: "CN=agency 7, serial 4A03". What is no printable ASCII is
 * escaped. Returns out. */
#define IDENTITY_NAME_MAX 160
const char *identity_name(const X509 *certificate, char out[static IDENTITY_NAME_MAX]);

/* Writes the agencies as "1,2,7", cut after some; "none" without any. Returns out. */
#define IDENTITY_AGENCIES_MAX 80
const char *identity_agencies_text(const struct byte_set *agencies, char out[static IDENTITY_AGENCIES_MAX]);

#endif
