/*
 * What every fuzz target uses: properties that must hold, and choices that are not part of the
 * input.
 *
 * Independent of the engine: a violated property is printed to standard error and aborts, which
 * every engine notices.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "codec/sorteo.h"

/* `property` is a sentence that says what always holds; it is the first thing that the finder
 * reads. */
#define FUZZ_MUST(condition, property)                                                                                 \
    do {                                                                                                               \
        if (!(condition))                                                                                              \
            fuzz_violated(property, #condition, __FILE__, __LINE__);                                                   \
    } while (0)

_Noreturn void fuzz_violated(const char *property, const char *condition, const char *file, int line);

/* Every engine calls this function, with any bytes. It returns 0: the input may stay in
 * the corpus. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* ---- Choices --------------------------------------------------------------------------------- */

/* A hash of the input, so that each run of it makes the same choices. */
uint64_t fuzz_hash(const uint8_t *bytes, size_t len);

/* The next number of a sequence, which *state holds. */
uint64_t fuzz_random(uint64_t *state);

/* The dialects in which an input whose bytes choose one is tried, by `choice`: one of the first
 * three, and each that came later. So an input keeps its dialect when there is one more. False when
 * there is no dialect of that `index`, 0 and up. */
bool fuzz_dialect_at(uint64_t choice, unsigned index, enum sorteo_dialect *dialect);

/* ---- Memory ---------------------------------------------------------------------------------- */

#define FUZZ_BLOCKS 4u

/* The last `len` bytes of a block that is allocated once, so that a sanitizer sees a read beyond
 * its end and no time is spent in the heap. Its contents are undefined. `block` is below
 * FUZZ_BLOCKS. */
uint8_t *fuzz_memory(unsigned block, size_t len);

/* ---- Frames as input ------------------------------------------------------------------------- */

/* One way to read an input of protocol bytes. Each input is read in every dialect and as every
 * stream, so that no byte has to select one; the limit and the replies that are due come from its
 * hash. */
struct fuzz_case {
    enum sorteo_dialect dialect;
    enum sorteo_stream stream;
    uint32_t limit; /* of a SINGLE or BATCH; 0 for none */
    uint64_t seed;
};

#define FUZZ_STREAMS 3u

/* Dialects times streams. */
unsigned fuzz_cases(void);

/* `hash` is the input's. */
struct fuzz_case fuzz_case_at(unsigned number, uint64_t hash, size_t len);

/* Which reply is due as frame `number` (0 and up) of a reply stream. */
enum sorteo_reply fuzz_due(const struct fuzz_case *way, size_t number);

#endif
