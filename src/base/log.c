/*
 * The log of log.h. Knows nothing of bets, and never stops its caller for a reader that does not
 * read.
 *
 * O_NONBLOCK belongs to the open file description, which a terminal or pipe shares with other
 * programs. So a pipe or terminal is opened again through /proc, and only the new description is
 * made non-blocking. Processes that fork after log_open share it: a line is one write, so lines
 * stay whole.
 */
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/printable.h"
#include "base/system.h"

const char *const log_level_names[] = { "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL", NULL };

static const char *const result_names[] = { "success", "fail", "in_progress" };

enum sink_kind {
    SINK_FILE,   /* a regular file, /dev/null: never waits for a reader */
    SINK_SOCKET, /* send with MSG_DONTWAIT */
    SINK_READER, /* a pipe or terminal of our own description, non-blocking */
    SINK_POLLED  /* a pipe or terminal that could not be opened again: asked before each write */
};

/* A reader that is slow, not gone, may hold us up for this long in every second, all lines
 * together. */
#define PATIENCE_MS 20u
#define PATIENCE_PERIOD_MS 1000u

static struct {
    int fd;
    enum sink_kind kind;
    enum log_level level;
    int reopened;  /* the descriptor that log_open made, or -1 */
    bool torn;     /* the last write ended inside a line */
    uint64_t lost; /* lines dropped since the last one told of them … */
    pid_t lost_by; /* … by this process: a child does not tell of its parent's */
    uint64_t period_began_ms;
    uint64_t waited_ms; /* in this period */
} sink = { .fd = STDOUT_FILENO, .kind = SINK_POLLED, .level = LOG_INFO, .reopened = -1 };

bool log_level_find(const char *name, enum log_level *level)
{
    if (strcasecmp(name, "WARN") == 0)
        name = "WARNING";
    for (unsigned i = 0; log_level_names[i] != NULL; i++) {
        if (strcasecmp(name, log_level_names[i]) == 0) {
            *level = (enum log_level)i;
            return true;
        }
    }
    return false;
}

bool log_is_enabled(enum log_level level)
{
    return level >= sink.level;
}

bool log_become_output(void)
{
    if (sink.fd != STDOUT_FILENO && dup2(sink.fd, STDOUT_FILENO) == -1)
        return false;
    sink.fd = STDOUT_FILENO;
    sink.reopened = -1;
    return true;
}

static int reopen_nonblocking(int fd)
{
    char path[40];

    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    return open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

void log_open(int fd, enum log_level level)
{
    struct stat about;

    if (sink.reopened >= 0)
        (void)close(sink.reopened);
    sink.fd = fd;
    sink.kind = SINK_FILE;
    sink.level = level;
    sink.reopened = -1;
    sink.torn = false;
    if (fstat(fd, &about) != 0)
        return;
    if (S_ISSOCK(about.st_mode)) {
        sink.kind = SINK_SOCKET;
    } else if (S_ISFIFO(about.st_mode) || isatty(fd)) {
        sink.reopened = reopen_nonblocking(fd);
        sink.kind = sink.reopened >= 0 ? SINK_READER : SINK_POLLED;
        if (sink.reopened >= 0)
            sink.fd = sink.reopened;
    }
}

/* ---- Writing without waiting ----------------------------------------------------------------- */

static ssize_t sink_write(const char *line, size_t len)
{
    struct pollfd writable = { .fd = sink.fd, .events = POLLOUT };

    if (sink.kind == SINK_SOCKET)
        return send(sink.fd, line, len, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sink.kind == SINK_POLLED && poll(&writable, 1, 0) == 0) {
        errno = EAGAIN;
        return -1;
    }
    return write(sink.fd, line, len);
}

/* Writes with the two signals that a write can raise kept from the process: a reader that went away
 * must not kill it (SIGPIPE), a terminal that it is not in the foreground of must not stop it
 * (SIGTTOU). Costs three system calls more than the write. */
static ssize_t write_without_signals(const char *line, size_t len)
{
    static const struct timespec at_once = { 0, 0 };
    sigset_t raised, before, pending;
    bool was_pending;
    ssize_t written;
    int err;

    (void)sigemptyset(&raised);
    (void)sigaddset(&raised, SIGPIPE);
    (void)sigaddset(&raised, SIGTTOU);
    (void)sigpending(&pending);
    was_pending = sigismember(&pending, SIGPIPE) == 1;
    (void)pthread_sigmask(SIG_BLOCK, &raised, &before);
    written = sink_write(line, len);
    err = errno;
    if (written < 0 && err == EPIPE && !was_pending) {
        (void)sigdelset(&raised, SIGTTOU);
        (void)sigtimedwait(&raised, NULL, &at_once);
    }
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = err;
    return written;
}

/* A file has no reader, and a socket is asked for no signal. */
static ssize_t sink_write_quietly(const char *line, size_t len)
{
    const bool raises = sink.kind != SINK_FILE && sink.kind != SINK_SOCKET;

    return raises ? write_without_signals(line, len) : sink_write(line, len);
}

/* May the reader be waited for? Waits until there is room, but never longer than what is left of
 * the patience. */
static bool wait_for_room(void)
{
    struct pollfd writable = { .fd = sink.fd, .events = POLLOUT };
    uint64_t began_ms = clock_ms();
    int ready;

    if (began_ms - sink.period_began_ms >= PATIENCE_PERIOD_MS) {
        sink.period_began_ms = began_ms;
        sink.waited_ms = 0;
    }
    if (sink.waited_ms >= PATIENCE_MS)
        return false;
    ready = poll(&writable, 1, (int)(PATIENCE_MS - sink.waited_ms));
    sink.waited_ms += clock_ms() - began_ms + 1;
    return ready > 0;
}

/* False if the line was not written whole. */
static bool put_line(const char *line, size_t len)
{
    ssize_t written;

    for (;;) {
        written = sink_write_quietly(line, len);
        if (written >= 0)
            break;
        if (errno == EINTR)
            continue;
        if (errno != EAGAIN || !wait_for_room())
            return false;
    }
    sink.torn = (size_t)written < len;
    return !sink.torn;
}

/* ---- Making a line --------------------------------------------------------------------------- */

/* A line under way: one byte of room is always kept for the line's end. */
struct line {
    char text[LOG_LINE_MAX];
    size_t len;
    bool cut;
};

static void __attribute__((format(printf, 2, 0))) line_append(struct line *line, const char *format, va_list values)
{
    size_t room = sizeof line->text - line->len;
    int made = vsnprintf(line->text + line->len, room, format, values);

    if (made < 0)
        return;
    line->cut = line->cut || (size_t)made >= room;
    line->len += (size_t)made < room ? (size_t)made : room - 1;
}

static void __attribute__((format(printf, 2, 3))) line_add(struct line *line, const char *format, ...)
{
    va_list values;

    va_start(values, format);
    line_append(line, format, values);
    va_end(values);
}

static void line_begin(struct line *line, enum log_level level, const char *action, enum log_result result)
{
    struct tm calendar = { 0 };
    time_t now = time(NULL);

    (void)localtime_r(&now, &calendar);
    line->len = 0;
    line->cut = false;
    if (sink.torn)
        line->text[line->len++] = '\n';
    line_add(line, "%04d-%02d-%02d %02d:%02d:%02d %-8s action: %s | result: %s", calendar.tm_year + 1900,
             calendar.tm_mon + 1, calendar.tm_mday, calendar.tm_hour, calendar.tm_min, calendar.tm_sec,
             log_level_names[level], action, result_names[result]);
}

/* Cuts at a character's first byte, so that a line that was well-formed UTF-8 still is. */
static void line_mark_cut(struct line *line)
{
    static const char mark[] = "...";

    line->len = sizeof line->text - sizeof mark;
    while (line->len > 0 && ((unsigned char)line->text[line->len] & 0xc0u) == 0x80u)
        line->len--;
    memcpy(line->text + line->len, mark, sizeof mark - 1);
    line->len += sizeof mark - 1;
}

static bool line_end(struct line *line)
{
    size_t begin = sink.torn ? 1 : 0;

    if (line->cut)
        line_mark_cut(line);
    for (size_t i = begin; i < line->len; i++) {
        if (line->text[i] == '\n' || line->text[i] == '\r')
            line->text[i] = ' ';
    }
    line->text[line->len++] = '\n';
    return put_line(line->text, line->len);
}

static bool tell_of_lost_lines(void)
{
    struct line line;

    if (sink.lost_by != getpid())
        sink.lost = 0;
    if (sink.lost == 0)
        return true;
    line_begin(&line, LOG_WARNING, "log", LOG_FAIL);
    line_add(&line, " | lineas_perdidas: %llu", (unsigned long long)sink.lost);
    if (!line_end(&line))
        return false;
    sink.lost = 0;
    return true;
}

void log_event(enum log_level level, const char *action, enum log_result result, const char *format, ...)
{
    struct line line;
    va_list values;
    int err = errno; /* a caller may log first and look at errno then */

    if (!log_is_enabled(level))
        return;
    if (sink.lost > 0 && !tell_of_lost_lines()) {
        sink.lost++;
        errno = err;
        return;
    }
    line_begin(&line, level, action, result);
    if (format != NULL) {
        line_add(&line, " | ");
        va_start(values, format);
        line_append(&line, format, values);
        va_end(values);
    }
    if (!line_end(&line)) {
        sink.lost++;
        sink.lost_by = getpid();
    }
    errno = err;
}

const char *log_clean(char *out, size_t cap, const char *text)
{
    printable(out, cap, text);
    for (char *bar = cap > 0 ? strchr(out, '|') : NULL; bar != NULL; bar = strchr(bar, '|'))
        *bar = '/';
    return out;
}
