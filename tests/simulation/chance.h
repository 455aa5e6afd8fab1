/*
 * Chance: all that is left open in a schedule is drawn from one row of numbers, which the seed and
 * the schedule's own number begin. So a schedule can be had again alone.
 */
#ifndef SIMULATION_CHANCE_H
#define SIMULATION_CHANCE_H

#include <stdbool.h>
#include <stdint.h>

void chance_begin(uint64_t seed, uint64_t schedule);
uint64_t chance_number(void);

/* 0 to bound - 1. */
uint32_t chance_below(uint32_t bound);

/* Once in so many times. */
bool chance_one_in(uint32_t many);

#endif
