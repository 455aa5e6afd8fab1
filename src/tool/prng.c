/*
 * See prng.h. Nothing but arithmetic on 64 bits.
 */
#include "tool/prng.h"

#define GOLDEN_GAMMA UINT64_C(0x9e3779b97f4a7c15) /* 2^64 divided by the golden ratio, made odd */

uint64_t prng_next(struct prng *prng)
{
    uint64_t mixed = prng->state += GOLDEN_GAMMA;

    mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94d049bb133111eb);
    return mixed ^ (mixed >> 31);
}

/* Seeds and sequences are small numbers that follow one another, so both are mixed before they
 * meet. */
void prng_init(struct prng *prng, uint64_t seed, uint64_t sequence)
{
    struct prng of_seed = { seed }, of_sequence = { ~sequence };

    prng->state = prng_next(&of_seed) ^ prng_next(&of_sequence);
}

uint64_t prng_below(struct prng *prng, uint64_t bound)
{
    uint64_t fair = UINT64_MAX - UINT64_MAX % bound; /* a multiple of bound: what is above it would favour the small */
    uint64_t value;

    do
        value = prng_next(prng);
    while (value >= fair);
    return value % bound;
}
