/* See progress.h. */
#include "client/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/system.h"

#define REDRAW_MS 100u
#define BAR_WIDTH 20u

void progress_init(struct progress *progress, uint64_t total)
{
    const char *terminal = getenv("TERM");
    *progress = (struct progress){ .total = total, .begin_ms = clock_ms() };
    progress->enabled = isatty(STDERR_FILENO) && terminal != NULL && strcmp(terminal, "dumb") != 0;
}

static void write_bar(const char *bar, unsigned done, char out[static BAR_WIDTH + 1])
{
    for (unsigned i = 0; i < BAR_WIDTH; i++)
        out[i] = i < done ? bar[0] : bar[1];
    out[BAR_WIDTH] = '\0';
}

const char *progress_text(const struct progress *progress, uint64_t elapsed_ms, char out[static PROGRESS_LINE_MAX])
{
    char bar[BAR_WIDTH + 1];
    double rate = elapsed_ms > 0 ? (double)progress->done * 1000.0 / (double)elapsed_ms : 0.0;
    if (progress->total == 0) {
        snprintf(out, PROGRESS_LINE_MAX, "%" PRIu64 " bets  %.0f/s", progress->done, rate);
        return out;
    }
    double part = (double)progress->done / (double)progress->total;
    double left = rate > 0 ? ((double)progress->total - (double)progress->done) / rate : 0.0;
    uint64_t seconds = left > 0 ? (uint64_t)(left + 0.5) : 0;
    write_bar("#-", (unsigned)(part * BAR_WIDTH), bar);
    snprintf(out, PROGRESS_LINE_MAX, "[%s] %3.0f %%  %" PRIu64 "/%" PRIu64 " bets  %.0f/s  %" PRIu64 ":%02u left", bar,
             part * 100.0, progress->done, progress->total, rate, seconds / 60, (unsigned)(seconds % 60));
    return out;
}

void progress_add(struct progress *progress, uint64_t bets)
{
    char text[PROGRESS_LINE_MAX], line[PROGRESS_LINE_MAX + 8];
    progress->done += bets;
    if (!progress->enabled)
        return;
    uint64_t now_ms = clock_ms();
    if (progress->shown && now_ms - progress->drawn_ms < REDRAW_MS)
        return;
    progress->drawn_ms = now_ms;
    progress->shown = true;
    progress_text(progress, now_ms - progress->begin_ms, text);
    int len = snprintf(line, sizeof line, "\r\033[K%s", text);
    (void)write_all(STDERR_FILENO, line, (size_t)len);
}

void progress_hide(struct progress *progress)
{
    if (progress->shown)
        (void)write_all(STDERR_FILENO, "\r\033[K", 4);
    progress->shown = false;
}
