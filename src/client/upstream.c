/* See upstream.h. */
#include "client/upstream.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "base/system.h"

#define PAUSE_FACTOR 50u
#define CONNECT_MAX_MS 10000u
#define CONNECT_MIN_MS 1000u
#define STANDING_MS 10000u /* a connection that stood this long, and longer than --retry-for, got somewhere */

void upstream_init(struct upstream *link, const struct upstream_settings *settings)
{
    *link = (struct upstream){
        .settings = *settings,
        .backoff = { .first_ms = settings->pause_ms, .most_ms = PAUSE_FACTOR * settings->pause_ms },
    };
    transport_init(&link->transport, settings->tls, settings->tls_name);
    if (getrandom(&link->random, sizeof link->random, 0) != sizeof link->random)
        link->random = clock_ns(); /* good enough to keep agencies apart */
}

void upstream_close(struct upstream *link)
{
    transport_close(&link->transport);
}

/* ---- Up and down ----------------------------------------------------------------------------- */

static void note_progress(struct upstream *link)
{
    link->without_ms = 0;
    backoff_reset(&link->backoff);
}

/* The connection is gone; decides how soon there may be another. */
static enum upstream_outcome lose(struct upstream *link, const char *why)
{
    uint64_t stood_ms = clock_ms() - link->opened_ms;
    if (link->answers > 0 || (stood_ms > STANDING_MS && stood_ms > link->settings.retry_ms))
        note_progress(link);
    if (link->answers == 0)
        (void)backoff_next(&link->backoff);
    snprintf(link->why, sizeof link->why, "%s", why);
    transport_close(&link->transport);
    return UPSTREAM_LOST;
}

/* Over TLS the server tells us late that it refuses our certificate: we may have sent frames. It
 * has taken none of them. */
static enum upstream_outcome fail_refused(struct upstream *link, const char *why)
{
    snprintf(link->why, sizeof link->why, "%.100s: %.400s", link->settings.server, why);
    link->untaken = link->answers == 0;
    transport_close(&link->transport);
    return UPSTREAM_FAILED;
}

static enum upstream_outcome give_up(struct upstream *link)
{
    char why[UPSTREAM_WHY_MAX];
    snprintf(why, sizeof why, "%s", link->why);
    snprintf(link->why, sizeof link->why, "%.300s: gave up after %" PRIu64 ".%" PRIu64 " s without progress: %.150s",
             link->settings.server, link->without_ms / 1000, link->without_ms % 1000 / 100, why);
    return UPSTREAM_FAILED;
}

/* OK, FAILED when there is no time left for it, STOPPED. */
static enum upstream_outcome pause_before_attempt(struct upstream *link)
{
    if (link->backoff.wait_ms == 0)
        return UPSTREAM_OK;
    if (link->without_ms >= link->settings.retry_ms)
        return give_up(link);
    uint64_t left_ms = link->settings.retry_ms - link->without_ms;
    uint64_t pause_ms = backoff_jitter(&link->random, link->backoff.wait_ms);
    if (pause_ms > left_ms)
        pause_ms = left_ms;
    if (link->settings.retrying != NULL)
        link->settings.retrying(link->settings.context, link->why, pause_ms);
    link->without_ms += pause_ms;
    return transport_pause(clock_ms() + pause_ms, link->settings.stop_fd) == TRANSPORT_STOPPED ? UPSTREAM_STOPPED
                                                                                               : UPSTREAM_OK;
}

static void start_replies(struct upstream *link)
{
    link->answers = 0;
    link->broken = false;
    link->opened_ms = link->active_ms = clock_ms();
    link->received = 0;
    link->base = link->len = 0;
    sorteo_decoder_init(&link->decoder, link->settings.dialect, SORTEO_REPLY_STREAM, 0);
}

/* How long one attempt may take: at most what is left for attempts, but long enough for one. */
static uint64_t open_limit_ms(const struct upstream *link)
{
    uint64_t retry_ms = link->settings.retry_ms;
    uint64_t left_ms = retry_ms > link->without_ms ? retry_ms - link->without_ms : 0;
    if (retry_ms == 0 || left_ms > CONNECT_MAX_MS)
        return CONNECT_MAX_MS;
    return left_ms > CONNECT_MIN_MS ? left_ms : CONNECT_MIN_MS;
}

/* One attempt. OK, LOST, STOPPED. */
static enum upstream_outcome attempt(struct upstream *link)
{
    char why[TRANSPORT_WHY_MAX];
    uint64_t begin_ms = clock_ms(), open_ms = open_limit_ms(link);
    switch (transport_open(&link->transport, link->settings.server, begin_ms + open_ms, link->settings.stop_fd, why)) {
    case TRANSPORT_OK:
        start_replies(link);
        return UPSTREAM_OK;
    case TRANSPORT_STOPPED:
        return UPSTREAM_STOPPED;
    case TRANSPORT_REFUSED:
        link->answers = 0;
        return fail_refused(link, why);
    default:
        link->without_ms += clock_ms() - begin_ms;
        (void)backoff_next(&link->backoff);
        snprintf(link->why, sizeof link->why, "%s", why);
        return UPSTREAM_LOST;
    }
}

enum upstream_outcome upstream_up(struct upstream *link)
{
    enum upstream_outcome outcome = transport_is_open(&link->transport) ? UPSTREAM_OK : UPSTREAM_LOST;
    while (outcome == UPSTREAM_LOST) {
        outcome = pause_before_attempt(link);
        if (outcome == UPSTREAM_OK)
            outcome = attempt(link);
    }
    return outcome;
}

/* ---- Replies --------------------------------------------------------------------------------- */

void upstream_expect(struct upstream *link, enum sorteo_reply reply)
{
    sorteo_decoder_expect(&link->decoder, reply);
}

enum upstream_outcome upstream_nonsense(struct upstream *link, const char *what)
{
    snprintf(link->why, sizeof link->why,
             "%.300s: unexpected data from the server (%s); is it a sorteo server, with this dialect, on this port?",
             link->settings.server, what);
    transport_close(&link->transport);
    return UPSTREAM_NONSENSE;
}

/* Makes room in buf and reads once. OK, AGAIN, LOST. */
static enum upstream_outcome refill(struct upstream *link)
{
    char why[TRANSPORT_WHY_MAX];
    size_t done = (size_t)(sorteo_decoder_keep(&link->decoder) - link->base);
    size_t count;
    memmove(link->buf, link->buf + done, link->len - done);
    link->len -= done;
    link->base += done;
    switch (transport_receive(&link->transport, link->buf + link->len, sizeof link->buf - link->len, &count, why)) {
    case TRANSPORT_OK:
        link->len += count;
        link->received += count;
        link->active_ms = clock_ms();
        return UPSTREAM_OK;
    case TRANSPORT_AGAIN:
        return link->broken ? lose(link, "the server broke the connection off") : UPSTREAM_AGAIN;
    case TRANSPORT_REFUSED:
        return fail_refused(link, why);
    default:
        return lose(link, why);
    }
}

/* What a server over TLS says to a client without: an alert, of TLS 1.0 to 1.3. */
static bool is_alert(const struct upstream *link)
{
    return link->settings.tls == NULL && link->base == 0 && link->len >= 2 && link->buf[0] == 0x15 &&
           link->buf[1] == 0x03;
}

enum upstream_outcome upstream_next(struct upstream *link, struct sorteo_event *event)
{
    for (;;) {
        struct sorteo_window window = { .bytes = link->buf, .len = link->len, .base = link->base };
        enum sorteo_event_kind kind = sorteo_decoder_next(&link->decoder, &window, event);
        if (kind == SORTEO_ERROR && is_alert(link))
            return fail_refused(link, "the server speaks TLS here; see --tls");
        if (kind == SORTEO_ERROR)
            return upstream_nonsense(link, sorteo_code_text(link->decoder.error.code));
        if (kind == SORTEO_ANSWER) { /* what shows that the server takes our frames */
            link->answers++;
            note_progress(link);
        }
        if (kind != SORTEO_MORE)
            return UPSTREAM_OK;
        enum upstream_outcome outcome = refill(link);
        if (outcome != UPSTREAM_OK)
            return outcome;
    }
}

enum upstream_outcome upstream_send(struct upstream *link, const uint8_t *bytes, size_t len, size_t *sent)
{
    char why[TRANSPORT_WHY_MAX];
    if (link->broken)
        return UPSTREAM_AGAIN;
    enum transport_outcome outcome = transport_send(&link->transport, bytes, len, sent, why);
    link->broken = outcome == TRANSPORT_LOST;
    if (outcome == TRANSPORT_OK)
        link->active_ms = clock_ms();
    return outcome == TRANSPORT_OK ? UPSTREAM_OK : UPSTREAM_AGAIN;
}

enum upstream_outcome upstream_wait(struct upstream *link, bool to_write, uint64_t deadline_ms)
{
    if (link->broken)
        return UPSTREAM_OK;
    switch (transport_wait(&link->transport, to_write, deadline_ms, link->settings.stop_fd)) {
    case TRANSPORT_STOPPED:
        return UPSTREAM_STOPPED;
    case TRANSPORT_TIMEOUT:
        return UPSTREAM_TIMEOUT;
    default:
        return UPSTREAM_OK;
    }
}

/* Nothing came of this connection, however long it stood: the time counts for --retry-for. */
static enum upstream_outcome lose_silent(struct upstream *link)
{
    uint64_t answer_ms = link->settings.answer_ms;
    link->without_ms += clock_ms() - link->active_ms;
    (void)backoff_next(&link->backoff);
    snprintf(link->why, sizeof link->why, "the server was silent for %" PRIu64 ".%" PRIu64 " s (--answer-timeout)",
             answer_ms / 1000, answer_ms % 1000 / 100);
    transport_close(&link->transport);
    return UPSTREAM_LOST;
}

enum upstream_outcome upstream_await(struct upstream *link, bool to_write)
{
    uint64_t answer_ms = link->settings.answer_ms;
    uint64_t deadline_ms = answer_ms > 0 ? link->active_ms + answer_ms : UINT64_MAX;
    enum upstream_outcome outcome = upstream_wait(link, to_write, deadline_ms);
    return outcome == UPSTREAM_TIMEOUT ? lose_silent(link) : outcome;
}
