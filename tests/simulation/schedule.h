/*
 * One schedule: everything takes its steps in an order that chance chooses, and things fail; then
 * nothing fails any more, and everybody has to come through another round.
 */
#ifndef SIMULATION_SCHEDULE_H
#define SIMULATION_SCHEDULE_H

#include <stdint.h>

#include "codec/sorteo.h"

struct schedule_options {
    uint64_t seed;
    unsigned servers; /* 1 to SERVERS_MAX; 0: two, or now and then three */
    enum sorteo_dialect dialect;
};

/* Runs it. What is wrong, or NULL; borrowed until the next call. */
const char *schedule_run(const struct schedule_options *options, uint64_t number);

#endif
