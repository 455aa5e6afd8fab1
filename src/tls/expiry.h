/*
 * What in the files expires soon: certificates within 30 days; CRLs in the last quarter of their
 * life, and at most 30 days before. An expired CRL refuses every client of its CA.
 */
#ifndef TLS_EXPIRY_H
#define TLS_EXPIRY_H

#include <stdint.h>

#include "tls/identity.h"
#include "tls/material.h"

struct tls_expiry {
    const char *what;             /* "certificate", "CA", "CRL" */
    char name[IDENTITY_NAME_MAX]; /* of a CRL: its issuer's */
    int days;                     /* days left; negative: it has expired */
};

/* Calls `told` for each, in the order of the files. What cannot be read is skipped. */
void tls_expiry_each(const struct tls_material *material, void (*told)(void *context, const struct tls_expiry *expiry),
                     void *context);

/* When the first of that part of the files expires, in seconds of the epoch: certificates, CAs or
 * CRLs. 0 if there is none that does. */
int64_t tls_expiry_first(const struct tls_material *material, enum tls_part part);

#endif
