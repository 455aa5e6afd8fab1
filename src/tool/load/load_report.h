/*
 * Prints what a run measured: as text with a histogram of answer times, as JSON, and as an SVG of
 * the whole run.
 */
#ifndef TOOL_LOAD_LOAD_REPORT_H
#define TOOL_LOAD_LOAD_REPORT_H

#include "tool/load/run.h"

struct load_result {
    const struct load_settings *settings;
    struct load_totals *totals; /* its times are sorted */
    uint64_t behind;            /* frames that were due and never sent */
    double seconds;             /* from the beginning to the last answer */
};

/* On standard output. */
void load_report_text(const struct load_result *result);
void load_report_json(const struct load_result *result);

/* Writes an SVG. False with errno set. */
bool load_plot_write(const struct load_result *result, const char *path);

#endif
