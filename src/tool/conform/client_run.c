/* See client_run.h. */
#include "tool/conform/client_run.h"

#include <stdlib.h>
#include <string.h>

#include "tool/conform/choice.h"
#include "tool/conform/client_cases.h"

static const struct client_case_table *const tables[] = { &client_field_cases, &client_stream_cases,
                                                          &client_loss_cases };
#define TABLES (sizeof tables / sizeof tables[0])

enum { ROWS_FEW = 3 };

unsigned client_run_count(const char *only)
{
    unsigned count = 0;

    for (size_t t = 0; t < TABLES; t++)
        for (unsigned i = 0; i < tables[t]->count; i++)
            count += choice_has(only, tables[t]->cases[i].is.name);
    return count;
}

void client_run_list(const char *only)
{
    for (size_t t = 0; t < TABLES; t++)
        for (unsigned i = 0; i < tables[t]->count; i++)
            if (choice_has(only, tables[t]->cases[i].is.name))
                report_list(&tables[t]->cases[i].is);
}

/* ---- One case -------------------------------------------------------------------------------- */

/* What a case gives to the client. */
struct given {
    struct sorteo_bet rows[CLIENT_ROWS_MAX];
    unsigned count;
    struct lines told;
    char *file;
    size_t len;
};

/* False if there is no memory. */
static bool give(struct given *given, const struct client_case *is, enum sorteo_dialect dialect, const char *bad_row)
{
    FILE *file = open_memstream(&given->file, &given->len);

    if (file == NULL)
        return false;
    given->count = is->row_count > 0 ? is->row_count : ROWS_FEW;
    for (unsigned i = 0; i < given->count; i++)
        given->rows[i] = frames_bet(dialect, HOST_AGENCY, 30000000 + i, 7574);
    if (is->make != NULL)
        given->count = is->make(dialect, given->rows, given->count);
    for (unsigned i = 0; i < given->count; i++) {
        lines_add(&given->told, &given->rows[i]);
        lines_write_row(file, &given->rows[i]);
    }
    if (bad_row != NULL)
        (void)fprintf(file, "%s\n", bad_row);
    return fclose(file) == 0;
}

/* One run of the client; the play keeps the KEYs of the runs before. */
static void run_once(struct host *host, struct play *play, const struct client_case *is, const char *bad_row)
{
    struct given *given = calloc(1, sizeof *given);

    if (given == NULL || !give(given, is, host->settings->dialect, bad_row))
        abort();
    play->rows = given->rows;
    play->row_count = given->count;
    host_start(host, given->file, given->len);
    play_run(play);
    is->check(play, &given->told);
    host_stop(host);
    free(given->file);
    lines_fini(&given->told);
    free(given);
}

static void run_runs(struct host *host, struct play *play, const struct client_case *is)
{
    if (is->bad_rows == NULL) {
        run_once(host, play, is, NULL);
    } else {
        for (const char *const *bad_row = is->bad_rows; *bad_row != NULL; bad_row++) {
            lines_clear(&play->stored);
            play->finishes = 0;
            run_once(host, play, is, *bad_row);
        }
    }
    if (is->runs_twice) {
        play->finishes = 0;
        run_once(host, play, is, NULL);
    }
}

static void run_case(struct host *host, const struct client_case *is, struct report *report)
{
    bool has_keys = sorteo_dialect_parameters(host->settings->dialect)->key_size > 0;
    struct play *play = calloc(1, sizeof *play);

    if (play == NULL)
        abort();
    play->host = host;
    play->plan = &is->plan;
    verdict_begin(&host->verdict);
    if (is->needs != KEYS_OR_NOT && (is->needs == WITH_KEYS) != has_keys)
        verdict_skip(&host->verdict, "the dialect has %s", has_keys ? "keys" : "no keys");
    else
        run_runs(host, play, is);
    report_case(report, &is->is, &host->verdict);
    play_fini(play);
    free(play);
}

bool client_run(const struct host_settings *settings, const char *only, struct report *report)
{
    struct host *host = calloc(1, sizeof *host);
    bool ready = host != NULL && host_init(host, settings);

    if (ready) {
        report->count = client_run_count(only);
        report_begin(report);
        for (size_t t = 0; t < TABLES; t++)
            for (unsigned i = 0; i < tables[t]->count; i++)
                if (choice_has(only, tables[t]->cases[i].is.name))
                    run_case(host, &tables[t]->cases[i], report);
        report_end(report);
        host_fini(host);
    }
    free(host);
    return ready;
}
