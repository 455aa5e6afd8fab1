/* See report.h. All texts are the tool's own, in ASCII, but for what a client said. */
#include "tool/conform/report.h"

#include <stdio.h>
#include <string.h>

#include "base/printable.h"
#include "tool/event_print.h"

static void print_string(const char *text)
{
    char clean[VERDICT_TEXT_MAX];

    (void)printable(clean, sizeof clean, text);
    json_print_string(stdout, (struct sorteo_text){ .bytes = clean, .len = strlen(clean) });
}

static unsigned first_step(const struct verdict *verdict)
{
    return verdict->step_count > VERDICT_STEPS ? verdict->step_count - VERDICT_STEPS : 0;
}

/* ---- TAP ------------------------------------------------------------------------------------- */

static void print_diagnosis(const struct verdict *verdict)
{
    (void)printf("  ---\n  sent:\n");
    for (unsigned i = first_step(verdict); i < verdict->step_count; i++) {
        (void)printf("    - ");
        print_string(verdict->steps[i % VERDICT_STEPS]);
        (void)putchar('\n');
    }
    (void)printf("  expected: ");
    print_string(verdict->expected);
    (void)printf("\n  came: ");
    print_string(verdict->came);
    if (verdict->said[0] != '\0') {
        (void)printf("\n  said: ");
        print_string(verdict->said);
    }
    (void)printf("\n  ...\n");
}

static void print_tap(unsigned number, const struct case_name *name, const struct verdict *verdict)
{
    (void)printf("%sok %u - %s %s: %s", verdict->state == VERDICT_FAILED ? "not " : "", number, name->section,
                 name->name, name->rule);
    if (verdict->state == VERDICT_SKIPPED)
        (void)printf(" # SKIP %s", verdict->came);
    (void)putchar('\n');
    if (verdict->state == VERDICT_FAILED)
        print_diagnosis(verdict);
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static void print_member(const char *name, const char *text)
{
    (void)printf(",\"%s\":", name);
    print_string(text);
}

static void print_json(const struct case_name *name, const struct verdict *verdict)
{
    static const char *const results[] = { "passed", "failed", "skipped" };

    (void)printf("{\"case\":\"%s\",\"section\":\"%s\",\"result\":\"%s\"", name->name, name->section,
                 results[verdict->state]);
    print_member("rule", name->rule);
    if (verdict->state == VERDICT_SKIPPED)
        print_member("reason", verdict->came);
    if (verdict->state == VERDICT_FAILED) {
        (void)printf(",\"sent\":[");
        for (unsigned i = first_step(verdict); i < verdict->step_count; i++) {
            (void)printf("%s", i == first_step(verdict) ? "" : ",");
            print_string(verdict->steps[i % VERDICT_STEPS]);
        }
        (void)putchar(']');
        print_member("expected", verdict->expected);
        print_member("came", verdict->came);
        if (verdict->said[0] != '\0')
            print_member("said", verdict->said);
    }
    (void)printf("}\n");
}

/* ---- Both ------------------------------------------------------------------------------------ */

void report_begin(const struct report *report)
{
    if (!report->json)
        (void)printf("1..%u\n", report->count);
    (void)fflush(stdout);
}

void report_case(struct report *report, const struct case_name *name, const struct verdict *verdict)
{
    report->passed += verdict->state == VERDICT_GOOD;
    report->failed += verdict->state == VERDICT_FAILED;
    report->skipped += verdict->state == VERDICT_SKIPPED;
    if (report->json)
        print_json(name, verdict);
    else
        print_tap(report->passed + report->failed + report->skipped, name, verdict);
    (void)fflush(stdout);
}

void report_end(const struct report *report)
{
    if (report->json)
        (void)printf("{\"passed\":%u,\"failed\":%u,\"skipped\":%u}\n", report->passed, report->failed, report->skipped);
    else
        (void)printf("# %u passed, %u failed, %u skipped\n", report->passed, report->failed, report->skipped);
}

void report_list(const struct case_name *name)
{
    (void)printf("%-3s %-40s %s\n", name->section, name->name, name->rule);
}
