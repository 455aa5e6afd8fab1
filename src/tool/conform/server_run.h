/*
 * Runs the cases against a server, stage by stage, and reports each.
 */
#ifndef TOOL_CONFORM_SERVER_RUN_H
#define TOOL_CONFORM_SERVER_RUN_H

#include "tool/conform/probe.h"
#include "tool/conform/report.h"

struct server_run {
    /* yours */
    const struct probe_settings *settings;
    const char *only; /* names of cases, or parts of them, separated by commas; NULL: all */
    unsigned rounds;  /* that the server draws: 1, or 2 for more */
};

/* False if there is no memory. */
bool server_run(const struct server_run *run, struct report *report);

/* Prints the cases. */
void server_run_list(const char *only);

/* How many cases `only` chooses. */
unsigned server_run_count(const char *only);

#endif
