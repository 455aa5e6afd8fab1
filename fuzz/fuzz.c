/* What every fuzz target uses: see fuzz.h. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>

#define FIRST_DIALECTS 3u

_Noreturn void fuzz_violated(const char *property, const char *condition, const char *file, int line)
{
    (void)fprintf(stderr, "%s:%d: violated: %s\n    %s\n", file, line, property, condition);
    abort();
}

/* ---- Choices --------------------------------------------------------------------------------- */

/* FNV-1a, with a final mix so that every bit is usable. */
uint64_t fuzz_hash(const uint8_t *bytes, size_t len)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < len; i++)
        hash = (hash ^ bytes[i]) * UINT64_C(0x100000001b3);
    return fuzz_random(&hash);
}

/* SplitMix64; the overflow is intended. */
#if defined(__clang__)
__attribute__((no_sanitize("unsigned-integer-overflow")))
#endif
uint64_t
fuzz_random(uint64_t *state)
{
    uint64_t mixed = *state += UINT64_C(0x9e3779b97f4a7c15);

    mixed = (mixed ^ mixed >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94d049bb133111eb);
    return mixed ^ mixed >> 31;
}

bool fuzz_dialect_at(uint64_t choice, unsigned index, enum sorteo_dialect *dialect)
{
    const unsigned number = index == 0 ? (unsigned)(choice % FIRST_DIALECTS) : FIRST_DIALECTS - 1 + index;

    if (number >= sorteo_dialect_count())
        return false;
    *dialect = (enum sorteo_dialect)number;
    return true;
}

/* ---- Memory ---------------------------------------------------------------------------------- */

#define BLOCK_LEAST ((size_t)64 * 1024)

uint8_t *fuzz_memory(unsigned block, size_t len)
{
    static uint8_t *blocks[FUZZ_BLOCKS];
    static size_t sizes[FUZZ_BLOCKS];

    if (blocks[block] == NULL || sizes[block] < len) {
        free(blocks[block]);
        sizes[block] = len < BLOCK_LEAST ? BLOCK_LEAST : (len + 63) / 64 * 64; /* so that integers can end there */
        blocks[block] = malloc(sizes[block]);
        FUZZ_MUST(blocks[block] != NULL, "there is memory for the fuzzer");
    }
    return blocks[block] + sizes[block] - len;
}

/* ---- Frames as input ------------------------------------------------------------------------- */

/* No limit for half of the inputs; otherwise about the input's length, or so large that only a
 * length or count can exceed it. */
static uint32_t choose_limit(uint64_t *state, size_t len)
{
    const uint64_t choice = fuzz_random(state);

    if (choice % 2 == 0)
        return 0;
    if (choice % 8 == 1)
        return 1 + (uint32_t)(fuzz_random(state) % 1500000);
    return 1 + (uint32_t)(fuzz_random(state) % (len + 30));
}

unsigned fuzz_cases(void)
{
    return sorteo_dialect_count() * FUZZ_STREAMS;
}

struct fuzz_case fuzz_case_at(unsigned number, uint64_t hash, size_t len)
{
    uint64_t state = hash;

    return (struct fuzz_case){
        .dialect = (enum sorteo_dialect)(number / FUZZ_STREAMS),
        .stream = (enum sorteo_stream)(number % FUZZ_STREAMS),
        .limit = choose_limit(&state, len),
        .seed = fuzz_random(&state),
    };
}

/* An input is mostly answers, mostly winners, or both in turn; sometimes nothing more is due. */
enum sorteo_reply fuzz_due(const struct fuzz_case *way, size_t number)
{
    const unsigned mixture = way->seed >> 60 & 3u;
    const bool bit = way->seed >> number % 60 & 1u;

    if (number > (way->seed >> 32) % 64)
        return SORTEO_REPLY_NONE;
    if (mixture == 0)
        return SORTEO_REPLY_ANSWER;
    return mixture == 1 || bit ? SORTEO_REPLY_WINNERS : SORTEO_REPLY_ANSWER;
}
