/*
 * The files that TLS is set up from. Only the supervisor reads and checks them, at the start and
 * after SIGHUP. It keeps them in a sealed memory file for its workers (tls/material.h).
 */
#ifndef SERVER_SUPERVISOR_CERTIFICATES_H
#define SERVER_SUPERVISOR_CERTIFICATES_H

#include <stdbool.h>
#include <stdint.h>

#include "server/channel/numbers.h"
#include "server/settings.h"

struct certificates {
    int fd;                           /* the memory file; -1: none */
    uint32_t size;                    /* its size in bytes */
    int64_t expires_s[NUMBERS_FILES]; /* as in server/channel/numbers.h */
    /* private */
    uint64_t looked_ms; /* when it last checked what expires soon */
};

void certificates_init(struct certificates *certificates);
void certificates_fini(struct certificates *certificates);

/* Reads the files, which `opener` opens, and checks that TLS can be set up from them. If not, logs
 * why, leaves *certificates unchanged and returns false. */
bool certificates_load(struct certificates *certificates, const struct settings *settings,
                       const struct tls_opener *opener);

/* Once a day, logs a warning for each certificate or CRL that expires soon. */
void certificates_look(struct certificates *certificates, uint64_t now_ms);

#endif
