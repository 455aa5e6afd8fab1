/* The mutator as libFuzzer calls it. Half of the time libFuzzer makes its own changes, to bytes and
 * from the dictionary. */
#include "fuzz.h"
#include "mutator.h"

#include <string.h>

size_t LLVMFuzzerMutate(uint8_t *bytes, size_t len, size_t cap);
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t len, size_t cap, unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *one, size_t one_len, const uint8_t *other, size_t other_len,
                                 uint8_t *out, size_t cap, unsigned seed);

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t len, size_t cap, unsigned seed)
{
    if (seed % 2 == 0)
        return LLVMFuzzerMutate(bytes, len, cap);
    return mutator_change(bytes, len, cap, seed);
}

size_t LLVMFuzzerCustomCrossOver(const uint8_t *one, size_t one_len, const uint8_t *other, size_t other_len,
                                 uint8_t *out, size_t cap, unsigned seed)
{
    if (one_len > cap)
        return 0;
    memcpy(out, one, one_len);
    return mutator_splice(out, one_len, cap, other, other_len, seed);
}
