/*
 * `sorteo export --count`: how many bets of each agency there are in each round.
 */
#ifndef TOOL_EXPORT_COUNTS_H
#define TOOL_EXPORT_COUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "codec/sorteo.h"

struct export_count {
    uint32_t round;
    uint64_t bets[UINT8_MAX + 1]; /* by agency */
};

/* All zeros when it is empty. */
struct export_counts {
    struct export_count *list;
    size_t len;
    bool failed; /* no memory */
};

/* For store_each; `context` is a struct export_counts. False if there is no memory. */
bool export_count_bet(void *context, uint32_t round, const struct sorteo_bet *bet);

/* A row of round, agency and bets for each agency of each round that has any. */
void export_counts_write(const struct export_counts *counts, FILE *file);

void export_counts_free(struct export_counts *counts);

#endif
