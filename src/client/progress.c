/* See progress.h. */
#include "client/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
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

void progress_server(struct progress *progress, const char *server)
{
    snprintf(progress->server, sizeof progress->server, "%s", server);
}

/* Says where the bets go to, if that is known and there is room. Returns out. */
static const char *with_server(const struct progress *progress, size_t columns, char out[static PROGRESS_LINE_MAX])
{
    char text[PROGRESS_SERVER_MAX + 8];
    size_t used = strlen(out);
    int len = snprintf(text, sizeof text, "  at %s", progress->server);
    if (progress->server[0] != '\0' && used + (size_t)len <= columns)
        snprintf(out + used, PROGRESS_LINE_MAX - used, "%s", text);
    return out;
}

const char *progress_text(const struct progress *progress, uint64_t elapsed_ms, size_t columns,
                          char out[static PROGRESS_LINE_MAX])
{
    char bar[BAR_WIDTH + 1], counts[PROGRESS_LINE_MAX / 2], left_text[32] = "";
    uint64_t own = progress->done - progress->recalled;
    double rate = elapsed_ms > 0 ? (double)own * 1000.0 / (double)elapsed_ms : 0.0;
    if (progress->total == 0) {
        snprintf(counts, sizeof counts, "%" PRIu64 " bets  %.0f/s", progress->done, rate);
        snprintf(out, PROGRESS_LINE_MAX, "%.*s", (int)columns, counts);
        return with_server(progress, columns, out);
    }
    double part = (double)progress->done / (double)progress->total;
    double left = rate > 0 ? ((double)progress->total - (double)progress->done) / rate : 0.0;
    uint64_t seconds = left > 0 ? (uint64_t)(left + 0.5) : 0;
    write_bar("#-", (unsigned)(part * BAR_WIDTH), bar);
    snprintf(counts, sizeof counts, "%3.0f %%  %" PRIu64 "/%" PRIu64 " bets", part * 100.0, progress->done,
             progress->total);
    snprintf(left_text, sizeof left_text, "%" PRIu64 ":%02u left", seconds / 60, (unsigned)(seconds % 60));
    if ((size_t)snprintf(out, PROGRESS_LINE_MAX, "[%s] %s  %.0f/s  %s", bar, counts, rate, left_text) <= columns)
        return with_server(progress, columns, out);
    if ((size_t)snprintf(out, PROGRESS_LINE_MAX, "%s  %s", counts, left_text) <= columns)
        return out;
    snprintf(out, PROGRESS_LINE_MAX, "%.*s", (int)columns, counts);
    return out;
}

/* Of the terminal, now: it may have been resized. */
static size_t terminal_columns(void)
{
    struct winsize size = { 0 };
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return 80;
    return size.ws_col;
}

/* A terminal that became narrower has broken what was shown into several lines. All of them go. */
static void erase(const struct progress *progress, size_t columns)
{
    char codes[32];
    size_t lines = progress->width > 0 ? (progress->width - 1) / columns : 0;
    int len = lines > 0 ? snprintf(codes, sizeof codes, "\033[%zuA\r\033[J", lines)
                        : snprintf(codes, sizeof codes, "\r\033[K");
    (void)write_all(STDERR_FILENO, codes, (size_t)len);
}

void progress_recall(struct progress *progress, uint64_t bets)
{
    progress->recalled += bets;
    progress_add(progress, bets);
}

void progress_add(struct progress *progress, uint64_t bets)
{
    char text[PROGRESS_LINE_MAX];
    progress->done += bets;
    if (!progress->enabled)
        return;
    uint64_t now_ms = clock_ms();
    if (progress->shown && now_ms - progress->drawn_ms < REDRAW_MS)
        return;
    size_t columns = terminal_columns();
    if (progress->shown)
        erase(progress, columns);
    progress->drawn_ms = now_ms;
    progress->shown = true;
    progress_text(progress, now_ms - progress->begin_ms, columns - 1, text); /* the last column would wrap */
    progress->width = strlen(text);
    (void)write_all(STDERR_FILENO, "\r", 1);
    (void)write_all(STDERR_FILENO, text, progress->width);
}

void progress_hide(struct progress *progress)
{
    if (progress->shown)
        erase(progress, terminal_columns());
    progress->shown = false;
}
