/* See verdict.h. */
#include "tool/conform/verdict.h"

#include <stdarg.h>
#include <stdio.h>

void verdict_begin(struct verdict *verdict)
{
    *verdict = (struct verdict){ .state = VERDICT_GOOD };
}

bool verdict_is_good(const struct verdict *verdict)
{
    return verdict->state == VERDICT_GOOD;
}

void verdict_step(struct verdict *verdict, const char *format, ...)
{
    va_list values;

    if (!verdict_is_good(verdict))
        return;
    va_start(values, format);
    (void)vsnprintf(verdict->steps[verdict->step_count % VERDICT_STEPS], VERDICT_TEXT_MAX, format, values);
    va_end(values);
    verdict->step_count++;
}

void verdict_fail(struct verdict *verdict, const char *expected, const char *came, ...)
{
    va_list values;

    if (!verdict_is_good(verdict))
        return;
    verdict->state = VERDICT_FAILED;
    (void)snprintf(verdict->expected, sizeof verdict->expected, "%s", expected);
    va_start(values, came);
    (void)vsnprintf(verdict->came, sizeof verdict->came, came, values);
    va_end(values);
}

void verdict_skip(struct verdict *verdict, const char *format, ...)
{
    va_list values;

    if (!verdict_is_good(verdict))
        return;
    verdict->state = VERDICT_SKIPPED;
    va_start(values, format);
    (void)vsnprintf(verdict->came, sizeof verdict->came, format, values);
    va_end(values);
}

const char *verdict_hex(char *out, size_t cap, const uint8_t *bytes, size_t len)
{
    size_t used = 0;

    out[0] = '\0';
    for (size_t i = 0; i < len; i++) {
        if (cap - used < sizeof "00 ..." + 1) {
            (void)snprintf(out + used, cap - used, " ...");
            break;
        }
        used += (size_t)snprintf(out + used, cap - used, "%s%02x", i == 0 ? "" : " ", bytes[i]);
    }
    return out;
}
