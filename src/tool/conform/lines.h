/*
 * Bets as text, one per line, to compare the bets of a file with those that the client sends.
 */
#ifndef TOOL_CONFORM_LINES_H
#define TOOL_CONFORM_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "codec/sorteo.h"

struct lines {
    /* read-only */
    unsigned count;

    /* private */
    char *text; /* ends with a NUL where count is not 0 */
    size_t len, cap;
};

void lines_fini(struct lines *lines);
void lines_clear(struct lines *lines);

/* Appends the bet, without its agency. Running out of memory ends the program. */
void lines_add(struct lines *lines, const struct sorteo_bet *bet);

/* Appends all lines of another list. */
void lines_append(struct lines *lines, const struct lines *more);

/* The number of equal lines at the beginning of both. */
unsigned lines_same(const struct lines *a, const struct lines *b);

/* Writes a bet as a row of an agency file. Write errors stay in the file (ferror). */
void lines_write_row(FILE *file, const struct sorteo_bet *bet);

#endif
