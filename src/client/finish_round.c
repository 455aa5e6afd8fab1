/* See finish_round.h. */
#include "client/finish_round.h"

#include "base/fault.h"
#include "base/system.h"

struct finish {
    const struct finish_settings *settings;
    struct upstream *link;
    struct winners *winners;
    bool asked; /* a byte of the FINISH under way was handed to the kernel */
    bool told;  /* WINNERS have begun, once at least: they can be told */
};

/* ---- Frames ---------------------------------------------------------------------------------- */

/* OK: it is with the kernel. LOST, NONSENSE (bytes came that were not due), STOPPED. */
static enum upstream_outcome send_whole(struct finish *finish, const uint8_t *bytes, size_t len)
{
    struct sorteo_event event;
    size_t done = 0, sent;
    enum upstream_outcome outcome = UPSTREAM_AGAIN;
    upstream_expect(finish->link, SORTEO_REPLY_NONE);
    while (outcome == UPSTREAM_AGAIN) {
        if (upstream_send(finish->link, bytes + done, len - done, &sent) == UPSTREAM_OK) {
            finish->asked = true;
            done += sent;
        }
        if (done == len)
            return UPSTREAM_OK;
        outcome = upstream_await(finish->link, true);
        if (outcome == UPSTREAM_OK)
            outcome = upstream_next(finish->link, &event);
    }
    return outcome;
}

/* Has the server ended the connection, as it may after any ANSWER? AGAIN: no. */
static enum upstream_outcome look_for_end(struct finish *finish)
{
    struct sorteo_event event;
    upstream_expect(finish->link, SORTEO_REPLY_NONE);
    return upstream_next(finish->link, &event);
}

static void take(struct finish *finish, const struct sorteo_event *event)
{
    struct winners *winners = finish->winners;
    if (event->kind == SORTEO_WINNERS_BEGIN) {
        finish->told = true;
        winners->count = 0;
    }
    if (event->kind == SORTEO_WINNER && winners->count < WINNERS_MAX)
        winners->documents[winners->count++] = event->document;
}

/* OK: *winners is complete. LOST, NONSENSE, STOPPED. The draw may be days away, and until then
 * keep-alive finds out whether the server is still there; once WINNERS have begun, they are
 * awaited. */
static enum upstream_outcome read_winners(struct finish *finish)
{
    struct sorteo_event event;
    const uint64_t before = finish->link->received;
    upstream_expect(finish->link, SORTEO_REPLY_WINNERS);
    for (;;) {
        enum upstream_outcome outcome = upstream_next(finish->link, &event);
        if (outcome == UPSTREAM_OK && event.kind == SORTEO_WINNERS_END)
            return UPSTREAM_OK;
        if (outcome == UPSTREAM_OK)
            take(finish, &event);
        else if (outcome == UPSTREAM_AGAIN)
            outcome = finish->link->received > before ? upstream_await(finish->link, false)
                                                      : upstream_wait(finish->link, false, UINT64_MAX);
        if (outcome != UPSTREAM_OK)
            return outcome;
    }
}

/* FINISH and its WINNERS. */
static enum upstream_outcome ask(struct finish *finish)
{
    uint8_t frame[16];
    size_t len;
    finish->asked = false;
    if (sorteo_encode_finish(finish->settings->dialect, finish->settings->key, finish->settings->agency, frame,
                             sizeof frame, &len) != SORTEO_E_OK)
        return upstream_nonsense(finish->link, "a FINISH of more than 16 bytes");
    enum upstream_outcome outcome = look_for_end(finish);
    FAULT_POINT("finish-is-sent");
    if (outcome == UPSTREAM_AGAIN)
        outcome = send_whole(finish, frame, len);
    FAULT_POINT("finish-sent");
    if (outcome != UPSTREAM_OK)
        return outcome;
    if (finish->settings->finished != NULL)
        finish->settings->finished(finish->settings->context);
    return read_winners(finish);
}

static enum upstream_outcome send_receipt(struct finish *finish)
{
    uint8_t frame[4];
    size_t len;
    if (sorteo_encode_receipt(finish->settings->dialect, frame, sizeof frame, &len) != SORTEO_E_OK)
        return upstream_nonsense(finish->link, "a RECEIPT of more than 4 bytes");
    return send_whole(finish, frame, len);
}

/* ---- In order -------------------------------------------------------------------------------- */

/* All that is to be asked over one connection; *winners is complete with OK. */
static enum upstream_outcome ask_all(struct finish *finish, bool *last)
{
    enum upstream_outcome outcome = UPSTREAM_OK;
    *last = false;
    if (finish->settings->empty_round) {
        outcome = ask(finish);
        if (outcome == UPSTREAM_OK)
            outcome = send_receipt(finish);
        if (outcome != UPSTREAM_OK)
            return outcome;
    }
    *last = true;
    return ask(finish);
}

/* The winners are here, so the run has what it came for. A receipt that gets lost with its
 * connection is harmless: the agency's next FINISH repeats these winners and its next BATCH stands
 * for the receipt (section 7). So it is sent once, by a run; one that resumes with keys sends it
 * again. */
static void acknowledge(struct finish *finish)
{
    const struct finish_settings *settings = finish->settings;
    FAULT_POINT("winners-read");
    bool kept = settings->told == NULL || settings->told(settings->context, finish->winners);
    FAULT_POINT("winners-kept");
    if (kept && send_receipt(finish) == UPSTREAM_OK &&
        transport_close_cleanly(&finish->link->transport, clock_ms() + settings->settle_ms,
                                finish->link->settings.stop_fd) &&
        settings->acknowledged != NULL)
        settings->acknowledged(settings->context);
    FAULT_POINT("receipt-kept");
    upstream_close(finish->link);
}

enum finish_outcome finish_round(const struct finish_settings *settings, struct upstream *link, struct winners *winners)
{
    struct finish finish = { .settings = settings, .link = link, .winners = winners };
    if (settings->ask_once && settings->asked_before) {
        upstream_close(link);
        return FINISH_UNTOLD;
    }
    for (;;) {
        bool last = false;
        enum upstream_outcome outcome = upstream_up(link);
        if (outcome == UPSTREAM_OK)
            outcome = ask_all(&finish, &last);
        if (outcome == UPSTREAM_OK) {
            acknowledge(&finish);
            return FINISH_DONE;
        }
        if (settings->empty_round && last && finish.asked && !link->untaken) {
            upstream_close(link);
            return FINISH_DOUBT;
        }
        if (outcome == UPSTREAM_LOST && settings->ask_once && finish.asked && !finish.told)
            return FINISH_UNTOLD;
        if (outcome != UPSTREAM_LOST) {
            upstream_close(link);
            return outcome == UPSTREAM_STOPPED ? FINISH_STOPPED : FINISH_FAILED;
        }
    }
}
