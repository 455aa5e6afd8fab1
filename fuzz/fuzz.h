/*
 * What every fuzz target uses: properties that must hold, and choices that are not part of the
 * input.
 *
 * Knows no engine: a violated property says so on standard error and aborts, which all of them
 * notice.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "codec/sorteo.h"

/* `property` is a sentence that says what always holds; it is what the finder reads first. */
#define FUZZ_MUST(condition, property)                                                                                 \
    do {                                                                                                               \
        if (!(condition))                                                                                              \
            fuzz_violated(property, #condition, __FILE__, __LINE__);                                                   \
    } while (0)

_Noreturn void fuzz_violated(const char *property, const char *condition, const char *file, int line);

/* Every engine calls this one, with any bytes; 0 says that they may stay in the corpus. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* ---- Choices --------------------------------------------------------------------------------- */

/* 64 bits over the input: the same choices each time that it is tried. */
uint64_t fuzz_hash(const uint8_t *bytes, size_t len);

/* The next number of a sequence, which *state holds. */
uint64_t fuzz_random(uint64_t *state);

/* ---- Memory ---------------------------------------------------------------------------------- */

#define FUZZ_BLOCKS 4u

/* The last `len` bytes of a block that is allocated once: a step beyond its end is seen by a
 * sanitizer, and no time goes into the heap. What it held before is undefined. `block` is below
 * FUZZ_BLOCKS. */
uint8_t *fuzz_memory(unsigned block, size_t len);

/* ---- Frames as input ------------------------------------------------------------------------- */

/* One way to read an input of protocol bytes. Each input is read in every dialect and as every
 * stream, so that none of its bytes has to say which; the limit, and which replies are due, come
 * from its hash. */
struct fuzz_case {
    enum sorteo_dialect dialect;
    enum sorteo_stream stream;
    uint32_t limit; /* of a SINGLE or BATCH; 0 for none */
    uint64_t seed;
};

#define FUZZ_CASES 9u /* dialects times streams */

/* `hash` is the input's. */
struct fuzz_case fuzz_case_at(unsigned number, uint64_t hash, size_t len);

/* Which reply is due on a reply stream as its frame of that number, 0 and up. */
enum sorteo_reply fuzz_due(const struct fuzz_case *way, size_t number);

#endif
