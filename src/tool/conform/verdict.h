/*
 * The result of the current case: its steps, and the first violation of the protocol. After that,
 * or once the case is skipped, nothing changes it any more.
 */
#ifndef TOOL_CONFORM_VERDICT_H
#define TOOL_CONFORM_VERDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VERDICT_STEPS 12u
#define VERDICT_TEXT_MAX 256u

enum verdict_state { VERDICT_GOOD, VERDICT_FAILED, VERDICT_SKIPPED };

struct verdict {
    enum verdict_state state;
    char steps[VERDICT_STEPS][VERDICT_TEXT_MAX]; /* the last ones; step i is in place i % VERDICT_STEPS */
    unsigned step_count;
    char expected[VERDICT_TEXT_MAX];
    char came[VERDICT_TEXT_MAX]; /* instead; where the case is skipped: why */
    char said[VERDICT_TEXT_MAX]; /* by the program itself at the end, or nothing */
};

void verdict_begin(struct verdict *verdict);

bool verdict_is_good(const struct verdict *verdict);

/* Notes a step: what was sent, and over which connection. */
void verdict_step(struct verdict *verdict, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The case has failed. `came` and what follows it are as for printf; all texts are copied. */
void verdict_fail(struct verdict *verdict, const char *expected, const char *came, ...)
    __attribute__((format(printf, 3, 4)));

/* The case cannot be run; the format says why. */
void verdict_skip(struct verdict *verdict, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Writes bytes as "00 01 7f", cut to what fits. Returns out. */
const char *verdict_hex(char *out, size_t cap, const uint8_t *bytes, size_t len);

#endif
