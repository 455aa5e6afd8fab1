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
    transport_init(&link->transport, settings->tls);
    route_init(&link->route, settings->servers);
    route_text(&link->route, link->server);
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
    link->tried_all = link->has_hope = false;
    backoff_reset(&link->backoff);
    route_settle(&link->route);
}

/* Over TLS the server tells us late that it refuses our certificate: we may have sent frames. It
 * has taken none of them. */
static enum upstream_outcome fail_refused(struct upstream *link, const char *why)
{
    snprintf(link->why, sizeof link->why, "%.100s: %.400s", link->server, why);
    link->untaken = link->answers == 0;
    transport_close(&link->transport);
    return UPSTREAM_FAILED;
}

/* This address is of no use now, for the reason in `why`; decides which comes next, and how soon.
 * LOST; FAILED when none of a whole turn is worth another attempt. */
static enum upstream_outcome move_on(struct upstream *link, bool may_pass)
{
    link->has_failed = true;
    link->has_hope |= may_pass;
    link->ends_turn = route_next(&link->route);
    if (!link->ends_turn)
        return UPSTREAM_LOST;
    bool had_hope = link->has_hope;
    link->tried_all = true;
    link->has_hope = false;
    (void)backoff_next(&link->backoff);
    char why[UPSTREAM_WHY_MAX];
    snprintf(why, sizeof why, "%s", link->why);
    return had_hope ? UPSTREAM_LOST : fail_refused(link, why);
}

/* The connection is gone. One that brought an answer is followed by another one to the same
 * address. */
static enum upstream_outcome lose(struct upstream *link, const char *why)
{
    uint64_t stood_ms = clock_ms() - link->opened_ms;
    if (link->answers > 0 || (stood_ms > STANDING_MS && stood_ms > link->settings.retry_ms))
        note_progress(link);
    snprintf(link->why, sizeof link->why, "%s", why);
    transport_close(&link->transport);
    return link->answers == 0 ? move_on(link, true) : UPSTREAM_LOST;
}

static enum upstream_outcome give_up(struct upstream *link)
{
    char why[UPSTREAM_WHY_MAX], time[64];
    snprintf(why, sizeof why, "%s", link->why);
    snprintf(time, sizeof time, "gave up after %" PRIu64 ".%" PRIu64 " s without progress", link->without_ms / 1000,
             link->without_ms % 1000 / 100);
    if (link->settings.servers->count == 1)
        snprintf(link->why, sizeof link->why, "%.270s: %s: %.150s", link->server, time, why);
    else
        snprintf(link->why, sizeof link->why, "%s at any of %u servers; the last was %.230s: %.150s", time,
                 link->settings.servers->count, link->server, why);
    return UPSTREAM_FAILED;
}

/* At the end of a turn: the back-off's, as far as there is time for it. */
static uint64_t pause_due_ms(struct upstream *link)
{
    if (!link->ends_turn)
        return 0;
    uint64_t left_ms = link->settings.retry_ms - link->without_ms;
    uint64_t wait_ms = backoff_jitter(&link->random, link->backoff.wait_ms);
    return wait_ms < left_ms ? wait_ms : left_ms;
}

/* After a failure. OK, FAILED when there is no time left for another attempt, STOPPED. */
static enum upstream_outcome pause_before_attempt(struct upstream *link)
{
    if (!link->has_failed)
        return UPSTREAM_OK;
    if (link->tried_all && link->without_ms >= link->settings.retry_ms)
        return give_up(link);
    uint64_t pause_ms = pause_due_ms(link);
    link->has_failed = false;
    if (link->settings.retrying != NULL)
        link->settings.retrying(link->settings.context, link->server, link->why, pause_ms);
    link->without_ms += pause_ms;
    return transport_pause(clock_ms() + pause_ms, link->settings.stop_fd) == TRANSPORT_STOPPED ? UPSTREAM_STOPPED
                                                                                               : UPSTREAM_OK;
}

static void start_replies(struct upstream *link)
{
    link->broken = false;
    link->opened_ms = link->active_ms = clock_ms();
    link->received = 0;
    link->base = link->len = 0;
    sorteo_decoder_init(&link->decoder, link->settings.dialect, SORTEO_REPLY_STREAM, 0);
}

/* How long finding or opening one address may take: its part of what is left for attempts, but long
 * enough for one. */
static uint64_t open_limit_ms(const struct upstream *link)
{
    uint64_t retry_ms = link->settings.retry_ms;
    uint64_t left_ms = retry_ms > link->without_ms ? retry_ms - link->without_ms : 0;
    uint64_t part_ms = left_ms / route_left(&link->route);
    if (retry_ms == 0 || part_ms > CONNECT_MAX_MS)
        return CONNECT_MAX_MS;
    return part_ms > CONNECT_MIN_MS ? part_ms : CONNECT_MIN_MS;
}

/* Finds the address whose turn it is, and opens a connection to it. OK, LOST, REFUSED, UNFIT,
 * STOPPED. */
static enum transport_outcome open_next(struct upstream *link, char why[static TRANSPORT_WHY_MAX])
{
    int stop_fd = link->settings.stop_fd;
    const char *name = link->settings.tls_name;
    enum transport_outcome outcome = route_find(&link->route, clock_ms() + open_limit_ms(link), stop_fd, why);
    route_text(&link->route, link->server);
    if (outcome != TRANSPORT_OK)
        return outcome;
    return transport_open(&link->transport, route_address(&link->route),
                          name != NULL ? name : route_server(&link->route)->host, clock_ms() + open_limit_ms(link),
                          stop_fd, why);
}

/* Says where the connection goes, if it could go elsewhere. */
static void tell_connected(struct upstream *link)
{
    if (link->settings.connected == NULL || !route_has_choice(&link->route) || strcmp(link->told, link->server) == 0)
        return;
    snprintf(link->told, sizeof link->told, "%s", link->server);
    link->settings.connected(link->settings.context, link->server);
}

/* One attempt. OK, LOST, FAILED, STOPPED. */
static enum upstream_outcome attempt(struct upstream *link)
{
    char why[TRANSPORT_WHY_MAX];
    uint64_t begin_ms = clock_ms();
    enum transport_outcome outcome = open_next(link, why);
    link->answers = 0;
    switch (outcome) {
    case TRANSPORT_OK:
        start_replies(link);
        tell_connected(link);
        return UPSTREAM_OK;
    case TRANSPORT_STOPPED:
        return UPSTREAM_STOPPED;
    case TRANSPORT_REFUSED:
        return fail_refused(link, why);
    default:
        link->without_ms += clock_ms() - begin_ms;
        snprintf(link->why, sizeof link->why, "%s", why);
        return move_on(link, outcome != TRANSPORT_UNFIT);
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
             link->server, what);
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
    case TRANSPORT_UNFIT:
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
    snprintf(link->why, sizeof link->why, "the server was silent for %" PRIu64 ".%" PRIu64 " s (--answer-timeout)",
             answer_ms / 1000, answer_ms % 1000 / 100);
    transport_close(&link->transport);
    return move_on(link, true);
}

enum upstream_outcome upstream_await(struct upstream *link, bool to_write)
{
    uint64_t answer_ms = link->settings.answer_ms;
    uint64_t deadline_ms = answer_ms > 0 ? link->active_ms + answer_ms : UINT64_MAX;
    enum upstream_outcome outcome = upstream_wait(link, to_write, deadline_ms);
    return outcome == UPSTREAM_TIMEOUT ? lose_silent(link) : outcome;
}
