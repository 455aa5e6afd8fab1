/*
 * The rows of an agency file that is made up: people, their bets, and which of these win.
 *
 * Each agency draws from a sequence of its own: its rows depend on the seed, its number and its own
 * bets and winners, not on how many other agencies there are. They are written one by one, so a
 * file may have any size. What people are called is people.h's.
 */
#ifndef TOOL_AGENCY_ROWS_H
#define TOOL_AGENCY_ROWS_H

#include <stdint.h>
#include <stdio.h>

#include "tool/people.h"

struct agency_rows {
    uint64_t agency; /* its number */
    uint64_t bets;
    uint64_t winners; /* of the bets; at most as many */
};

struct agency_rows_settings {
    uint64_t seed;
    uint64_t winning_number;
    struct people_settings people;
};

/* Writes them as CSV. Write errors stay in the file (ferror). */
void agency_rows_write(FILE *file, const struct agency_rows *rows, const struct agency_rows_settings *settings);

#endif
