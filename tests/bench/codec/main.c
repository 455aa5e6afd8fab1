/*
 * Measures contenders in turn, A B C A B C …, on the bets of a file of wide frames.
 *
 *     bench-codec FRAMES ROUNDS [CONTENDER...]
 *
 * Without names, all contenders (naming one helps to profile it). Prints a line "how NAME TEXT" for
 * each contender, and for each round and contender "MEASURE NAME NANOSECONDS-PER-BET", in which a
 * measure is decode, decode-1460, decode-1 or encode. The first round is not printed. Times are
 * processor time. The caller computes medians.
 */
#include "contender.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

extern const struct contender contender_copy, contender_unchecked, contender_checked, contender_sorteo,
    contender_compact, contender_keyed, contender_grouped, contender_portable, contender_packet,
    contender_protobuf_c_arena, contender_protobuf_c_malloc, contender_nanopb, contender_msgpack, contender_flatbuffers;

static const struct contender *const contenders[] = {
    &contender_sorteo,
    &contender_compact,
    &contender_keyed,
    &contender_grouped,
    &contender_packet,
    &contender_portable,
    &contender_copy,
    &contender_unchecked,
    &contender_checked,
    &contender_protobuf_c_arena,
    &contender_protobuf_c_malloc,
    &contender_nanopb,
    &contender_msgpack,
    &contender_flatbuffers,
};

enum { CONTENDERS = sizeof(contenders) / sizeof(contenders[0]) };

void bench_fail(const char *what)
{
    (void)fprintf(stderr, "bench-codec: this must hold, and does not: %s\n", what);
    exit(1);
}

void *bench_memory(size_t size)
{
    void *memory = calloc(1, size + 64); /* so that no contender alone pays for touching a page first */

    BENCH_MUST(memory != NULL, "there is memory");
    return memory;
}

/* ---- The workload ---------------------------------------------------------------------------- */

static uint8_t *read_file(const char *path, size_t *len)
{
    FILE *file = fopen(path, "rb");
    uint8_t *bytes;

    BENCH_MUST(file != NULL && fseek(file, 0, SEEK_END) == 0, "the file of frames can be read");
    *len = (size_t)ftell(file);
    rewind(file);
    bytes = bench_memory(*len);
    BENCH_MUST(fread(bytes, 1, *len, file) == *len, "the file of frames can be read");
    (void)fclose(file);
    return bytes;
}

/* Its texts stay in the file's bytes. */
static struct workload read_workload(const uint8_t *bytes, size_t len)
{
    const struct sorteo_window window = { .bytes = bytes, .len = len };
    struct sorteo_bet *bets = bench_memory(len / 21 * sizeof(*bets));
    struct batch *batches = bench_memory(len / 21 * sizeof(*batches));
    struct workload workload = { .batches = batches };
    struct sorteo_decoder decoder;
    struct sorteo_event event;
    enum sorteo_event_kind kind;

    sorteo_decoder_init(&decoder, SORTEO_WIDE, SORTEO_AGENCY_STREAM, 0);
    while (kind = sorteo_decoder_next(&decoder, &window, &event), kind != SORTEO_MORE) {
        BENCH_MUST(kind != SORTEO_ERROR, "the file holds frames of the dialect wide");
        if (kind == SORTEO_BATCH_BEGIN) {
            BENCH_MUST(event.bets <= BATCH_BETS, "its batches have at most 150 bets");
            batches[workload.batch_count++] = (struct batch){ .bets = bets + workload.bet_count, .count = event.bets };
        } else if (kind == SORTEO_BET) {
            bets[workload.bet_count++] = event.bet;
            workload.names_len += event.bet.name.len + event.bet.surname.len;
        }
    }
    BENCH_MUST(workload.bet_count > 0, "the file holds bets");
    return workload;
}

/* ---- Measuring ------------------------------------------------------------------------------- */

static double now_ns(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static void measure_decoding(const struct contender *contender, const char *measure, size_t piece, uint64_t expected,
                             const struct workload *workload, bool prints)
{
    const double began = now_ns();
    const uint64_t sum = contender->decode(piece);
    const double took = now_ns() - began;

    if (sum != expected)
        (void)fprintf(stderr, "%s, %s: %" PRIu64 " instead of %" PRIu64 "\n", contender->name, measure, sum, expected);
    BENCH_MUST(sum == expected, "a contender reads the bets that there are");
    if (prints)
        (void)printf("%s %s %.3f\n", measure, contender->name, took / (double)workload->bet_count);
}

static void measure_encoding(const struct contender *contender, const struct workload *workload, bool prints)
{
    const double began = now_ns();
    const size_t written = contender->encode();
    const double took = now_ns() - began;

    BENCH_MUST(written > workload->names_len, "a contender writes the bets that there are");
    if (prints)
        (void)printf("encode %s %.3f\n", contender->name, took / (double)workload->bet_count);
}

static bool is_chosen(const struct contender *contender, int argc, char **argv)
{
    for (int i = 3; i < argc; i++) {
        if (strcmp(argv[i], contender->name) == 0)
            return true;
    }
    return argc == 3;
}

int main(int argc, char **argv)
{
    struct workload workload;
    uint64_t expected = 0;
    uint8_t *bytes;
    size_t len;

    BENCH_MUST(argc >= 3, "it is called as: bench-codec FRAMES ROUNDS [CONTENDER...]");
    bytes = read_file(argv[1], &len);
    workload = read_workload(bytes, len);
    for (size_t i = 0; i < workload.batch_count; i++)
        for (size_t j = 0; j < workload.batches[i].count; j++)
            expected += visit_bet(&workload.batches[i].bets[j]);
    for (size_t i = 0; i < CONTENDERS; i++) {
        if (!is_chosen(contenders[i], argc, argv))
            continue;
        contenders[i]->prepare(&workload);
        (void)printf("how %s %s\n", contenders[i]->name, contenders[i]->how);
    }
    for (long round = 0, rounds = strtol(argv[2], NULL, 10); round <= rounds; round++) {
        for (size_t i = 0; i < CONTENDERS; i++) {
            const struct contender *contender = contenders[i];

            if (!is_chosen(contender, argc, argv))
                continue;
            if (contender->decode != NULL)
                measure_decoding(contender, "decode", 0, expected, &workload, round > 0);
            if (contender->reads_pieces) {
                measure_decoding(contender, "decode-1460", 1460, expected, &workload, round > 0);
                measure_decoding(contender, "decode-1", 1, expected, &workload, round > 0);
            }
            if (contender->encode != NULL)
                measure_encoding(contender, &workload, round > 0);
        }
        (void)fflush(stdout);
    }
    return 0;
}
