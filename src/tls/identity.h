/*
 * Which agencies a certificate may speak for (protocol, section 10), and what it is called in the
 * log. The common name is ignored.
 */
#ifndef TLS_IDENTITY_H
#define TLS_IDENTITY_H

#include <openssl/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/byte_set.h"

enum identity_uri {
    IDENTITY_AGENCY,   /* it names an agency */
    IDENTITY_OTHER,    /* it does not begin with urn:sorteo:agency: */
    IDENTITY_MALFORMED /* it does, and has anything but a number from 1 to 255 after that */
};

/* Reads a URI, `len` untrusted bytes. One that names an agency is urn:sorteo:agency:A and nothing
 * else, A from 1 to 255 in decimal without leading zeros. *agency is set with IDENTITY_AGENCY
 * only. */
enum identity_uri identity_read_uri(const unsigned char *uri, size_t len, uint8_t *agency);

/* The agencies that the certificate's SANs name. Returns NULL and sets *agencies if there is at
 * least one and no malformed SAN; otherwise returns why the certificate is refused, a static text,
 * and leaves *agencies unchanged. */
const char *identity_agencies(const X509 *certificate, struct byte_set *agencies);

/* Writes which certificate it is: "CN=agency 7, serial 4A03". Bytes that are not printable ASCII
 * are escaped. Returns out. */
#define IDENTITY_NAME_MAX 160
const char *identity_name(const X509 *certificate, char out[static IDENTITY_NAME_MAX]);

/* Writes the agencies as "1,2,7", with "..." at the end if they do not all fit, or "none". Returns
 * out. */
#define IDENTITY_AGENCIES_MAX 80
const char *identity_agencies_text(const struct byte_set *agencies, char out[static IDENTITY_AGENCIES_MAX]);

#endif
