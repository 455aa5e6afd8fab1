/* See server_run.h. */
#include "tool/conform/server_run.h"

#include <stdlib.h>

#include "tool/conform/choice.h"
#include "tool/conform/server_stages.h"

#define MARKS 8u

/* The case of a FINISH without bets needs an agency with nothing stored, so the closing cases come
 * first. */
static const struct server_case_table *const tables[] = {
    &server_closing_cases, &server_field_cases, &server_frame_cases, &server_stream_cases, &server_single_cases,
    &server_refusal_cases, &server_draw_cases,  &server_key_cases,   &server_round_cases,
};
#define TABLES (sizeof tables / sizeof tables[0])

/* A case that was chosen, between its halves. */
struct chosen {
    const struct server_case *is;
    struct verdict verdict;
    uint64_t marks[MARKS];
};

struct course {
    const struct server_run *run;
    struct report *report;
    struct probe probe;
    struct chosen *chosen;
    unsigned count;
    struct verdict stage; /* did the server follow so far? */
};

/* ---- The choice ------------------------------------------------------------------------------ */

unsigned server_run_count(const char *only)
{
    unsigned count = 0;

    for (size_t t = 0; t < TABLES; t++)
        for (unsigned i = 0; i < tables[t]->count; i++)
            count += choice_has(only, tables[t]->cases[i].is.name);
    return count;
}

void server_run_list(const char *only)
{
    for (size_t t = 0; t < TABLES; t++)
        for (unsigned i = 0; i < tables[t]->count; i++)
            if (choice_has(only, tables[t]->cases[i].is.name))
                report_list(&tables[t]->cases[i].is);
}

static bool choose(struct course *course)
{
    course->chosen = calloc(server_run_count(course->run->only), sizeof *course->chosen);
    if (course->chosen == NULL)
        return false;
    for (size_t t = 0; t < TABLES; t++)
        for (unsigned i = 0; i < tables[t]->count; i++)
            if (choice_has(course->run->only, tables[t]->cases[i].is.name))
                course->chosen[course->count++].is = &tables[t]->cases[i];
    return true;
}

/* ---- The stages ------------------------------------------------------------------------------ */

static bool is_of_next_round(enum server_stage stage)
{
    return stage == STAGE_NEXT || stage == STAGE_AGAIN;
}

/* Is a case at this stage, or a half of one, or does a later one need it? */
static bool is_needed(const struct course *course, enum server_stage stage)
{
    for (unsigned i = 0; i < course->count; i++) {
        enum server_stage of = course->chosen[i].is->stage;

        if (is_of_next_round(stage) ? of >= stage && is_of_next_round(of) : of >= stage)
            return !is_of_next_round(stage) || course->run->rounds > 1;
    }
    return false;
}

/* One half, or all, of a case. */
static void run_half(struct course *course, struct chosen *chosen, void (*half)(struct probe *))
{
    course->probe.verdict = chosen->verdict;
    course->probe.marks = chosen->marks;
    frames_clear(&course->probe.frames);
    half(&course->probe);
    probe_hang_up(&course->probe);
    chosen->verdict = course->probe.verdict;
}

static void run_case(struct course *course, struct chosen *chosen, enum server_stage stage)
{
    bool is_out = is_of_next_round(chosen->is->stage) && course->run->rounds < 2;

    if (chosen->is->before != NULL && chosen->is->before_stage == stage && !is_out && verdict_is_good(&course->stage))
        run_half(course, chosen, chosen->is->before);
    if (chosen->is->stage != stage)
        return;
    if (is_out)
        verdict_skip(&chosen->verdict, "the server draws once (--rounds 1)");
    else if (!verdict_is_good(&course->stage) && verdict_is_good(&chosen->verdict))
        chosen->verdict = course->stage;
    else if (verdict_is_good(&chosen->verdict))
        run_half(course, chosen, chosen->is->run);
    report_case(course->report, &chosen->is->is, &chosen->verdict);
}

static void run_stage(struct course *course, enum server_stage stage)
{
    if (is_needed(course, stage) && verdict_is_good(&course->stage)) {
        verdict_begin(&course->probe.verdict);
        server_stage_enter(&course->probe, stage);
        probe_hang_up(&course->probe);
        course->stage = course->probe.verdict;
    }
    for (unsigned i = 0; i < course->count; i++)
        run_case(course, &course->chosen[i], stage);
}

bool server_run(const struct server_run *run, struct report *report)
{
    struct course *course = calloc(1, sizeof *course);
    bool ready = course != NULL;

    if (ready) {
        course->run = run;
        course->report = report;
        ready = probe_init(&course->probe, run->settings) && choose(course);
    }
    if (ready) {
        report->count = course->count;
        report_begin(report);
        for (unsigned stage = STAGE_OPEN; stage <= STAGE_END; stage++)
            run_stage(course, (enum server_stage)stage);
        if (is_needed(course, STAGE_DRAWN) && verdict_is_good(&course->stage)) {
            verdict_begin(&course->probe.verdict);
            server_stage_leave(&course->probe);
        }
        report_end(report);
    }
    if (course != NULL) {
        probe_fini(&course->probe);
        free(course->chosen);
    }
    free(course);
    return ready;
}
