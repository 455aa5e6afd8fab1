/*
 * The files that TLS is set up from: read and tried at the start and at SIGHUP, by the supervisor
 * alone, and kept as one descriptor for its workers (tls/material.h).
 */
#ifndef SERVER_SUPERVISOR_CERTIFICATES_H
#define SERVER_SUPERVISOR_CERTIFICATES_H

#include <stdbool.h>
#include <stdint.h>

#include "server/settings.h"

struct certificates {
    int fd;        /* -1: none */
    uint32_t size; /* bytes of it */
    /* private */
    uint64_t looked_ms; /* when it last looked what expires soon */
};

void certificates_init(struct certificates *certificates);
void certificates_fini(struct certificates *certificates);

/* Reads the files, and tries whether TLS can be set up from them. False, with a line in the log and
 * *certificates as it was, if not. */
bool certificates_load(struct certificates *certificates, const struct settings *settings);

/* Once a day, writes a line for each that expires soon. */
void certificates_look(struct certificates *certificates, uint64_t now_ms);

#endif
