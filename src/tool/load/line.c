/* See line.h. */
#include "tool/load/line.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/socket_options.h"
#include "base/system.h"

#define RETRY_NS UINT64_C(100000000)

enum sorteo_code line_init(struct line *line, const struct address *server, enum sorteo_dialect dialect, uint8_t agency,
                           uint32_t batch, uint64_t seed, const struct line_pace *pace, struct load_totals *totals)
{
    *line = (struct line){ .fd = -1, .server = server, .dialect = dialect, .pace = *pace, .totals = totals };
    return stock_init(&line->stock, dialect, agency, batch, seed);
}

void line_fini(struct line *line)
{
    line_close(line);
    stock_fini(&line->stock);
}

void line_start(struct line *line, uint64_t first_ns)
{
    line->pace.first_ns = first_ns;
}

/* ---- The connection -------------------------------------------------------------------------- */

void line_close(struct line *line)
{
    if (line->fd >= 0)
        (void)close(line->fd);
    line->fd = -1;
    line->is_open = false;
    line->totals->unanswered += line->count;
    line->count = line->first = 0;
    line->out.len = line->out_at = 0;
}

/* The server's side ended it, or it broke. */
static void lose(struct line *line, uint64_t *counter)
{
    line_close(line);
    (*counter)++;
    line->retry_ns = clock_ns() + RETRY_NS;
}

static void dial(struct line *line)
{
    line->on_connection = 0;
    line->fd = socket(line->server->storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (line->fd < 0 || (connect(line->fd, (const struct sockaddr *)&line->server->storage, line->server->len) != 0 &&
                         errno != EINPROGRESS))
        lose(line, &line->totals->failed);
}

static void greet(struct line *line)
{
    struct pollfd polled = { .fd = line->fd, .events = POLLOUT };
    int error = 0;
    socklen_t len = sizeof error;

    if (line->fd < 0 || poll(&polled, 1, 0) == 0)
        return;
    if (getsockopt(line->fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0 || error != 0) {
        lose(line, &line->totals->failed);
        return;
    }
    socket_send_at_once(line->fd);
    sorteo_decoder_init(&line->decoder, line->dialect, SORTEO_REPLY_STREAM, 0);
    line->is_open = true;
}

/* ---- Answers --------------------------------------------------------------------------------- */

static void note_answer(struct line *line, bool stored)
{
    struct load_totals *totals = line->totals;
    uint64_t now_ns = clock_ns();
    const struct time_note note = { .at_ns = now_ns - totals->begin_ns,
                                    .took_ns = now_ns - line->flying[line->first].due_ns,
                                    .bets = stored ? line->flying[line->first].bets : 0 };

    times_add(&totals->times, &note);
    totals->last_ns = now_ns;
    totals->stored += stored;
    totals->refused += !stored;
    totals->stored_bets += note.bets;
    line->first = (line->first + 1) % LINE_WINDOW_MAX;
    line->count--;
}

/* False if a byte is not an answer, or none is due. */
static bool read_answers(struct line *line, const uint8_t *bytes, size_t len)
{
    const struct sorteo_window window = { .bytes = bytes, .len = len, .base = line->decoder.offset };
    struct sorteo_event event;

    for (;;) {
        sorteo_decoder_expect(&line->decoder, line->count > 0 ? SORTEO_REPLY_ANSWER : SORTEO_REPLY_NONE);
        switch (sorteo_decoder_next(&line->decoder, &window, &event)) {
        case SORTEO_ANSWER:
            note_answer(line, event.stored);
            break;
        case SORTEO_MORE:
            return true;
        default:
            return false;
        }
    }
}

static void receive(struct line *line)
{
    uint8_t buf[256];

    while (line->is_open) {
        ssize_t got = recv(line->fd, buf, sizeof buf, 0);

        if (got < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (got <= 0)
            lose(line, &line->totals->lost);
        else if (!read_answers(line, buf, (size_t)got))
            lose(line, &line->totals->malformed);
        else if ((size_t)got < sizeof buf)
            return;
    }
}

/* ---- Frames ---------------------------------------------------------------------------------- */

static uint64_t next_due_ns(const struct line *line)
{
    return line->pace.first_ns + line->frames * line->pace.every_ns;
}

static bool has_more(const struct line *line)
{
    return line->bets < line->pace.most;
}

static bool is_used_up(const struct line *line)
{
    return line->pace.frames_per_connection != 0 && line->on_connection >= line->pace.frames_per_connection;
}

static bool may_begin(const struct line *line)
{
    return line->is_open && line->out.len == 0 && line->count < line->pace.window && has_more(line) &&
           !is_used_up(line);
}

static void begin(struct line *line, uint64_t now_ns)
{
    unsigned place = (line->first + line->count++) % LINE_WINDOW_MAX;

    line->flying[place].due_ns = line->pace.every_ns > 0 ? next_due_ns(line) : now_ns;
    line->out = stock_next(&line->stock);
    line->out_at = 0;
    line->flying[place].bets = line->out.bets;
    line->frames++;
    line->on_connection++;
    line->bets += line->out.bets;
}

/* Hands over what the kernel takes of the frame under way. */
static void push(struct line *line)
{
    while (line->is_open && line->out_at < line->out.len) {
        ssize_t sent = send(line->fd, line->out.bytes + line->out_at, line->out.len - line->out_at, MSG_NOSIGNAL);

        if (sent >= 0)
            line->out_at += (size_t)sent;
        else if (errno == EAGAIN || errno == EINTR)
            return;
        else
            lose(line, &line->totals->lost);
    }
    line->out.len = line->out_at = 0;
}

void line_step(struct line *line, uint64_t now_ns, bool stops)
{
    if (line->fd < 0 && now_ns >= line->retry_ns && !stops && has_more(line))
        dial(line);
    if (!line->is_open)
        greet(line);
    if (line->is_open)
        receive(line);
    if (is_used_up(line) && line->count == 0 && line->out.len == 0)
        line_close(line);
    push(line);
    while (!stops && may_begin(line) && next_due_ns(line) <= now_ns) {
        begin(line, now_ns);
        push(line);
    }
}

short line_events(const struct line *line)
{
    return line->is_open && line->out.len == 0 ? POLLIN : POLLIN | POLLOUT;
}

uint64_t line_wakes_ns(const struct line *line, bool stops)
{
    if (stops || !has_more(line))
        return UINT64_MAX;
    if (line->fd < 0)
        return line->retry_ns;
    return may_begin(line) ? next_due_ns(line) : UINT64_MAX;
}

bool line_is_done(const struct line *line, bool stops)
{
    return (stops || !has_more(line)) && line->count == 0;
}

uint64_t line_behind(const struct line *line, uint64_t now_ns)
{
    uint64_t due;

    if (line->pace.every_ns == 0 || now_ns <= line->pace.first_ns)
        return 0;
    due = (now_ns - line->pace.first_ns - 1) / line->pace.every_ns + 1;
    return due > line->frames ? due - line->frames : 0;
}
