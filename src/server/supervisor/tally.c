/* Numbers, added up: see tally.h. */
#include "server/supervisor/tally.h"

#include <stdlib.h>
#include <string.h>

struct tally *tally_new(uint32_t workers, uint32_t agencies)
{
    struct tally *tally = calloc(1, sizeof *tally);

    if (tally == NULL)
        return NULL;
    tally->agencies = agencies;
    tally->worker_count = workers;
    tally->committer.agencies = agencies;
    tally->workers = calloc(workers, sizeof *tally->workers);
    if (tally->workers != NULL)
        return tally;
    free(tally);
    return NULL;
}

void tally_free(struct tally *tally)
{
    if (tally != NULL)
        free(tally->workers);
    free(tally);
}

static const char *take_worker(struct tally *tally, unsigned slot, const void *numbers, size_t len)
{
    const struct worker_numbers *now = numbers;
    const char *doubt = doubt_worker_numbers(&tally->workers[slot], now, len);

    if (doubt == NULL)
        tally->workers[slot] = *now;
    return doubt;
}

static const char *take_committer(struct tally *tally, const void *numbers, size_t len)
{
    const struct committer_numbers *now = numbers;
    const char *doubt = doubt_committer_numbers(&tally->committer, now, len, tally->agencies);

    if (doubt == NULL)
        memcpy(&tally->committer, now, len);
    return doubt;
}

const char *tally_take(struct tally *tally, enum child_role role, unsigned slot, const void *numbers, size_t len)
{
    if (role == ROLE_WORKER)
        return take_worker(tally, slot, numbers, len);
    return role == ROLE_COMMITTER ? take_committer(tally, numbers, len) : "numbers, which it does not have";
}

static void add_reasons(struct reasons *to, const struct reasons *from)
{
    for (unsigned i = 0; i < REASONS_MAX && from->list[i].text[0] != '\0'; i++)
        reasons_add(to, from->list[i].text, from->list[i].count);
}

static void retire_worker(struct tally *tally, struct worker_numbers *worker)
{
    numbers_add(&tally->workers_gone, &worker->counters, sizeof worker->counters);
    memset(worker, 0, sizeof *worker);
}

/* Where the agencies stand is what the store says, and stays true until the next one has read
 * it. */
static void retire_committer(struct tally *tally)
{
    struct committer_numbers *last = &tally->committer;

    numbers_add(&tally->committers_gone, &last->counters, sizeof last->counters);
    add_reasons(&tally->refusals_gone, &last->refusals);
    memset(&last->counters, 0, sizeof last->counters);
    memset(&last->refusals, 0, sizeof last->refusals);
    last->is_usable = 0;
    for (unsigned agency = 0; agency <= tally->agencies; agency++) {
        struct agency_counters *counters = &last->agency[agency].counters;
        numbers_add(&tally->agencies_gone[agency], counters, sizeof *counters);
        memset(counters, 0, sizeof *counters);
    }
}

void tally_retire(struct tally *tally, enum child_role role, unsigned slot)
{
    tally->ended[role]++;
    if (role == ROLE_WORKER)
        retire_worker(tally, &tally->workers[slot]);
    else if (role == ROLE_COMMITTER)
        retire_committer(tally);
}

static void sum_workers(const struct tally *tally, struct worker_numbers *sum)
{
    sum->counters = tally->workers_gone;
    sum->open = 0;
    for (unsigned i = 0; i < tally->worker_count; i++) {
        numbers_add(&sum->counters, &tally->workers[i].counters, sizeof sum->counters);
        numbers_add(&sum->open, &tally->workers[i].open, sizeof sum->open);
    }
}

static void sum_committers(const struct tally *tally, struct committer_numbers *sum)
{
    memcpy(sum, &tally->committer, committer_numbers_len(tally->agencies));
    numbers_add(&sum->counters, &tally->committers_gone, sizeof sum->counters);
    add_reasons(&sum->refusals, &tally->refusals_gone);
    for (unsigned agency = 0; agency <= tally->agencies; agency++)
        numbers_add(&sum->agency[agency].counters, &tally->agencies_gone[agency], sizeof(struct agency_counters));
}

void tally_sum(const struct tally *tally, struct numbers *numbers)
{
    for (unsigned role = 0; role < CHILD_ROLES; role++)
        numbers->roles[role].ended = tally->ended[role];
    sum_workers(tally, &numbers->workers);
    sum_committers(tally, &numbers->committer);
}
