/*
 * OpenSSL's random numbers from a seed, so that each run of an input makes the same keys, nonces
 * and records.
 */
#ifndef FUZZ_KNOWN_RAND_H
#define FUZZ_KNOWN_RAND_H

#include <stdint.h>

/* From here on all of them come from the seed. Call it before anything else of OpenSSL. */
void known_rand_begin(void);

/* Begins the sequence of this seed. */
void known_rand_seed(uint64_t seed);

#endif
