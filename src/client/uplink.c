/* See uplink.h. */
#include "client/uplink.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "base/system.h"

#define PAUSE_FACTOR 50u
#define CONNECT_MAX_MS 10000u
#define STANDING_MS 10000u /* a connection that stood this long, and longer than --retry-for, got somewhere */

void uplink_init(struct uplink *link, const struct uplink_settings *settings)
{
    *link = (struct uplink){
        .settings = *settings,
        .backoff = { .first_ms = settings->pause_ms, .most_ms = PAUSE_FACTOR * settings->pause_ms },
    };
    wire_init(&link->wire);
    if (getrandom(&link->random, sizeof link->random, 0) != sizeof link->random)
        link->random = clock_ns(); /* good enough to keep agencies apart */
}

void uplink_close(struct uplink *link)
{
    wire_close(&link->wire);
}

/* ---- Up and down ----------------------------------------------------------------------------- */

static void note_progress(struct uplink *link)
{
    link->without_ms = 0;
    backoff_reset(&link->backoff);
}

/* The connection is gone; decides how soon there may be another. */
static enum uplink_outcome lose(struct uplink *link, const char *why)
{
    uint64_t stood_ms = clock_ms() - link->opened_ms;
    if (link->answers > 0 || (stood_ms > STANDING_MS && stood_ms > link->settings.retry_ms))
        note_progress(link);
    if (link->answers == 0)
        (void)backoff_next(&link->backoff);
    snprintf(link->why, sizeof link->why, "%s", why);
    wire_close(&link->wire);
    return UPLINK_LOST;
}

static enum uplink_outcome give_up(struct uplink *link)
{
    char why[UPLINK_WHY_MAX];
    snprintf(why, sizeof why, "%s", link->why);
    snprintf(link->why, sizeof link->why, "%.300s: gave up after %" PRIu64 ".%" PRIu64 " s without progress: %.150s",
             link->settings.server, link->without_ms / 1000, link->without_ms % 1000 / 100, why);
    return UPLINK_FAILED;
}

/* OK, FAILED when there is no time left for it, STOPPED. */
static enum uplink_outcome pause_before_attempt(struct uplink *link)
{
    if (link->backoff.wait_ms == 0)
        return UPLINK_OK;
    if (link->without_ms >= link->settings.retry_ms)
        return give_up(link);
    uint64_t left_ms = link->settings.retry_ms - link->without_ms;
    uint64_t pause_ms = backoff_jitter(&link->random, link->backoff.wait_ms);
    if (pause_ms > left_ms)
        pause_ms = left_ms;
    if (link->settings.retrying != NULL)
        link->settings.retrying(link->settings.context, link->why, pause_ms);
    link->without_ms += pause_ms;
    return wire_pause(clock_ms() + pause_ms, link->settings.stop_fd) == WIRE_STOPPED ? UPLINK_STOPPED : UPLINK_OK;
}

static void start_replies(struct uplink *link)
{
    link->answers = 0;
    link->broken = false;
    link->opened_ms = clock_ms();
    link->base = link->len = 0;
    sorteo_decoder_init(&link->decoder, link->settings.dialect, SORTEO_REPLY_STREAM, 0);
}

/* One attempt. OK, LOST, STOPPED. */
static enum uplink_outcome attempt(struct uplink *link)
{
    char why[WIRE_WHY_MAX];
    uint64_t begin_ms = clock_ms();
    switch (wire_open(&link->wire, link->settings.server, begin_ms + CONNECT_MAX_MS, link->settings.stop_fd, why)) {
    case WIRE_OK:
        start_replies(link);
        return UPLINK_OK;
    case WIRE_STOPPED:
        return UPLINK_STOPPED;
    default:
        link->without_ms += clock_ms() - begin_ms;
        (void)backoff_next(&link->backoff);
        snprintf(link->why, sizeof link->why, "%s", why);
        return UPLINK_LOST;
    }
}

enum uplink_outcome uplink_up(struct uplink *link)
{
    enum uplink_outcome outcome = wire_is_open(&link->wire) ? UPLINK_OK : UPLINK_LOST;
    while (outcome == UPLINK_LOST) {
        outcome = pause_before_attempt(link);
        if (outcome == UPLINK_OK)
            outcome = attempt(link);
    }
    return outcome;
}

/* ---- Replies --------------------------------------------------------------------------------- */

void uplink_expect(struct uplink *link, enum sorteo_reply reply)
{
    sorteo_decoder_expect(&link->decoder, reply);
}

enum uplink_outcome uplink_nonsense(struct uplink *link, const char *what)
{
    snprintf(
        link->why, sizeof link->why,
        "%.300s: what the server sent is no reply (%s); is it a sorteo server, of this dialect, and the right port?",
        link->settings.server, what);
    wire_close(&link->wire);
    return UPLINK_NONSENSE;
}

/* Makes room in buf and reads once. OK, AGAIN, LOST. */
static enum uplink_outcome refill(struct uplink *link)
{
    char why[WIRE_WHY_MAX];
    size_t done = (size_t)(sorteo_decoder_keep(&link->decoder) - link->base);
    size_t count;
    memmove(link->buf, link->buf + done, link->len - done);
    link->len -= done;
    link->base += done;
    switch (wire_receive(&link->wire, link->buf + link->len, sizeof link->buf - link->len, &count, why)) {
    case WIRE_OK:
        link->len += count;
        return UPLINK_OK;
    case WIRE_AGAIN:
        return link->broken ? lose(link, "the server broke the connection off") : UPLINK_AGAIN;
    default:
        return lose(link, why);
    }
}

enum uplink_outcome uplink_next(struct uplink *link, struct sorteo_event *event)
{
    for (;;) {
        struct sorteo_window window = { .bytes = link->buf, .len = link->len, .base = link->base };
        enum sorteo_event_kind kind = sorteo_decoder_next(&link->decoder, &window, event);
        if (kind == SORTEO_ERROR)
            return uplink_nonsense(link, sorteo_code_text(link->decoder.error.code));
        if (kind == SORTEO_ANSWER) { /* what shows that the server takes our frames */
            link->answers++;
            note_progress(link);
        }
        if (kind != SORTEO_MORE)
            return UPLINK_OK;
        enum uplink_outcome outcome = refill(link);
        if (outcome != UPLINK_OK)
            return outcome;
    }
}

enum uplink_outcome uplink_send(struct uplink *link, const uint8_t *bytes, size_t len, size_t *sent)
{
    char why[WIRE_WHY_MAX];
    if (link->broken)
        return UPLINK_AGAIN;
    enum wire_outcome outcome = wire_send(&link->wire, bytes, len, sent, why);
    link->broken = outcome == WIRE_LOST;
    return outcome == WIRE_OK ? UPLINK_OK : UPLINK_AGAIN;
}

enum uplink_outcome uplink_wait(struct uplink *link, bool to_write, uint64_t deadline_ms)
{
    if (link->broken)
        return UPLINK_OK;
    switch (wire_wait(&link->wire, to_write, deadline_ms, link->settings.stop_fd)) {
    case WIRE_STOPPED:
        return UPLINK_STOPPED;
    case WIRE_TIMEOUT:
        return UPLINK_TIMEOUT;
    default:
        return UPLINK_OK;
    }
}
