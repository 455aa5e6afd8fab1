/* The numbers as text: see openmetrics.h. */
#include "server/observe/openmetrics.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "server/channel/child_role.h"

struct text {
    FILE *out;
    const struct numbers *numbers;
    const struct view *view;
    enum metrics_format format;
};

/* ---- Lines ----------------------------------------------------------------------------------- */

enum kind { COUNTER, GAUGE, HISTOGRAM, INFO };

struct family {
    const char *name; /* without the ending of its kind */
    enum kind kind;
    const char *unit; /* with which the name ends, or NULL */
    const char *help;
};

/* In the older format a family has the name of its lines, and no information but as a gauge. */
static void head(const struct text *text, const struct family *family)
{
    static const char *const kinds[] = {
        [COUNTER] = "counter", [GAUGE] = "gauge", [HISTOGRAM] = "histogram", [INFO] = "info"
    };
    const bool is_open = text->format == METRICS_OPEN;
    const char *ending = is_open ? "" : family->kind == COUNTER ? "_total" : family->kind == INFO ? "_info" : "";

    fprintf(text->out, "# HELP %s%s %s\n", family->name, ending, family->help);
    fprintf(text->out, "# TYPE %s%s %s\n", family->name, ending,
            !is_open && family->kind == INFO ? "gauge" : kinds[family->kind]);
    if (is_open && family->unit != NULL)
        fprintf(text->out, "# UNIT %s %s\n", family->name, family->unit);
}

static const char *ending_of(const struct family *family)
{
    return family->kind == COUNTER ? "_total" : "";
}

/* A family of one line. */
static void single(const struct text *text, const struct family *family, uint64_t value)
{
    head(text, family);
    fprintf(text->out, "%s%s %" PRIu64 "\n", family->name, ending_of(family), value);
}

/* ---- Durations ------------------------------------------------------------------------------- */

/* Seconds, with a point in any case: OpenMetrics compares bounds as texts. */
static const char *bound(uint32_t us, char out[static 32])
{
    int len = snprintf(out, 32, "%g", us / 1e6);

    if (us % 1000000 == 0)
        (void)snprintf(out + len, 32 - (size_t)len, ".0");
    return out;
}

static void histogram(const struct text *text, const struct family *family, const struct durations *durations)
{
    uint64_t count = 0;
    char shown[32];

    head(text, family);
    for (unsigned i = 0; i < DURATIONS_BOUNDS; i++) {
        count += durations->counts[i];
        fprintf(text->out, "%s_bucket{le=\"%s\"} %" PRIu64 "\n", family->name, bound(durations_bounds_us[i], shown),
                count);
    }
    count += durations->counts[DURATIONS_BOUNDS];
    fprintf(text->out, "%s_bucket{le=\"+Inf\"} %" PRIu64 "\n", family->name, count);
    fprintf(text->out, "%s_sum %" PRIu64 ".%06u\n", family->name, durations->sum_us / 1000000,
            (unsigned)(durations->sum_us % 1000000));
    fprintf(text->out, "%s_count %" PRIu64 "\n", family->name, count);
}

/* ---- The server ------------------------------------------------------------------------------ */

static void put_roles(const struct text *text)
{
    static const struct family running = { "sorteo_processes", GAUGE, NULL, "Processes of a role that run." };
    static const struct family ended = { "sorteo_processes_ended", COUNTER, NULL,
                                         "Processes of a role that have ended, for any reason." };

    head(text, &running);
    for (unsigned role = 0; role < CHILD_ROLES; role++)
        fprintf(text->out, "sorteo_processes{role=\"%s\"} %" PRIu64 "\n", child_role_name((enum child_role)role),
                text->numbers->roles[role].running);
    head(text, &ended);
    for (unsigned role = 0; role < CHILD_ROLES; role++)
        fprintf(text->out, "sorteo_processes_ended_total{role=\"%s\"} %" PRIu64 "\n",
                child_role_name((enum child_role)role), text->numbers->roles[role].ended);
}

static void put_expiry(const struct text *text)
{
    static const struct family expiry = { "sorteo_tls_expiry_timestamp_seconds", GAUGE, "seconds",
                                          "When the first certificate, CA or CRL of the TLS files expires." };
    static const char *const files[NUMBERS_FILES] = { "certificate", "ca", "crl" };

    head(text, &expiry);
    for (unsigned file = 0; file < NUMBERS_FILES; file++)
        if (text->numbers->expires_s[file] != 0)
            fprintf(text->out, "%s{file=\"%s\"} %" PRId64 "\n", expiry.name, files[file],
                    text->numbers->expires_s[file]);
}

static void put_server(const struct text *text)
{
    static const struct family build = { "sorteo_build", INFO, NULL, "Which program this is." };
    static const struct family started = { "sorteo_start_timestamp_seconds", GAUGE, "seconds",
                                           "When the server was started." };
    static const struct family ready = { "sorteo_ready", GAUGE, NULL, "1 while agencies are served." };
    static const struct family usable = { "sorteo_store_usable", GAUGE, NULL, "1 while the store is open." };

    head(text, &build);
    fprintf(text->out, "sorteo_build_info{version=\"%s\",dialect=\"%s\"} 1\n", sorteo_version(), text->view->dialect);
    single(text, &started, text->numbers->started_s);
    single(text, &ready, text->numbers->is_ready);
    single(text, &usable, text->numbers->committer.is_usable);
    put_roles(text);
    put_expiry(text);
}

/* ---- Connections ----------------------------------------------------------------------------- */

static void put_malformed(const struct text *text)
{
    static const struct family malformed = { "sorteo_malformed_frames", COUNTER, NULL,
                                             "Frames that the decoder refused, by its error." };

    head(text, &malformed);
    for (unsigned code = SORTEO_E_OK + 1; code < NUMBERS_CODES; code++)
        if (text->numbers->workers.counters.malformed[code] > 0)
            fprintf(text->out, "sorteo_malformed_frames_total{error=\"%s\"} %" PRIu64 "\n",
                    sorteo_code_name((enum sorteo_code)code), text->numbers->workers.counters.malformed[code]);
}

static void put_connections(const struct text *text)
{
    static const struct family open = { "sorteo_connections_open", GAUGE, NULL, "Connections that are open." };
    static const struct family all = { "sorteo_connections", COUNTER, NULL, "Connections that were accepted." };
    static const struct family failed = {
        "sorteo_connections_failed", COUNTER, NULL,
        "Connections closed for an error, a deadline or a limit; the log says which."
    };
    static const struct family received = { "sorteo_received_bytes", COUNTER, "bytes", "Bytes from peers." };
    static const struct family sent = { "sorteo_sent_bytes", COUNTER, "bytes", "Bytes to peers." };
    const struct worker_numbers *workers = &text->numbers->workers;

    single(text, &open, workers->open);
    single(text, &all, workers->counters.connections);
    single(text, &failed, workers->counters.failed);
    single(text, &received, workers->counters.received_bytes);
    single(text, &sent, workers->counters.sent_bytes);
    put_malformed(text);
}

/* ---- Requests -------------------------------------------------------------------------------- */

static const char *const results[FRAME_RESULTS] = {
    [RESULT_TAKEN] = "taken", [RESULT_REPEATED] = "repeated", [RESULT_REFUSED] = "refused"
};

static const char *const frames[FRAME_KINDS] = { [FRAME_SINGLE] = "bet",
                                                 [FRAME_BATCH] = "batch",
#define X(frame, name) [FRAME_##frame] = #name,
                                                 PLAIN_REQUESTS(X)
#undef X
};

static const char *agency_text(unsigned agency, char out[static 16])
{
    (void)snprintf(out, 16, agency > 0 ? "%u" : "none", agency);
    return out;
}

static void put_bets(const struct text *text)
{
    static const struct family bets = {
        "sorteo_bets", COUNTER, NULL,
        "Bets of whole frames: taken (stored), repeated (stored before), refused; agency none: none that is served."
    };
    char agency[16];

    head(text, &bets);
    for (unsigned i = 0; i <= text->view->agencies; i++)
        for (unsigned result = 0; result < FRAME_RESULTS; result++)
            fprintf(text->out, "sorteo_bets_total{agency=\"%s\",result=\"%s\"} %" PRIu64 "\n", agency_text(i, agency),
                    results[result], text->numbers->committer.agency[i].counters.bets[result]);
}

static void put_frames(const struct text *text)
{
    static const struct family family = { "sorteo_frames", COUNTER, NULL,
                                          "Whole frames, by kind, and what became of them." };
    char agency[16];

    head(text, &family);
    for (unsigned i = 0; i <= text->view->agencies; i++)
        for (unsigned kind = 0; kind < FRAME_KINDS; kind++)
            for (unsigned result = 0; result < FRAME_RESULTS; result++)
                fprintf(text->out, "sorteo_frames_total{agency=\"%s\",frame=\"%s\",result=\"%s\"} %" PRIu64 "\n",
                        agency_text(i, agency), frames[kind], results[result],
                        text->numbers->committer.agency[i].counters.frames[kind][result]);
}

static void put_escaped(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            (void)putc('\\', out);
        (void)putc(*text, out);
    }
}

static void put_refusals(const struct text *text)
{
    static const struct family family = { "sorteo_refusals", COUNTER, NULL,
                                          "Requests that were refused, by the reason in the log." };
    const struct reasons *reasons = &text->numbers->committer.refusals;

    head(text, &family);
    for (unsigned i = 0; i < REASONS_MAX && reasons->list[i].text[0] != '\0'; i++) {
        fprintf(text->out, "sorteo_refusals_total{reason=\"");
        put_escaped(text->out, reasons->list[i].text);
        fprintf(text->out, "\"} %" PRIu64 "\n", reasons->list[i].count);
    }
}

static void put_requests(const struct text *text)
{
    static const struct family answers = {
        "sorteo_answer_duration_seconds", HISTOGRAM, "seconds",
        "From a request's arrival at the committer until its result is sent: its wait for the commit with it."
    };
    static const struct family commits = { "sorteo_commit_duration_seconds", HISTOGRAM, "seconds",
                                           "Commits of the store that succeeded." };
    static const struct family failed = { "sorteo_commits_failed", COUNTER, NULL, "Commits that failed." };
    static const struct family checkpoints = { "sorteo_checkpoints", COUNTER, NULL,
                                               "Moves of committed bets from the store's log into its file." };
    const struct committer_counters *counters = &text->numbers->committer.counters;

    put_bets(text);
    put_frames(text);
    put_refusals(text);
    histogram(text, &answers, &counters->answers);
    histogram(text, &commits, &counters->commits);
    single(text, &failed, counters->failed_commits);
    single(text, &checkpoints, counters->checkpoints);
}

/* ---- Rounds ---------------------------------------------------------------------------------- */

static void put_phases(const struct text *text)
{
    static const struct family family = { "sorteo_agency_phase", GAUGE, NULL,
                                          "1 for the phase that an agency is in, 0 for the others." };

    head(text, &family);
    for (unsigned i = 1; i <= text->view->agencies; i++)
        for (unsigned phase = 0; phase <= AGENCY_DRAWN; phase++)
            fprintf(text->out, "sorteo_agency_phase{agency=\"%u\",phase=\"%s\"} %u\n", i, agency_phase_names[phase],
                    text->numbers->committer.agency[i].phase == phase);
}

static void put_agencies(const struct text *text)
{
    static const struct family round = { "sorteo_agency_round", GAUGE, NULL, "The round that an agency is in." };
    static const struct family bets = { "sorteo_agency_round_bets", GAUGE, NULL,
                                        "Bets of its round that are stored for an agency." };

    put_phases(text);
    head(text, &round);
    for (unsigned i = 1; i <= text->view->agencies; i++)
        fprintf(text->out, "sorteo_agency_round{agency=\"%u\"} %" PRIu32 "\n", i,
                text->numbers->committer.agency[i].round);
    head(text, &bets);
    for (unsigned i = 1; i <= text->view->agencies; i++)
        fprintf(text->out, "sorteo_agency_round_bets{agency=\"%u\"} %" PRIu64 "\n", i,
                text->numbers->committer.agency[i].bets);
}

static void put_rounds(const struct text *text)
{
    static const struct family draws = { "sorteo_draws", COUNTER, NULL, "Rounds that this server has drawn." };
    static const struct family drawing = { "sorteo_draw_under_way", GAUGE, NULL, "1 while a draw is under way." };
    static const struct family drawn = { "sorteo_drawn_round", GAUGE, NULL, "The round that was drawn last, or 0." };
    static const struct family collected = { "sorteo_collected_rounds", GAUGE, NULL,
                                             "Rounds whose winners all agencies have acknowledged." };
    static const struct family winners = { "sorteo_draw_winners", GAUGE, NULL, "Winners of the round drawn last." };
    static const struct family when = { "sorteo_draw_timestamp_seconds", GAUGE, "seconds",
                                        "When this server drew last, or 0." };
    const struct committer_numbers *committer = &text->numbers->committer;

    put_agencies(text);
    single(text, &draws, committer->counters.draws);
    single(text, &drawing, committer->is_drawing);
    single(text, &drawn, committer->drawn);
    single(text, &collected, committer->collected);
    single(text, &winners, committer->winners);
    single(text, &when, committer->drawn_at_s);
}

/* ---- All ------------------------------------------------------------------------------------- */

const char *openmetrics_type(enum metrics_format format)
{
    return format == METRICS_OPEN ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                                  : "text/plain; version=0.0.4; charset=utf-8";
}

char *openmetrics_text(const struct view *view, enum metrics_format format, size_t *len)
{
    char *body = NULL;
    struct text text = { .out = open_memstream(&body, len), .numbers = &view->numbers, .view = view, .format = format };

    if (text.out == NULL)
        return NULL;
    put_server(&text);
    put_connections(&text);
    put_requests(&text);
    put_rounds(&text);
    if (format == METRICS_OPEN)
        fprintf(text.out, "# EOF\n");
    bool failed = ferror(text.out) != 0;
    if (fclose(text.out) == 0 && !failed)
        return body;
    free(body);
    return NULL;
}
