/*
 * See sender.h.
 *
 * The window is a ring of frames in the order of the file:
 *
 *     first                                     first + count
 *       | whole: sent, unanswered | part sent | not sent |
 *
 * Answers come in that order, so they always are about the first one.
 */
#include "client/sender.h"

#include <stdlib.h>

#include "base/fault.h"
#include "base/system.h"

struct sender {
    const struct sender_settings *settings;
    struct uplink *link;
    struct batcher *batcher;
    struct ledger *ledger;
    struct frame *frames;
    size_t first, count;
    size_t whole;    /* frames sent over this connection with all their bytes */
    size_t part;     /* bytes sent of the one behind them */
    size_t doubtful; /* of the first frames: sent over a connection that ended before their answers came */
    bool drained;    /* the batcher has no more */
    bool recalls;    /* the frame behind the window is one that an earlier run has stored */
    bool settling;   /* there was trouble: nothing new is begun */
};

static struct frame *frame_at(const struct sender *sender, size_t place)
{
    return &sender->frames[(sender->first + place) % sender->settings->window];
}

/* Frames of which this connection carried at least a byte. */
static size_t under_way(const struct sender *sender)
{
    return sender->whole + (sender->part > 0 ? 1 : 0);
}

/* ---- Window ---------------------------------------------------------------------------------- */

/* A frame that was stored before has its place in the ledger when those before it have theirs. */
static void recall_frame(struct sender *sender)
{
    const struct frame *frame = frame_at(sender, 0);
    sender->recalls = false;
    ledger_add(sender->ledger, FATE_STORED, frame);
    if (sender->settings->recalled != NULL)
        sender->settings->recalled(sender->settings->context, frame);
}

/* The batcher has made the frame behind the window. DONE: go on. */
static enum sender_outcome take_frame(struct sender *sender)
{
    const struct frame *frame = frame_at(sender, sender->count);
    struct resume *resume = sender->settings->resume;
    sender->recalls = frame->past == PAST_STORED;
    if (sender->recalls)
        return SENDER_DONE;
    sender->count++;
    return resume == NULL || resume_sending(resume, frame) ? SENDER_DONE : SENDER_UNKEPT;
}

/* Takes frames from the batcher while there is room. Not while one is sent in part: a slow pipe at
 * our input must not make us slow to the server. DONE: go on. */
static enum sender_outcome fill_window(struct sender *sender)
{
    enum sender_outcome outcome = SENDER_DONE;
    while (outcome == SENDER_DONE && !sender->drained && sender->part == 0 &&
           sender->count < sender->settings->window) {
        if (sender->recalls && sender->count > 0)
            break;
        if (sender->recalls)
            recall_frame(sender);
        switch (batcher_next(sender->batcher, frame_at(sender, sender->count))) {
        case BATCH_FRAME:
            outcome = take_frame(sender);
            break;
        case BATCH_END:
            sender->drained = true;
            break;
        case BATCH_STOPPED:
            return SENDER_STOPPED;
        default:
            return SENDER_BAD;
        }
    }
    return outcome;
}

/* What becomes of a frame is kept. Should that fail, it is noticed before the next one is sent, or
 * FINISH is. */
static void keep_fate(struct sender *sender, enum fate fate, const struct frame *frame)
{
    if (sender->settings->resume != NULL && fate != FATE_DOUBT)
        (void)resume_book(sender->settings->resume, frame->index, fate == FATE_STORED ? PAST_STORED : PAST_UNSTORED);
}

/* The first frame has its fate. */
static void pop_frame(struct sender *sender, enum fate fate)
{
    ledger_add(sender->ledger, fate, frame_at(sender, 0));
    keep_fate(sender, fate, frame_at(sender, 0));
    if (sender->settings->answered != NULL && (fate == FATE_STORED || fate == FATE_REFUSED))
        sender->settings->answered(sender->settings->context, frame_at(sender, 0), fate == FATE_STORED);
    sender->first = (sender->first + 1) % sender->settings->window;
    sender->count--;
    if (sender->whole > 0)
        sender->whole--;
    else
        sender->part = 0;
    if (sender->doubtful > 0)
        sender->doubtful--;
}

/* Nothing more will be known about the frames that are left. */
static void book_the_rest(struct sender *sender)
{
    size_t sent = under_way(sender) > sender->doubtful ? under_way(sender) : sender->doubtful;
    while (sender->count > 0) {
        pop_frame(sender, sent > 0 || frame_at(sender, 0)->past == PAST_DOUBT ? FATE_DOUBT : FATE_UNSENT);
        if (sent > 0)
            sent--;
    }
    if (sender->recalls)
        recall_frame(sender);
}

/* The connection ended. DONE: its frames may be sent again over another one. */
static enum sender_outcome connection_ended(struct sender *sender)
{
    size_t unanswered = under_way(sender);
    if (unanswered > sender->doubtful)
        sender->doubtful = unanswered;
    sender->whole = sender->part = 0;
    return unanswered == 0 || sender->settings->repeats ? SENDER_DONE : SENDER_DOUBT;
}

/* ---- Over the connection --------------------------------------------------------------------- */

static enum sender_outcome of_link(struct sender *sender, enum uplink_outcome outcome)
{
    switch (outcome) {
    case UPLINK_LOST:
        return connection_ended(sender);
    case UPLINK_STOPPED:
        return SENDER_STOPPED;
    case UPLINK_FAILED:
    case UPLINK_NONSENSE:
        return SENDER_FAILED;
    default:
        return SENDER_DONE;
    }
}

/* Reads one answer. It is due from a frame's first byte on: a server may refuse a frame early, but
 * not store it. */
static enum uplink_outcome read_answer(struct sender *sender, bool *refused)
{
    struct sorteo_event event;
    uplink_expect(sender->link, under_way(sender) > 0 ? SORTEO_REPLY_ANSWER : SORTEO_REPLY_NONE);
    enum uplink_outcome outcome = uplink_next(sender->link, &event);
    if (outcome != UPLINK_OK)
        return outcome;
    if (event.stored && sender->whole == 0)
        return uplink_nonsense(sender->link, "it calls a batch stored that it does not have yet");
    *refused |= !event.stored;
    FAULT_POINT("answer-read");
    pop_frame(sender, event.stored ? FATE_STORED : FATE_REFUSED);
    FAULT_POINT("answer-kept");
    return UPLINK_OK;
}

/* Reads every answer that is there. */
static enum uplink_outcome read_answers(struct sender *sender, bool *refused)
{
    enum uplink_outcome outcome;
    do {
        outcome = read_answer(sender, refused);
    } while (outcome == UPLINK_OK);
    return outcome;
}

/* Hands frames to the kernel until it takes no more; once settling, only the rest of one that it
 * has in part. */
static void send_frames(struct sender *sender)
{
    while (sender->whole < sender->count && (!sender->settling || sender->part > 0)) {
        const struct frame *frame = frame_at(sender, sender->whole);
        size_t sent;
        FAULT_POINT("bets-are-sent");
        if (uplink_send(sender->link, frame->bytes + sender->part, frame->len - sender->part, &sent) != UPLINK_OK)
            return;
        sender->part += sent;
        if (sender->part == frame->len) {
            sender->part = 0;
            sender->whole++;
            FAULT_POINT("bets-sent");
        }
    }
}

/* Looks what the server has sent, the end of its stream included, before it sends; then waits.
 * DONE: go on. */
static enum sender_outcome exchange(struct sender *sender)
{
    bool refused = false;
    size_t before = sender->count;
    enum uplink_outcome outcome = read_answers(sender, &refused);
    if (refused)
        return SENDER_REFUSED;
    if (outcome != UPLINK_AGAIN)
        return of_link(sender, outcome);
    if (sender->settings->per_frame && sender->link->answers > 0) {
        uplink_close(sender->link);
        return SENDER_DONE;
    }
    if (sender->count < before)
        return SENDER_DONE; /* there is room in the window */
    send_frames(sender);
    return of_link(sender, uplink_wait(sender->link, sender->whole < sender->count, UINT64_MAX));
}

/* After trouble: a frame sent in part is sent whole, our direction is ended, and the answers that
 * are owed are read. */
static void settle(struct sender *sender, bool stopped)
{
    uint64_t settle_ms = stopped ? sender->settings->settle_stopped_ms : sender->settings->settle_ms;
    uint64_t deadline_ms = clock_ms() + settle_ms;
    enum uplink_outcome outcome = UPLINK_OK;
    bool refused = false, shut = false;
    sender->settling = true;
    if (stopped)
        sender->link->settings.stop_fd = -1; /* it is readable for good, and would end every wait */
    while (outcome == UPLINK_OK && wire_is_open(&sender->link->wire) && under_way(sender) > 0) {
        send_frames(sender);
        if (sender->part == 0 && !shut) {
            wire_shut(&sender->link->wire);
            shut = true;
        }
        outcome = uplink_wait(sender->link, sender->part > 0, deadline_ms);
        if (outcome == UPLINK_OK && read_answers(sender, &refused) != UPLINK_AGAIN)
            return;
    }
}

/* ---- All of it ------------------------------------------------------------------------------- */

/* Before the first byte of a frame is sent, that it may be is on stable storage. */
static enum sender_outcome keep_window(struct sender *sender)
{
    struct resume *resume = sender->settings->resume;
    return resume == NULL || resume_sync(resume) ? SENDER_DONE : SENDER_UNKEPT;
}

static enum sender_outcome send_all(struct sender *sender)
{
    for (;;) {
        enum sender_outcome outcome = fill_window(sender);
        if (outcome == SENDER_DONE)
            outcome = keep_window(sender);
        if (outcome != SENDER_DONE || sender->count == 0)
            return outcome;
        outcome = of_link(sender, uplink_up(sender->link));
        if (outcome == SENDER_DONE)
            outcome = exchange(sender);
        if (outcome != SENDER_DONE)
            return outcome;
    }
}

enum sender_outcome sender_run(const struct sender_settings *settings, struct uplink *link, struct batcher *batcher,
                               struct ledger *ledger)
{
    struct sender sender = { .settings = settings, .link = link, .batcher = batcher, .ledger = ledger };
    sender.frames = calloc(settings->window, sizeof *sender.frames);
    if (sender.frames == NULL)
        return SENDER_NO_MEMORY;
    enum sender_outcome outcome = send_all(&sender);
    if (outcome != SENDER_DONE) {
        settle(&sender, outcome == SENDER_STOPPED);
        book_the_rest(&sender);
        if (settings->resume != NULL && outcome != SENDER_BAD) /* what follows may be stored, too, or in doubt */
            (void)sender_recall(settings->resume, batcher, ledger);
        uplink_close(link);
    }
    free(sender.frames);
    return outcome;
}

enum sender_outcome sender_recall(const struct resume *resume, struct batcher *batcher, struct ledger *ledger)
{
    static const enum fate fates[] = {
        [PAST_STORED] = FATE_STORED, [PAST_UNSTORED] = FATE_UNSENT, [PAST_DOUBT] = FATE_DOUBT
    };
    struct frame frame;
    while (batcher->frames < resume->frames) {
        enum batch_outcome outcome = batcher_next(batcher, &frame);
        if (outcome != BATCH_FRAME)
            return outcome == BATCH_STOPPED ? SENDER_STOPPED : SENDER_BAD;
        ledger_add(ledger, fates[frame.past], &frame);
    }
    return SENDER_DONE;
}
