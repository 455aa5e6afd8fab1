/*
 * The mutator as AFL++ calls it: built as a shared library and named by AFL_CUSTOM_MUTATOR_LIBRARY.
 * AFL++ makes its own changes as well.
 */
#include "fuzz.h"
#include "mutator.h"

#include <stdlib.h>
#include <string.h>

struct afl_mutator {
    uint64_t random;
    uint8_t *out;
    size_t cap;
};

void *afl_custom_init(void *afl, unsigned seed);
void afl_custom_deinit(struct afl_mutator *mutator);
size_t afl_custom_fuzz(struct afl_mutator *mutator, uint8_t *bytes, size_t len, uint8_t **out, uint8_t *other,
                       size_t other_len, size_t cap);

void *afl_custom_init(void *afl, unsigned seed)
{
    struct afl_mutator *mutator = calloc(1, sizeof *mutator);

    (void)afl;
    if (mutator != NULL)
        mutator->random = seed;
    return mutator;
}

void afl_custom_deinit(struct afl_mutator *mutator)
{
    free(mutator->out);
    free(mutator);
}

/* 0 tells AFL++ to skip this mutation. */
size_t afl_custom_fuzz(struct afl_mutator *mutator, uint8_t *bytes, size_t len, uint8_t **out, uint8_t *other,
                       size_t other_len, size_t cap)
{
    if (mutator->cap < cap) {
        uint8_t *more = realloc(mutator->out, cap);
        if (more == NULL)
            return 0;
        mutator->out = more;
        mutator->cap = cap;
    }
    if (len > cap)
        return 0;
    memcpy(mutator->out, bytes, len);
    *out = mutator->out;
    if (other != NULL && fuzz_random(&mutator->random) % 4 == 0)
        return mutator_splice(mutator->out, len, cap, other, other_len, fuzz_random(&mutator->random));
    return mutator_change(mutator->out, len, cap, fuzz_random(&mutator->random));
}
