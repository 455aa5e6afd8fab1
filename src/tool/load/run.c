/*
 * See run.h.
 *
 * One thread and ppoll: a frame is due at a time in nanoseconds, and the timers of libuv count
 * milliseconds.
 */
#include "tool/load/run.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/system.h"
#include "tool/stop.h"

#define NS_PER_MS UINT64_C(1000000)
#define NS_PER_S UINT64_C(1000000000)
#define GRACE_NS (10 * NS_PER_S) /* for the last answers */

struct run {
    const struct load_settings *settings;
    struct load_totals *totals;
    struct line *lines;
    struct pollfd *polled;
    unsigned count;
    int *idle;
    uint64_t idle_count;
};

/* ---- Before the clock starts ----------------------------------------------------------------- */

static enum load_outcome make_lines(struct run *run)
{
    const struct load_settings *settings = run->settings;
    const struct line_pace pace = { .every_ns = settings->rate > 0 ? settings->agencies * NS_PER_S / settings->rate : 0,
                                    .window = settings->window,
                                    .most = settings->bets > 0 ? settings->bets / settings->agencies : UINT64_MAX,
                                    .frames_per_connection = settings->frames_per_connection };

    for (run->count = 0; run->count < settings->agencies; run->count++) {
        enum sorteo_code code =
            line_init(&run->lines[run->count], &settings->server, settings->dialect, (uint8_t)(run->count + 1),
                      settings->batch, settings->seed, &pace, run->totals);

        if (code != SORTEO_E_OK) {
            stock_fini(&run->lines[run->count].stock);
            return code == SORTEO_E_SPACE ? LOAD_MEMORY : LOAD_BATCH;
        }
    }
    return LOAD_DONE;
}

static enum load_outcome open_idle(struct run *run)
{
    const struct address *server = &run->settings->server;

    for (; run->idle_count < run->settings->idle; run->idle_count++) {
        int fd = socket(server->storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

        run->idle[run->idle_count] = fd;
        if (fd < 0 || connect(fd, (const struct sockaddr *)&server->storage, server->len) != 0) {
            int error = errno;

            if (fd >= 0)
                (void)close(fd);
            errno = error;
            return LOAD_CONNECT;
        }
    }
    return LOAD_DONE;
}

/* ---- While it runs --------------------------------------------------------------------------- */

static void await(struct run *run, uint64_t until_ns, bool stops)
{
    uint64_t now_ns, left_ns;

    for (unsigned i = 0; i < run->count; i++) {
        uint64_t wakes_ns = line_wakes_ns(&run->lines[i], stops);

        until_ns = wakes_ns < until_ns ? wakes_ns : until_ns;
        run->polled[i] = (struct pollfd){ .fd = run->lines[i].fd, .events = line_events(&run->lines[i]) };
    }
    now_ns = clock_ns();
    left_ns = until_ns > now_ns ? until_ns - now_ns : 0;
    (void)ppoll(run->polled, run->count,
                &(struct timespec){ .tv_sec = (time_t)(left_ns / NS_PER_S), .tv_nsec = (long)(left_ns % NS_PER_S) },
                NULL);
}

static bool is_done(const struct run *run, bool stops)
{
    for (unsigned i = 0; i < run->count; i++)
        if (!line_is_done(&run->lines[i], stops))
            return false;
    return true;
}

static bool are_open(const struct run *run)
{
    for (unsigned i = 0; i < run->count; i++)
        if (!run->lines[i].is_open)
            return false;
    return true;
}

/* Connects all lines. None sends yet, because its first frame is not due. */
static enum load_outcome connect_all(struct run *run)
{
    for (unsigned i = 0; i < run->count; i++)
        line_start(&run->lines[i], UINT64_MAX);
    while (!are_open(run) && !stop_asked()) {
        for (unsigned i = 0; i < run->count; i++)
            line_step(&run->lines[i], clock_ns(), false);
        if (run->totals->failed > 0) {
            errno = ECONNREFUSED;
            return LOAD_CONNECT;
        }
        if (!are_open(run))
            await(run, clock_ns() + 100 * NS_PER_MS, false);
    }
    return LOAD_DONE;
}

static void drive(struct run *run, uint64_t *behind)
{
    const struct load_settings *settings = run->settings;
    uint64_t begin_ns = clock_ns(), end_ns = begin_ns + settings->duration_ms * NS_PER_MS, now_ns = begin_ns;
    bool stops = false;

    run->totals->begin_ns = run->totals->last_ns = begin_ns;
    for (unsigned i = 0; i < run->count; i++)
        line_start(&run->lines[i], begin_ns + (settings->rate > 0 ? i * NS_PER_S / settings->rate : 0));
    while (!is_done(run, stops) && now_ns < end_ns + GRACE_NS) {
        now_ns = clock_ns();
        if (!stops && (now_ns >= end_ns || stop_asked())) {
            stops = true;
            end_ns = now_ns < end_ns ? now_ns : end_ns;
            for (unsigned i = 0; i < run->count; i++)
                *behind += line_behind(&run->lines[i], end_ns);
        }
        for (unsigned i = 0; i < run->count; i++)
            line_step(&run->lines[i], now_ns, stops);
        if (!is_done(run, stops))
            await(run, stops ? end_ns + GRACE_NS : end_ns, stops);
    }
}

enum load_outcome load_run(const struct load_settings *settings, struct load_totals *totals, uint64_t *behind)
{
    struct run run = { .settings = settings, .totals = totals };
    enum load_outcome outcome = LOAD_MEMORY;
    int error;

    *totals = (struct load_totals){ .stored = 0 };
    *behind = 0;
    run.lines = calloc(settings->agencies, sizeof *run.lines);
    run.polled = calloc(settings->agencies, sizeof *run.polled);
    run.idle = calloc(settings->idle + 1, sizeof *run.idle);
    if (run.lines != NULL && run.polled != NULL && run.idle != NULL)
        outcome = make_lines(&run);
    if (outcome == LOAD_DONE)
        outcome = open_idle(&run);
    if (outcome == LOAD_DONE)
        outcome = connect_all(&run);
    if (outcome == LOAD_DONE)
        drive(&run, behind);
    error = errno;
    for (unsigned i = 0; i < run.count; i++)
        line_fini(&run.lines[i]);
    for (uint64_t i = 0; i < run.idle_count; i++)
        (void)close(run.idle[i]);
    free(run.lines);
    free(run.polled);
    free(run.idle);
    errno = error;
    return outcome;
}
