/*
 * Follows a machine byte by byte, and says at the end of the program which bytes it has read in which state, while which
 * conditions held. tests/tools/transitions.py makes of that which transitions of the grammar were taken.
 *
 * For any program that has the codec in it: link it with this object and -Wl,--wrap=machine_exec, which puts it between the
 * shell (or the encoder) and the machine, and run it with SORTEO_VISITED=FILE; what is seen is appended to the file. It needs a
 * codec without shortcuts (SORTEO_PORTABLE), since what these take, no machine sees. The programs visited-decode and visited-encode (rules.mk) run the
 * fuzz targets of these names over files and folders; fuzz/transitions.sh does all of it.
 */
#include "actions.h"
#include "machine.h"

#include <stdio.h>
#include <stdlib.h>

/* Bit, condition of the grammar, how it is asked. */
#define CONDITIONS(X)                                                                                \
    X(0, in_text,          in_text(decoder))                                                         \
    X(1, room_2,           has_room(decoder, 2))                                                     \
    X(2, room_3,           has_room(decoder, 3))                                                     \
    X(3, room_4,           has_room(decoder, 4))                                                     \
    X(4, in_list,          in_list(decoder))                                                         \
    X(5, single_fits,      single_fits(decoder))                                                     \
    X(6, length_high_fits, length_high_fits(decoder, byte))                                          \
    X(7, length_fits,      length_fits(decoder, byte))                                               \
    X(8, n_bets_high_fits, n_bets_high_fits(decoder, byte))                                          \
    X(9, n_bets_fits,      n_bets_fits(decoder, byte))
#define VALUATIONS 1024u
#define DIALECTS   3u
#define STATES     256u
#define BYTES      256u

static uint64_t visited[DIALECTS * STATES * BYTES][VALUATIONS / 64];

static unsigned valuation_of(const struct sorteo_decoder *decoder, uint8_t byte)
{
    unsigned valuation = 0;

#define X(bit, name, holds) valuation |= (unsigned)(holds) << (bit);
    CONDITIONS(X)
#undef X
    return valuation;
}

static void write_one(FILE *file, unsigned place, unsigned valuation)
{
    (void)fprintf(file, "%s %u %u", sorteo_dialect_name(place / BYTES / STATES), place / BYTES % STATES, place % BYTES);
#define X(bit, name, holds) if (valuation >> (bit) & 1u) (void)fprintf(file, " %s", #name);
    CONDITIONS(X)
#undef X
    (void)fprintf(file, "\n");
}

static void write_all(void)
{
    const char *path = getenv("SORTEO_VISITED");
    FILE *file = path == NULL ? NULL : fopen(path, "a");

    if (file == NULL) {
        (void)fprintf(stderr, "SORTEO_VISITED must name a file that can be written\n");
        _Exit(1);
    }
    for (unsigned place = 0; place < DIALECTS * STATES * BYTES; place++) {
        for (unsigned valuation = 0; valuation < VALUATIONS; valuation++) {
            if (visited[place][valuation / 64] == 0)
                valuation += 63; /* most are */
            else if (visited[place][valuation / 64] >> valuation % 64 & 1u)
                write_one(file, place, valuation);
        }
    }
    if (fclose(file) != 0)
        _Exit(1);
}

static void visit(const struct sorteo_decoder *decoder, uint8_t byte)
{
    static bool is_followed;
    const unsigned valuation = valuation_of(decoder, byte);

    if (!is_followed) {
        is_followed = true;
        if (atexit(write_all) != 0)
            abort();
    }
    visited[(decoder->dialect * STATES + decoder->state) * BYTES + byte][valuation / 64] |= UINT64_C(1) << valuation % 64;
}

/* The names that the linker gives: to the function that is called instead, and to the one that was meant. */
const uint8_t *__real_machine_exec(struct sorteo_decoder *decoder, const uint8_t *begin, const uint8_t *end);
const uint8_t *__wrap_machine_exec(struct sorteo_decoder *decoder, const uint8_t *begin, const uint8_t *end);

const uint8_t *__wrap_machine_exec(struct sorteo_decoder *decoder, const uint8_t *begin, const uint8_t *end)
{
    const uint64_t offset = decoder->offset;
    const uint8_t *p = begin;

    while (p != end && decoder->state != MACHINE_ERROR_STATE && decoder->event == SORTEO_MORE) {
        visit(decoder, *p);
        decoder->offset = offset + (uint64_t)(p - begin);
        p = __real_machine_exec(decoder, p, p + 1);
    }
    decoder->offset = offset;
    return p;
}
