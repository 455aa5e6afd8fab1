/*
 * The rows of an agency file that is made up: people, their bets, and which of these win.
 *
 * Each agency draws from a sequence of its own: its rows depend on the seed, its number and its own
 * bets and winners, not on how many other agencies there are. They are written one by one, so a
 * file may have any size. What people are called is people.h's.
 */
#ifndef TOOL_AGENCY_ROWS_H
#define TOOL_AGENCY_ROWS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "codec/sorteo.h"
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
    bool (*takes)(const struct sorteo_bet *bet); /* other rows are made up anew */
};

/* What a row should be: one that the grammar of every dialect takes. */
bool agency_rows_every_dialect_takes(const struct sorteo_bet *bet);

/* May bets be on this number, in all dialects? */
bool agency_rows_may_win(uint64_t number);

/* Writes them as CSV. False if none of many rows is one that `takes` takes. Write errors stay in
 * the file (ferror). */
bool agency_rows_write(FILE *file, const struct agency_rows *rows, const struct agency_rows_settings *settings);

#endif
