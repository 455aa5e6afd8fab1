/*
 * session: for any behaviour of clients, disk and clock, sessions, judge and rounds do what the
 * model of the protocol does: the same frames are taken, the same answers and winners are sent, in
 * the same order, and nothing is closed without a reason. See fuzz/world.h.
 */
#include "values.h"
#include "world.h"

#define STEPS_MAX 160u

static void run(enum sorteo_dialect dialect, struct values values)
{
    const unsigned agencies = 1 + (unsigned)values_integer(&values, 1) % 3;

    world_begin(dialect, agencies, (uint16_t)values_integer(&values, 1));
    for (unsigned steps = 0; steps < STEPS_MAX && values.len > 0; steps++) {
        const enum world_step what = (enum world_step)(values_integer(&values, 1) % WORLD_STEPS);
        const uint8_t a = (uint8_t)values_integer(&values, 1), b = (uint8_t)values_integer(&values, 1);

        world_step(what, a, b, (uint8_t)values_integer(&values, 1));
    }
    world_end();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct values values = { bytes, len };
    const uint64_t choice = values_integer(&values, 1);
    enum sorteo_dialect dialect;

    for (unsigned i = 0; fuzz_dialect_at(choice, i, &dialect); i++)
        run(dialect, values);
    return 0;
}
