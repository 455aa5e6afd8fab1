/*
 * Which transitions of the grammar a program takes: linked in front of the generated machines
 * (--wrap), it hands them their bytes one at a time, notes from which state, under which conditions
 * and on which byte they went where, and adds that to the file SORTEO_TRANSITIONS at the end.
 *
 *     conditions in_text room_2 …    the names of a valuation's bits, the lowest first
 *     wide 17 3 41:18 42:18 …        dialect, state, valuation; byte:target, in hexadecimal
 *
 * Knows nothing of what the program tests. Needs machines without shortcuts: those see more than
 * one byte.
 */
#include "codec/actions.h"
#include "codec/machine.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* As machine.rl ties them; `byte` is the byte at hand. */
#define CONDITIONS(X)                                                                                                  \
    X(in_text, in_text(decoder))                                                                                       \
    X(room_2, has_room(decoder, 2))                                                                                    \
    X(room_3, has_room(decoder, 3))                                                                                    \
    X(room_4, has_room(decoder, 4))                                                                                    \
    X(length_high_fits, length_high_fits(decoder, byte))                                                               \
    X(length_fits, length_fits(decoder, byte))                                                                         \
    X(n_bets_high_fits, n_bets_high_fits(decoder, byte))                                                               \
    X(n_bets_fits, n_bets_fits(decoder, byte))                                                                         \
    X(single_fits, single_fits(decoder))                                                                               \
    X(in_list, in_list(decoder))

enum {
#define X(name, test) BIT_##name,
    CONDITIONS(X)
#undef X
        CONDITION_COUNT
};

#define X(dialect) +1u
enum { DIALECTS = 0u CODEC_DIALECTS(X) };
#undef X
#define STATES 256u
#define VALUATIONS (1u << CONDITION_COUNT)
#define BYTES 256u

/* The target and 1; 0 where none was seen. Most of it is never touched, and takes no memory. */
static uint16_t targets[DIALECTS][STATES][VALUATIONS][BYTES];
static bool is_touched[DIALECTS][STATES][VALUATIONS];

static unsigned valuation(const struct sorteo_decoder *decoder, uint8_t byte)
{
    unsigned held = 0;

#define X(name, test) held |= (unsigned)(test) << BIT_##name;
    CONDITIONS(X)
#undef X
    return held;
}

/* ---- Writing --------------------------------------------------------------------------------- */

static void write_row(FILE *file, unsigned dialect, unsigned state, unsigned held)
{
    (void)fprintf(file, "%s %u %u", sorteo_dialect_name((enum sorteo_dialect)dialect), state, held);
    for (unsigned byte = 0; byte < BYTES; byte++) {
        const unsigned target = targets[dialect][state][held][byte];

        if (target != 0)
            (void)fprintf(file, " %02x:%02x", byte, target - 1);
    }
    (void)fprintf(file, "\n");
}

static void write_all(void)
{
    const char *path = getenv("SORTEO_TRANSITIONS");
    FILE *file = path == NULL ? NULL : fopen(path, "a");

    if (file == NULL) {
        (void)fprintf(stderr, "SORTEO_TRANSITIONS=%s: %s\n", path == NULL ? "" : path, strerror(errno));
        _Exit(1);
    }
    (void)fprintf(file, "conditions");
#define X(name, test) (void)fprintf(file, " %s", #name);
    CONDITIONS(X)
#undef X
    (void)fprintf(file, "\n");
    for (unsigned dialect = 0; dialect < DIALECTS; dialect++)
        for (unsigned state = 0; state < STATES; state++)
            for (unsigned held = 0; held < VALUATIONS; held++)
                if (is_touched[dialect][state][held])
                    write_row(file, dialect, state, held);
    if (fclose(file) != 0)
        _Exit(1);
}

__attribute__((constructor)) static void begin_recording(void)
{
    if (atexit(write_all) != 0)
        abort();
}

/* ---- Recording ------------------------------------------------------------------------------- */

typedef const uint8_t *exec_function(struct sorteo_decoder *decoder, const uint8_t *begin, const uint8_t *end);

static void step(exec_function *exec, struct sorteo_decoder *decoder, const uint8_t *p)
{
    const unsigned dialect = decoder->dialect, state = decoder->state, held = valuation(decoder, *p);

    (void)exec(decoder, p, p + 1);
    targets[dialect][state][held][*p] = (uint16_t)(decoder->state + 1u);
    is_touched[dialect][state][held] = true;
}

/* The machine counts positions from decoder->offset, which stands still for its caller. */
static const uint8_t *walk(exec_function *exec, struct sorteo_decoder *decoder, const uint8_t *begin,
                           const uint8_t *end)
{
    const uint64_t offset = decoder->offset;
    const uint8_t *p = begin;

    while (p != end) {
        step(exec, decoder, p);
        if (decoder->state == MACHINE_ERROR_STATE)
            break;
        p++;
        decoder->offset++;
        if (decoder->event != SORTEO_MORE)
            break;
    }
    decoder->offset = offset;
    return p;
}

#define X(dialect)                                                                                                     \
    exec_function __real_sorteo_##dialect##_exec, __wrap_sorteo_##dialect##_exec;                                      \
    const uint8_t *__wrap_sorteo_##dialect##_exec(struct sorteo_decoder *decoder, const uint8_t *begin,                \
                                                  const uint8_t *end)                                                  \
    {                                                                                                                  \
        return walk(__real_sorteo_##dialect##_exec, decoder, begin, end);                                              \
    }
CODEC_DIALECTS(X)
#undef X
