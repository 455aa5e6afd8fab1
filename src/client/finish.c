/* See finish.h. */
#include "client/finish.h"

#include "base/fault.h"
#include "base/system.h"

struct finish {
    const struct finish_settings *settings;
    struct uplink *link;
    struct winners *winners;
    bool asked; /* a byte of the FINISH under way was handed to the kernel */
    bool told;  /* WINNERS have begun, once at least: they can be told */
};

/* ---- Frames ---------------------------------------------------------------------------------- */

/* OK: it is with the kernel. LOST, NONSENSE (bytes came that were not due), STOPPED. */
static enum uplink_outcome send_whole(struct finish *finish, const uint8_t *bytes, size_t len)
{
    struct sorteo_event event;
    size_t done = 0, sent;
    enum uplink_outcome outcome = UPLINK_AGAIN;
    uplink_expect(finish->link, SORTEO_REPLY_NONE);
    while (outcome == UPLINK_AGAIN) {
        if (uplink_send(finish->link, bytes + done, len - done, &sent) == UPLINK_OK) {
            finish->asked = true;
            done += sent;
        }
        if (done == len)
            return UPLINK_OK;
        outcome = uplink_wait(finish->link, true, UINT64_MAX);
        if (outcome == UPLINK_OK)
            outcome = uplink_next(finish->link, &event);
    }
    return outcome;
}

/* Has the server ended the connection, as it may after any ANSWER? AGAIN: no. */
static enum uplink_outcome look_for_end(struct finish *finish)
{
    struct sorteo_event event;
    uplink_expect(finish->link, SORTEO_REPLY_NONE);
    return uplink_next(finish->link, &event);
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

/* OK: *winners is complete. LOST, NONSENSE, STOPPED. */
static enum uplink_outcome read_winners(struct finish *finish)
{
    struct sorteo_event event;
    uplink_expect(finish->link, SORTEO_REPLY_WINNERS);
    for (;;) {
        enum uplink_outcome outcome = uplink_next(finish->link, &event);
        if (outcome == UPLINK_OK && event.kind == SORTEO_WINNERS_END)
            return UPLINK_OK;
        if (outcome == UPLINK_OK)
            take(finish, &event);
        else if (outcome == UPLINK_AGAIN)
            outcome = uplink_wait(finish->link, false, UINT64_MAX);
        if (outcome != UPLINK_OK)
            return outcome;
    }
}

/* FINISH and its WINNERS. */
static enum uplink_outcome ask(struct finish *finish)
{
    uint8_t frame[16];
    size_t len;
    finish->asked = false;
    if (sorteo_encode_finish(finish->settings->dialect, finish->settings->key, finish->settings->agency, frame,
                             sizeof frame, &len) != SORTEO_E_OK)
        return uplink_nonsense(finish->link, "a FINISH of more than 16 bytes");
    enum uplink_outcome outcome = look_for_end(finish);
    FAULT_POINT("finish-is-sent");
    if (outcome == UPLINK_AGAIN)
        outcome = send_whole(finish, frame, len);
    FAULT_POINT("finish-sent");
    if (outcome != UPLINK_OK)
        return outcome;
    if (finish->settings->finished != NULL)
        finish->settings->finished(finish->settings->context);
    return read_winners(finish);
}

static enum uplink_outcome send_receipt(struct finish *finish)
{
    uint8_t frame[4];
    size_t len;
    if (sorteo_encode_receipt(finish->settings->dialect, frame, sizeof frame, &len) != SORTEO_E_OK)
        return uplink_nonsense(finish->link, "a RECEIPT of more than 4 bytes");
    return send_whole(finish, frame, len);
}

/* ---- In order -------------------------------------------------------------------------------- */

/* All that is to be asked over one connection; *winners is complete with OK. */
static enum uplink_outcome ask_all(struct finish *finish, bool *last)
{
    enum uplink_outcome outcome = UPLINK_OK;
    *last = false;
    if (finish->settings->empty_round) {
        outcome = ask(finish);
        if (outcome == UPLINK_OK)
            outcome = send_receipt(finish);
        if (outcome != UPLINK_OK)
            return outcome;
    }
    *last = true;
    return ask(finish);
}

/* The winners are here, so the run has what it came for. A receipt that gets lost with its
 * connection is harmless: the agency's next FINISH repeats these winners and its next BATCH stands
 * for the receipt (section 7). So it is sent once, by a run; one that resumes in `keyed` sends it
 * again. */
static void acknowledge(struct finish *finish)
{
    const struct finish_settings *settings = finish->settings;
    FAULT_POINT("winners-read");
    bool kept = settings->told == NULL || settings->told(settings->context, finish->winners);
    FAULT_POINT("winners-kept");
    if (kept && send_receipt(finish) == UPLINK_OK &&
        wire_close_in_order(&finish->link->wire, clock_ms() + settings->settle_ms, -1) &&
        settings->acknowledged != NULL)
        settings->acknowledged(settings->context);
    FAULT_POINT("receipt-kept");
    uplink_close(finish->link);
}

enum finish_outcome finish_run(const struct finish_settings *settings, struct uplink *link, struct winners *winners)
{
    struct finish finish = { .settings = settings, .link = link, .winners = winners };
    if (settings->ask_once && settings->asked_before) {
        uplink_close(link);
        return FINISH_UNTOLD;
    }
    for (;;) {
        bool last = false;
        enum uplink_outcome outcome = uplink_up(link);
        if (outcome == UPLINK_OK)
            outcome = ask_all(&finish, &last);
        if (outcome == UPLINK_OK) {
            acknowledge(&finish);
            return FINISH_DONE;
        }
        if (settings->empty_round && last && finish.asked) {
            uplink_close(link);
            return FINISH_DOUBT;
        }
        if (outcome == UPLINK_LOST && settings->ask_once && finish.asked && !finish.told)
            return FINISH_UNTOLD;
        if (outcome != UPLINK_LOST) {
            uplink_close(link);
            return outcome == UPLINK_STOPPED ? FINISH_STOPPED : FINISH_FAILED;
        }
    }
}
