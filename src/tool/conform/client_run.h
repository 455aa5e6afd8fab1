/*
 * Runs the cases against a client, a new process for each case, and reports each.
 */
#ifndef TOOL_CONFORM_CLIENT_RUN_H
#define TOOL_CONFORM_CLIENT_RUN_H

#include "tool/conform/host.h"
#include "tool/conform/report.h"

/* `only` as in choice.h. False if there was no memory, or no folder for the files. */
bool client_run(const struct host_settings *settings, const char *only, struct report *report);

void client_run_list(const char *only);
unsigned client_run_count(const char *only);

#endif
