/*
 * Time, and whose turn it is: the one thread of the simulation is now this process, now that one,
 * and each has a clock of its own. clock_ns and clock_ms, which the servers' code calls, are those
 * of the process whose turn it is.
 */
#ifndef SIMULATION_PROCESS_H
#define SIMULATION_PROCESS_H

#include <stdbool.h>
#include <stdint.h>

/* A clock is off by so much, and goes wrong by so many millionths. */
struct drifting_clock {
    int64_t off_ns;
    int64_t rate_ppm;
};

struct process {
    int64_t number; /* never used twice; not 0 */
    unsigned server;
    struct drifting_clock clock;
    bool dies; /* it has ended in the middle of what it does: nothing of that is seen any more */
};

/* Time as nobody in the simulation knows it. */
extern uint64_t true_ns;

/* Whose turn it is; NULL: no process's. */
extern struct process *process_current;

int64_t drifting_clock_ns(const struct drifting_clock *clock);

/* Any distance, and a rate that clocks in order have. */
void drifting_clock_draw(struct drifting_clock *clock);

#endif
