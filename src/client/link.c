/* See link.h. */
#include "link.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "system.h"

#define PAUSE_FIRST_MS 100u
#define PAUSE_MAX_MS   5000u
#define CONNECT_MAX_MS 10000u
#define STANDING_MS    10000u /* a connection that stood this long, and longer than --retry-for, got somewhere */

void link_init(struct link *link, const struct link_settings *settings)
{
    *link = (struct link){ .settings = *settings };
    connection_init(&link->connection);
    if (getrandom(&link->random, sizeof link->random, 0) != sizeof link->random)
        link->random = clock_ns(); /* good enough to keep agencies apart */
}

void link_close(struct link *link)
{
    connection_close(&link->connection);
}

/* ---- Up and down ------------------------------------------------------------------------------------ */

/* Between a half and the whole of it, so that agencies that lost the same server do not come back as one (splitmix64). */
static uint64_t with_jitter(struct link *link, uint64_t pause_ms)
{
    uint64_t mixed = link->random += UINT64_C(0x9e3779b97f4a7c15);
    mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94d049bb133111eb);
    return pause_ms / 2 + (mixed ^ (mixed >> 31)) % (pause_ms / 2 + 1);
}

static void lengthen_pause(struct link *link)
{
    uint64_t longer = link->pause_ms == 0 ? PAUSE_FIRST_MS : 2 * link->pause_ms;
    link->pause_ms = longer < PAUSE_MAX_MS ? longer : PAUSE_MAX_MS;
}

/* The connection is gone; decides how soon there may be another. */
static enum link_outcome lose(struct link *link, const char *why)
{
    uint64_t stood_ms = clock_ms() - link->opened_ms;
    if (link->answers > 0 || (stood_ms > STANDING_MS && stood_ms > link->settings.retry_ms))
        link->without_ms = link->pause_ms = 0;
    if (link->answers == 0)
        lengthen_pause(link);
    snprintf(link->why, sizeof link->why, "%s", why);
    connection_close(&link->connection);
    return LINK_LOST;
}

static enum link_outcome give_up(struct link *link)
{
    char why[LINK_WHY_MAX];
    snprintf(why, sizeof why, "%s", link->why);
    snprintf(link->why, sizeof link->why, "%.300s: gave up after %" PRIu64 ".%" PRIu64 " s without progress: %.150s",
             link->settings.server, link->without_ms / 1000, link->without_ms % 1000 / 100, why);
    return LINK_FAILED;
}

/* OK, FAILED when there is no time left for it, STOPPED. */
static enum link_outcome pause_before_attempt(struct link *link)
{
    if (link->pause_ms == 0)
        return LINK_OK;
    uint64_t pause_ms = with_jitter(link, link->pause_ms);
    if (link->without_ms >= link->settings.retry_ms || pause_ms > link->settings.retry_ms - link->without_ms)
        return give_up(link);
    if (link->settings.retrying != NULL)
        link->settings.retrying(link->settings.context, link->why, pause_ms);
    link->without_ms += pause_ms;
    return connection_pause(clock_ms() + pause_ms, link->settings.stop_fd) == CONNECTION_STOPPED ? LINK_STOPPED : LINK_OK;
}

static void start_replies(struct link *link)
{
    link->answers = 0;
    link->broken = false;
    link->opened_ms = clock_ms();
    link->base = link->len = 0;
    sorteo_decoder_init(&link->decoder, link->settings.dialect, SORTEO_REPLY_STREAM, 0);
}

/* One attempt. OK, LOST, STOPPED. */
static enum link_outcome attempt(struct link *link)
{
    char why[CONNECTION_WHY_MAX];
    uint64_t begin_ms = clock_ms();
    switch (connection_open(&link->connection, link->settings.server, begin_ms + CONNECT_MAX_MS,
                            link->settings.stop_fd, why)) {
    case CONNECTION_OK:
        start_replies(link);
        return LINK_OK;
    case CONNECTION_STOPPED:
        return LINK_STOPPED;
    default:
        link->without_ms += clock_ms() - begin_ms;
        lengthen_pause(link);
        snprintf(link->why, sizeof link->why, "%s", why);
        return LINK_LOST;
    }
}

enum link_outcome link_up(struct link *link)
{
    enum link_outcome outcome = connection_is_open(&link->connection) ? LINK_OK : LINK_LOST;
    while (outcome == LINK_LOST) {
        outcome = pause_before_attempt(link);
        if (outcome == LINK_OK)
            outcome = attempt(link);
    }
    return outcome;
}

/* ---- Replies ---------------------------------------------------------------------------------------- */

void link_expect(struct link *link, enum sorteo_reply reply)
{
    sorteo_decoder_expect(&link->decoder, reply);
}

enum link_outcome link_nonsense(struct link *link, const char *what)
{
    snprintf(link->why, sizeof link->why,
             "%.300s: what the server sent is no reply (%s); is it a sorteo server, of this dialect, and the right port?",
             link->settings.server, what);
    connection_close(&link->connection);
    return LINK_NONSENSE;
}

/* Makes room in buf and reads once. OK, AGAIN, LOST. */
static enum link_outcome refill(struct link *link)
{
    char why[CONNECTION_WHY_MAX];
    size_t done = (size_t)(sorteo_decoder_keep(&link->decoder) - link->base);
    size_t count;
    memmove(link->buf, link->buf + done, link->len - done);
    link->len -= done;
    link->base += done;
    switch (connection_receive(&link->connection, link->buf + link->len, sizeof link->buf - link->len, &count, why)) {
    case CONNECTION_OK:
        link->len += count;
        return LINK_OK;
    case CONNECTION_AGAIN:
        return link->broken ? lose(link, "the server broke the connection off") : LINK_AGAIN;
    default:
        return lose(link, why);
    }
}

/* An ANSWER is what shows that the server takes our frames. */
static void note_progress(struct link *link)
{
    link->answers++;
    link->without_ms = link->pause_ms = 0;
}

enum link_outcome link_next(struct link *link, struct sorteo_event *event)
{
    for (;;) {
        struct sorteo_window window = { .bytes = link->buf, .len = link->len, .base = link->base };
        enum sorteo_event_kind kind = sorteo_decoder_next(&link->decoder, &window, event);
        if (kind == SORTEO_ERROR)
            return link_nonsense(link, sorteo_code_text(link->decoder.error.code));
        if (kind == SORTEO_ANSWER)
            note_progress(link);
        if (kind != SORTEO_MORE)
            return LINK_OK;
        enum link_outcome outcome = refill(link);
        if (outcome != LINK_OK)
            return outcome;
    }
}

enum link_outcome link_send(struct link *link, const uint8_t *bytes, size_t len, size_t *sent)
{
    char why[CONNECTION_WHY_MAX];
    if (link->broken)
        return LINK_AGAIN;
    enum connection_outcome outcome = connection_send(&link->connection, bytes, len, sent, why);
    link->broken = outcome == CONNECTION_LOST;
    return outcome == CONNECTION_OK ? LINK_OK : LINK_AGAIN;
}

enum link_outcome link_wait(struct link *link, bool to_write, uint64_t deadline_ms)
{
    if (link->broken)
        return LINK_OK;
    switch (connection_wait(&link->connection, to_write, deadline_ms, link->settings.stop_fd)) {
    case CONNECTION_STOPPED:
        return LINK_STOPPED;
    case CONNECTION_TIMEOUT:
        return LINK_TIMEOUT;
    default:
        return LINK_OK;
    }
}
