/* What the roles count: see numbers.h. */
#include "server/channel/numbers.h"

#include <stdio.h>
#include <string.h>

/* ---- Durations ------------------------------------------------------------------------------- */

const uint32_t durations_bounds_us[DURATIONS_BOUNDS] = { 100,     250,     500,     1000,    2500,   5000,
                                                         10000,   25000,   50000,   100000,  250000, 500000,
                                                         1000000, 2500000, 5000000, 10000000 };

void durations_add(struct durations *durations, uint64_t ns)
{
    uint64_t us = ns / 1000;
    unsigned place = 0;

    while (place < DURATIONS_BOUNDS && ns > UINT64_C(1000) * durations_bounds_us[place])
        place++;
    durations->counts[place]++;
    durations->sum_us += us;
}

/* ---- Agencies -------------------------------------------------------------------------------- */

const char *const agency_phase_names[AGENCY_DRAWN + 1] = {
    [AGENCY_OPEN] = "open", [AGENCY_WAITING] = "waiting", [AGENCY_DRAWN] = "drawn"
};

/* ---- Reasons --------------------------------------------------------------------------------- */

void reasons_add(struct reasons *reasons, const char *text, uint64_t count)
{
    struct reason *reason = reasons->list;
    const struct reason *last = reasons->list + REASONS_MAX - 1;

    while (reason < last && reason->text[0] != '\0' && strncmp(reason->text, text, REASON_TEXT_MAX - 1) != 0)
        reason++;
    if (reason->text[0] == '\0')
        (void)snprintf(reason->text, sizeof reason->text, "%s", text);
    numbers_add(&reason->count, &count, sizeof count);
}

/* ---- Messages -------------------------------------------------------------------------------- */

size_t committer_numbers_len(uint32_t agencies)
{
    return offsetof(struct committer_numbers, agency) + (agencies + 1u) * sizeof(struct agency_numbers);
}

size_t numbers_len(uint32_t agencies)
{
    return offsetof(struct numbers, committer) + committer_numbers_len(agencies);
}

void numbers_add(void *counters, const void *more, size_t size)
{
    uint64_t *to = counters;
    const uint64_t *from = more;

    for (size_t i = 0; i < size / sizeof *to; i++)
        to[i] = from[i] < NUMBERS_MOST - to[i] ? to[i] + from[i] : NUMBERS_MOST;
}

/* ---- Doubt ----------------------------------------------------------------------------------- */

static const char falls[] = "a counter that falls";
static const char rises[] = "a counter that rises faster than anything can be counted";

static const char *doubt_counters(const void *before, const void *now, size_t size)
{
    const uint64_t *old = before, *new = now;

    for (size_t i = 0; i < size / sizeof *old; i++) {
        if (new[i] < old[i])
            return falls;
        if (new[i] - old[i] > NUMBERS_RISE_MOST || new[i] > NUMBERS_MOST)
            return rises;
    }
    return NULL;
}

const char *doubt_worker_numbers(const struct worker_numbers *before, const struct worker_numbers *now, size_t len)
{
    if (len != sizeof *now)
        return "numbers of another length";
    if (now->open > now->counters.connections)
        return "more open connections than it has ever had";
    return doubt_counters(&before->counters, &now->counters, sizeof now->counters);
}

static bool is_text(const char text[static REASON_TEXT_MAX])
{
    size_t len = strnlen(text, REASON_TEXT_MAX);

    for (size_t i = 0; i < len; i++)
        if (text[i] < ' ' || text[i] > '~')
            return false;
    return len < REASON_TEXT_MAX;
}

static const char *doubt_reasons(const struct reasons *before, const struct reasons *now)
{
    const char *doubt = NULL;

    for (unsigned i = 0; i < REASONS_MAX && doubt == NULL; i++) {
        const struct reason *old = &before->list[i], *new = &now->list[i];
        if (!is_text(new->text) || (new->text[0] == '\0' && new->count > 0))
            return "a reason that is not text";
        if (old->text[0] != '\0' && strcmp(old->text, new->text) != 0)
            return "another reason in the place of one";
        doubt = doubt_counters(&old->count, &new->count, sizeof new->count);
    }
    return doubt;
}

static const char *doubt_agency(const struct agency_numbers *before, const struct agency_numbers *now)
{
    if (now->phase > AGENCY_DRAWN)
        return "an agency in no phase";
    if (now->bets > NUMBERS_MOST || now->winners > NUMBERS_MOST)
        return rises;
    return doubt_counters(&before->counters, &now->counters, sizeof now->counters);
}

const char *doubt_committer_numbers(const struct committer_numbers *before, const struct committer_numbers *now,
                                    size_t len, uint32_t agencies)
{
    const char *doubt = NULL;

    if (len != committer_numbers_len(agencies) || now->agencies != agencies)
        return "numbers of another length";
    if (now->winners > NUMBERS_MOST || now->drawn_at_s > NUMBERS_MOST)
        return rises;
    doubt = doubt_counters(&before->counters, &now->counters, sizeof now->counters);
    if (doubt == NULL)
        doubt = doubt_reasons(&before->refusals, &now->refusals);
    for (unsigned agency = 0; agency <= agencies && doubt == NULL; agency++)
        doubt = doubt_agency(&before->agency[agency], &now->agency[agency]);
    return doubt;
}
