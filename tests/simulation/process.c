/* Time, and whose turn it is: see process.h. */
#include "process.h"

#include <stddef.h>

#include "base/system.h"
#include "chance.h"

#define MILLION 1000000
#define OFF_MOST_S 1000u
#define RATE_MOST_PPM 300u /* two clocks: less than the one in a thousand that the store allows for (store_clock.c) */

uint64_t true_ns;
struct process *process_current;

int64_t drifting_clock_ns(const struct drifting_clock *clock)
{
    return (int64_t)true_ns + (int64_t)true_ns / 1000 * clock->rate_ppm / 1000 + clock->off_ns;
}

void drifting_clock_draw(struct drifting_clock *clock)
{
    clock->off_ns = (int64_t)chance_below(OFF_MOST_S * 1000) * MILLION;
    clock->rate_ppm = (int64_t)chance_below(2 * RATE_MOST_PPM) - RATE_MOST_PPM;
}

uint64_t clock_ns(void)
{
    return process_current == NULL ? true_ns : (uint64_t)drifting_clock_ns(&process_current->clock);
}

uint64_t clock_ms(void)
{
    return clock_ns() / MILLION;
}
