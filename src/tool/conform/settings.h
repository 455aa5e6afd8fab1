/*
 * The settings of `sorteo conform`.
 */
#ifndef TOOL_CONFORM_SETTINGS_H
#define TOOL_CONFORM_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#define CONFORM "sorteo conform"

enum { CONFORM_PASSED = 0, CONFORM_FAILED = 1, CONFORM_USAGE = 2 }; /* exit statuses */

struct conform_settings {
    unsigned dialect;
    uint64_t timeout_ms, silence_ms;
    const char *only; /* see choice.h */
    bool json, list;

    /* Of a server: see probe.h. */
    uint64_t agencies, winning_number, rounds, deadline_ms, max_frame;
    const char *bets;
};

/* Prints what is wrong with the command line. Returns the exit status. */
int conform_bad_usage(const char *what, const char *why);

#endif
