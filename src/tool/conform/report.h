/*
 * The results of cases as TAP or as lines of JSON:
 *
 *     not ok 12 - 6 agency_above_n: a batch of an agency above N is refused
 *       ---
 *       sent:
 *         - "connection 1: BATCH of 1 bet, agency 6 (26 bytes): 00 01 06 ..."
 *       expected: "ANSWER 1"
 *       came: "ANSWER 0"
 *       ...
 */
#ifndef TOOL_CONFORM_REPORT_H
#define TOOL_CONFORM_REPORT_H

#include <stdbool.h>

#include "tool/conform/verdict.h"

struct report {
    /* yours */
    bool json;
    unsigned count; /* cases to come */

    /* read-only */
    unsigned passed, failed, skipped;
};

/* What a case is called, wherever it is printed. */
struct case_name {
    const char *section; /* of PROTOCOL.md: "6" */
    const char *name;    /* "agency_above_n" */
    const char *rule;    /* what the protocol says, in one sentence */
};

void report_begin(const struct report *report);
void report_case(struct report *report, const struct case_name *name, const struct verdict *verdict);

/* The totals. */
void report_end(const struct report *report);

/* Prints the case on one line, without a result. */
void report_list(const struct case_name *name);

#endif
