/* See finish.h. */
#include "finish.h"

#include "system.h"

struct finish {
    const struct finish_settings *settings;
    struct link *link;
    struct winners *winners;
    bool asked;             /* a byte of the FINISH under way was handed to the kernel */
};

/* ---- Frames ----------------------------------------------------------------------------------------- */

/* OK: it is with the kernel. LOST, NONSENSE (bytes came that were not due), STOPPED. */
static enum link_outcome send_whole(struct finish *finish, const uint8_t *bytes, size_t len)
{
    struct sorteo_event event;
    size_t done = 0;
    link_expect(finish->link, SORTEO_REPLY_NONE);
    enum link_outcome outcome = link_next(finish->link, &event); /* has the server ended the connection? */
    while (outcome == LINK_AGAIN) {
        size_t sent;
        if (link_send(finish->link, bytes + done, len - done, &sent) == LINK_OK) {
            finish->asked = true;
            done += sent;
        }
        if (done == len)
            return LINK_OK;
        outcome = link_wait(finish->link, true, UINT64_MAX);
        if (outcome == LINK_OK)
            outcome = link_next(finish->link, &event);
    }
    return outcome;
}

static void take(struct winners *winners, const struct sorteo_event *event)
{
    if (event->kind == SORTEO_WINNERS_BEGIN)
        winners->count = 0;
    if (event->kind == SORTEO_WINNER && winners->count < WINNERS_MAX)
        winners->documents[winners->count++] = event->document;
}

/* OK: *winners is complete. LOST, NONSENSE, STOPPED. */
static enum link_outcome read_winners(struct finish *finish)
{
    struct sorteo_event event;
    link_expect(finish->link, SORTEO_REPLY_WINNERS);
    for (;;) {
        enum link_outcome outcome = link_next(finish->link, &event);
        if (outcome == LINK_OK && event.kind == SORTEO_WINNERS_END)
            return LINK_OK;
        if (outcome == LINK_OK)
            take(finish->winners, &event);
        else if (outcome == LINK_AGAIN)
            outcome = link_wait(finish->link, false, UINT64_MAX);
        if (outcome != LINK_OK)
            return outcome;
    }
}

/* FINISH and its WINNERS. */
static enum link_outcome ask(struct finish *finish)
{
    uint8_t frame[16];
    size_t len;
    finish->asked = false;
    if (sorteo_encode_finish(finish->settings->dialect, finish->settings->key, finish->settings->agency, frame,
                             sizeof frame, &len) != SORTEO_E_OK)
        return link_nonsense(finish->link, "a FINISH of more than 16 bytes");
    enum link_outcome outcome = send_whole(finish, frame, len);
    if (outcome != LINK_OK)
        return outcome;
    if (finish->settings->finished != NULL)
        finish->settings->finished(finish->settings->context);
    return read_winners(finish);
}

static enum link_outcome send_receipt(struct finish *finish)
{
    uint8_t frame[4];
    size_t len;
    if (sorteo_encode_receipt(finish->settings->dialect, frame, sizeof frame, &len) != SORTEO_E_OK)
        return link_nonsense(finish->link, "a RECEIPT of more than 4 bytes");
    return send_whole(finish, frame, len);
}

/* ---- In order ----------------------------------------------------------------------------------------- */

/* All that is to be asked over one connection; *winners is complete with OK. */
static enum link_outcome ask_all(struct finish *finish, bool *last)
{
    enum link_outcome outcome = LINK_OK;
    *last = false;
    if (finish->settings->empty_round) {
        outcome = ask(finish);
        if (outcome == LINK_OK)
            outcome = send_receipt(finish);
        if (outcome != LINK_OK)
            return outcome;
    }
    *last = true;
    return ask(finish);
}

/* The winners are here, so the run has what it came for. A receipt that gets lost with its connection is harmless: the agency's next
 * FINISH repeats these winners and its next BATCH stands for the receipt (section 7). So it is sent once. */
static void acknowledge(struct finish *finish)
{
    if (send_receipt(finish) == LINK_OK)
        (void)connection_close_in_order(&finish->link->connection, clock_ms() + finish->settings->settle_ms, -1);
    link_close(finish->link);
}

enum finish_outcome finish_run(const struct finish_settings *settings, struct link *link, struct winners *winners)
{
    struct finish finish = { .settings = settings, .link = link, .winners = winners };
    for (;;) {
        bool last = false;
        enum link_outcome outcome = link_up(link);
        if (outcome == LINK_OK)
            outcome = ask_all(&finish, &last);
        if (outcome == LINK_OK) {
            acknowledge(&finish);
            return FINISH_DONE;
        }
        if (settings->empty_round && last && finish.asked) {
            link_close(link);
            return FINISH_DOUBT;
        }
        if (outcome != LINK_LOST) {
            link_close(link);
            return outcome == LINK_STOPPED ? FINISH_STOPPED : FINISH_FAILED;
        }
    }
}
