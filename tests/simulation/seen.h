/* A set of numbers that were seen, of a bounded size: when it is full, more are not counted. */
#ifndef SIMULATION_SEEN_H
#define SIMULATION_SEEN_H

#include <stdbool.h>
#include <stdint.h>

void seen_add(uint64_t number);
uint64_t seen_count(void);
bool seen_is_full(void);

#endif
