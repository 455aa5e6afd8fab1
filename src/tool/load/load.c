/* See load.h. */
#include "tool/load/load.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/address.h"
#include "base/options.h"
#include "base/printable.h"
#include "base/usage_error.h"
#include "codec/protocol.h"
#include "tool/dialect_option.h"
#include "tool/load/load_report.h"
#include "tool/output.h"
#include "tool/stop.h"

#define PROGRAM "sorteo load"

enum { EXIT_STORED = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

struct settings {
    unsigned dialect;
    uint64_t agencies, rate, duration_ms, bets, window, idle, frames_per_connection, seed;
    const char *batch;
    const char *plot;
    bool json;
};

static int bad_usage(const char *what, const char *why)
{
    (void)usage_error(PROGRAM, "%s: %s", what, why);
    return EXIT_USAGE;
}

static int fail(const char *what, const char *why)
{
    printable_line(stderr, PROGRAM ": %s: %s", what, why);
    return EXIT_FAILED;
}

static int report(const struct settings *settings, struct load_result *result)
{
    const struct load_totals *totals = result->totals;
    int status = EXIT_STORED;

    times_sort(&result->totals->times);
    result->seconds = (double)(totals->last_ns - totals->begin_ns) / 1e9;
    if (totals->times.count == 0)
        return fail("no answer", "nothing was measured");
    if (settings->json)
        load_report_json(result);
    else
        load_report_text(result);
    if (settings->plot != NULL && !load_plot_write(result, settings->plot))
        status = fail(settings->plot, strerror(errno));
    if (!output_flush(PROGRAM))
        return EXIT_FAILED;
    if (totals->refused + totals->unanswered + totals->malformed + result->behind > 0)
        status = EXIT_FAILED;
    return status;
}

/* Asked before the run: after it, what was measured could not be drawn any more. Changes
 * nothing. */
static bool can_write(const char *path)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    bool is_new = fd < 0 && errno == ENOENT;

    if (is_new)
        fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return false;
    (void)close(fd);
    return !is_new || unlink(path) == 0;
}

static int run(const struct settings *settings, struct load_settings *load, const char *server)
{
    struct load_totals totals;
    struct load_result result = { .settings = load, .totals = &totals };
    int status = EXIT_FAILED;

    stop_catch();
    switch (load_run(load, &totals, &result.behind)) {
    case LOAD_DONE:
        status = report(settings, &result);
        break;
    case LOAD_BATCH:
        status = bad_usage("--batch", "so many bets do not fit into the 8,000 bytes of a frame");
        break;
    case LOAD_CONNECT:
        status = fail(server, strerror(errno));
        break;
    case LOAD_MEMORY:
        status = fail("out of memory", "try fewer agencies");
        break;
    }
    times_fini(&totals.times);
    return status;
}

static int check(const struct settings *settings, const char *server)
{
    struct load_settings load = { .dialect = (enum sorteo_dialect)settings->dialect,
                                  .agencies = (unsigned)settings->agencies,
                                  .rate = settings->rate,
                                  .duration_ms = settings->duration_ms,
                                  .bets = settings->bets,
                                  .window = (unsigned)settings->window,
                                  .idle = settings->idle,
                                  .frames_per_connection = settings->frames_per_connection,
                                  .seed = settings->seed };
    char host[256], port[16];
    uint64_t batch = 0;
    const char *why;

    if (settings->batch != NULL && strcasecmp(settings->batch, "auto") != 0 &&
        !options_number(settings->batch, 1, protocol_batch_most(load.dialect), &batch))
        return bad_usage("--batch", "neither 'auto' nor a number of bets that a batch may have (sorteo describe)");
    if (settings->bets > 0 && settings->bets < settings->agencies)
        return bad_usage("--bets", "fewer than one for each agency");
    load.batch = (uint32_t)batch;
    if (server == NULL)
        return bad_usage("HOST:PORT", "where does the server listen");
    if (address_resolve(server, false, &load.server, 1, &why) == 0)
        return address_split(server, host, sizeof host, port, sizeof port) ? fail(server, why) : bad_usage(server, why);
    if (settings->plot != NULL && !can_write(settings->plot))
        return fail(settings->plot, strerror(errno));
    return run(settings, &load, server);
}

int load_main(int argc, char **argv)
{
    struct settings settings = { .agencies = 5, .duration_ms = 10000, .window = 1, .seed = 1 };
    const struct option_spec table[] = {
        dialect_option(&settings.dialect, "The dialect that the server speaks."),
        { .name = "agencies",
          .kind = OPTION_NUMBER,
          .value = &settings.agencies,
          .min = 1,
          .max = UINT8_MAX,
          .help = "Agencies 1 to N send, each over one connection. Default 5." },
        { .name = "idle",
          .kind = OPTION_NUMBER,
          .value = &settings.idle,
          .max = 100000,
          .metavar = "N",
          .help = "Further connections that send nothing. Default 0." },
        { .name = "frames-per-connection",
          .kind = OPTION_NUMBER,
          .value = &settings.frames_per_connection,
          .max = UINT32_MAX,
          .metavar = "N",
          .help = "Open a new connection after N frames. Default 0: never." },
        { .name = "batch",
          .kind = OPTION_TEXT,
          .value = &settings.batch,
          .metavar = "N|auto",
          .help = "Bets per frame. auto, the default: as many as fit into 8,000 bytes." },
        { .name = "window",
          .kind = OPTION_NUMBER,
          .value = &settings.window,
          .min = 1,
          .max = LINE_WINDOW_MAX,
          .metavar = "W",
          .help = "Frames that a connection sends ahead of their answers. Default 1." },
        { .name = "rate",
          .kind = OPTION_NUMBER,
          .value = &settings.rate,
          .max = 1000000,
          .metavar = "N",
          .help = "Frames per second of all agencies together, due at regular intervals whether the server keeps up or "
                  "not. An answer is timed from when its frame was due, so time spent waiting counts. 0, the default: "
                  "each connection sends its next frame when there is room in its window." },
        { .name = "duration",
          .kind = OPTION_SECONDS,
          .value = &settings.duration_ms,
          .min = 1,
          .max = 86400000,
          .metavar = "S",
          .help = "Send for S seconds. Default 10." },
        { .name = "bets",
          .kind = OPTION_NUMBER,
          .value = &settings.bets,
          .max = UINT64_C(1000000000000),
          .metavar = "N",
          .help = "Stop earlier, when about N bets were sent. Default 0: no limit." },
        { .name = "seed",
          .kind = OPTION_NUMBER,
          .value = &settings.seed,
          .max = UINT64_MAX,
          .help = "The seed from which the bettors are made up. Default 1." },
        { .name = "json", .kind = OPTION_FLAG, .value = &settings.json, .help = "Print one line of JSON." },
        { .name = "plot",
          .kind = OPTION_TEXT,
          .value = &settings.plot,
          .metavar = "FILE.svg",
          .help = "Also draw the run as an SVG file: bets per second, and how long answers took." },
    };
    const struct options_program program = {
        .name = PROGRAM,
        .synopsis = "[OPTION]... HOST:PORT",
        .version = SORTEO_VERSION,
        .summary = "Sends made-up bets to a server for some seconds, and prints how many it stored and how long its "
                   "answers took. The bets stay in the server's round, which is not finished.",
        .epilogue = "Exit status: 0 every frame that was due was stored, 1 some were refused,\n"
                    "unanswered or never sent, or the server cannot be reached, 2 usage.\n",
        .options = table,
        .option_count = sizeof table / sizeof table[0],
    };
    int operand;
    enum options_outcome outcome = options_parse(&program, argc, argv, 1, &operand);

    if (outcome != OPTIONS_OK)
        return options_exit_status(outcome);
    return check(&settings, operand < argc ? argv[operand] : NULL);
}
