/*
 * Pseudo-random numbers that are the same on every machine (splitmix64: Steele, Lea and Flood,
 * 2014). For making up data, never for secrets.
 */
#ifndef TOOL_PRNG_H
#define TOOL_PRNG_H

#include <stdint.h>

struct prng {
    uint64_t state; /* private */
};

/* Starts one of many independent sequences of a seed. */
void prng_init(struct prng *prng, uint64_t seed, uint64_t sequence);

uint64_t prng_next(struct prng *prng);

/* 0..bound-1, each as likely as any other. bound is not 0. */
uint64_t prng_below(struct prng *prng, uint64_t bound);

#endif
