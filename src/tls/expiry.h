/*
 * What of the files will not hold much longer: certificates within 30 days, and CRLs within a
 * quarter of their life, because a CRL that has expired refuses everybody.
 */
#ifndef TLS_EXPIRY_H
#define TLS_EXPIRY_H

#include <stdint.h>

#include "tls/identity.h"
#include "tls/material.h"

struct tls_expiry {
    const char *what;             /* "certificate", "CA", "CRL" */
    char name[IDENTITY_NAME_MAX]; /* of a CRL: its issuer's */
    int days;                     /* that are left; negative: it has expired */
};

/* Calls `told` with each, in the order of the files. What cannot be read is passed over. */
void tls_expiry_each(const struct tls_material *material, void (*told)(void *context, const struct tls_expiry *expiry),
                     void *context);

#endif
