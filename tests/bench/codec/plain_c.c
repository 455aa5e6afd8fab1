/*
 * Contenders without a library: a copy of the bytes, and the two decoders that are written by hand.
 */
#include "handwritten.h"
#include "ours.h"

#include <string.h>

static struct stream stream;
static uint8_t *copied;

static void prepare(const struct workload *workload)
{
    if (stream.bytes == NULL) {
        stream = stream_of(workload, SORTEO_WIDE);
        copied = bench_memory(SORTEO_PACKET_MAX);
    }
}

/* A packet at a time, to memory that stays in the cache. */
static size_t copy_all(void)
{
    for (size_t at = 0; at < stream.len; at += SORTEO_PACKET_MAX) {
        const size_t left = stream.len - at;

        memcpy(copied, stream.bytes + at, left < SORTEO_PACKET_MAX ? left : SORTEO_PACKET_MAX);
        __asm__ volatile("" : : "r"(copied) : "memory");
    }
    return stream.len;
}

typedef enum handwritten_result handwritten_next(struct handwritten *, const uint8_t **, const uint8_t *,
                                                 struct sorteo_bet *);

static inline uint64_t decode_by(handwritten_next *next, size_t piece)
{
    const uint8_t *at = stream.bytes;
    struct handwritten reader = { 0 };
    struct sorteo_bet bet;
    uint64_t sum = 0;

    for (size_t present = 0; present < stream.len;) {
        enum handwritten_result result;

        present = piece == 0 || piece > stream.len - present ? stream.len : present + piece;
        while (result = next(&reader, &at, stream.bytes + present, &bet), result == HANDWRITTEN_BET)
            sum += visit_bet(&bet);
        BENCH_MUST(result == HANDWRITTEN_MORE, "what is written by hand reads the workload");
    }
    return sum;
}

static uint64_t decode_checked(size_t piece)
{
    return decode_by(handwritten_checked, piece);
}

static uint64_t decode_unchecked(size_t piece)
{
    return decode_by(handwritten_unchecked, piece);
}

const struct contender contender_copy = {
    .name = "copy",
    .how = "memcpy of the frames, 8,000 bytes at a time",
    .prepare = prepare,
    .encode = copy_all,
};
const struct contender contender_unchecked = {
    .name = "unchecked",
    .how = "written by hand, checks lengths alone",
    .prepare = prepare,
    .decode = decode_unchecked,
};
const struct contender contender_checked = {
    .name = "checked",
    .how = "written by hand, plain C, checks names and days",
    .prepare = prepare,
    .decode = decode_checked,
    .reads_pieces = true,
};
