/*
 * Rows that `sorteo export` writes: bets, and agencies that were finished by hand. RFC 4180: lines
 * end in CRLF, quotes only where they are needed. On a terminal, control characters are shown as ?.
 */
#ifndef TOOL_EXPORT_ROWS_H
#define TOOL_EXPORT_ROWS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "codec/sorteo.h"
#include "store/store.h"

struct export_rows {
    FILE *file;
    bool escape_formulas; /* an apostrophe before names that a spreadsheet program would run */
    bool terminal;
    int error; /* errno of the first failure; 0: none */
};

/* For store_each and store_each_finish; `context` is a struct export_rows. False after the first
 * failure: a full disk does not get better by writing on. */
bool export_row_of_bet(void *context, uint32_t round, const struct sorteo_bet *bet);
bool export_row_of_finish(void *context, const struct finish_record *record);

/* Notes a failure of what was written since errno was set to 0. False if there is or was one. */
bool export_rows_are_written(struct export_rows *rows);

#endif
