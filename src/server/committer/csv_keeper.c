/* When the file of --csv is written: see csv_keeper.h. */
#include "server/committer/csv_keeper.h"

#include <inttypes.h>
#include <string.h>

#include "base/log.h"
#include "base/system.h"

/* Pauses after a step: it takes about a millisecond. */
static const uint64_t pause_ms[] = { [CSV_CURRENT] = 250, [CSV_BEHIND] = 10, [CSV_FAILED] = 1000 };

static void report(struct csv_keeper *keeper)
{
    char path[256];

    if (strcmp(keeper->file.reason, keeper->said) == 0)
        return;
    memcpy(keeper->said, keeper->file.reason, sizeof keeper->said);
    (void)log_clean(path, sizeof path, keeper->file.path);
    if (keeper->said[0] != '\0')
        log_event(LOG_WARNING, "csv_file", LOG_FAIL, "path: %s | reason: %s", path, keeper->said);
    else
        log_event(LOG_INFO, "csv_file", LOG_SUCCESS, "path: %s", path);
}

/* The readers of the file of a stopped server should know. */
static void report_incomplete(const struct csv_keeper *keeper)
{
    char path[256];

    log_event(LOG_WARNING, "csv_file", LOG_IN_PROGRESS, "path: %s | cantidad: %" PRIu64,
              log_clean(path, sizeof path, keeper->file.path), keeper->file.bets);
}

/* A store that is lost has nothing to say until it is found. */
static enum csv_step step(struct csv_keeper *keeper)
{
    struct commit_cycle *cycle = keeper->cycle;

    commit_cycle_end_group(cycle); /* which may lose the store */
    if (cycle->recovery.store == NULL)
        return CSV_CURRENT;
    enum csv_step outcome = csv_file_step(&keeper->file, cycle->recovery.store);
    report(keeper);
    return outcome;
}

static void on_time(uv_timer_t *timer)
{
    struct csv_keeper *keeper = timer->data;

    uv_timer_start(timer, on_time, pause_ms[step(keeper)], 0);
}

void csv_keeper_init(struct csv_keeper *keeper, uv_loop_t *loop, struct commit_cycle *cycle, const char *path)
{
    csv_file_init(&keeper->file, path);
    keeper->cycle = cycle;
    uv_timer_init(loop, &keeper->timer);
    keeper->timer.data = keeper;
    if (path != NULL)
        uv_timer_start(&keeper->timer, on_time, 0, 0);
}

void csv_keeper_fini(struct csv_keeper *keeper, uint64_t most_ms)
{
    uint64_t until_ms = clock_ms() + most_ms;
    enum csv_step outcome;

    if (keeper->file.path == NULL)
        return;
    do
        outcome = step(keeper);
    while (outcome == CSV_BEHIND && clock_ms() < until_ms);
    if (outcome == CSV_BEHIND)
        report_incomplete(keeper);
}
