/*
 * Who has certificates in the fuzzer: a server and an agency of one CA. They are valid from 2020 to
 * 2099, and the same in each run if random numbers are.
 */
#ifndef FUZZ_TLS_HOLDERS_H
#define FUZZ_TLS_HOLDERS_H

#include "tls/material.h"

enum tls_holder { HOLDER_SERVER, HOLDER_AGENCY }; /* localhost; agency 7 */

/* As if read from files. The caller frees it (tls_material_fini). */
struct tls_material tls_holder_material(enum tls_holder holder);

#endif
