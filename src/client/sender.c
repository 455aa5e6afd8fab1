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

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/fault.h"
#include "base/system.h"

struct sender {
    const struct sender_settings *settings;
    struct upstream *link;
    struct batcher *batcher;
    struct row_outcomes *outcomes;
    struct bets_frame *frames;
    size_t first, count;
    size_t whole;    /* frames sent over this connection with all their bytes */
    size_t part;     /* bytes sent of the frame after those */
    size_t doubtful; /* of the first frames: sent over a connection that ended before their answers came */
    bool drained;    /* the batcher has no more */
    bool recalls;    /* the frame after the window is one that an earlier run has stored */
    bool settling;   /* there was trouble: nothing new is begun */
};

static struct bets_frame *frame_at(const struct sender *sender, size_t place)
{
    return &sender->frames[(sender->first + place) % sender->settings->window];
}

/* Frames of which this connection carried at least a byte. */
static size_t under_way(const struct sender *sender)
{
    return sender->whole + (sender->part > 0 ? 1 : 0);
}

/* ---- Window ---------------------------------------------------------------------------------- */

/* A frame that was stored before is recorded after those before it. */
static void recall_frame(struct sender *sender)
{
    const struct bets_frame *frame = frame_at(sender, 0);
    sender->recalls = false;
    row_outcomes_add(sender->outcomes, ROW_STORED, frame);
    if (sender->settings->recalled != NULL)
        sender->settings->recalled(sender->settings->context, frame);
}

/* The operator has looked into the store: this frame is there, or is not. */
static enum sender_outcome settle_doubt(struct sender *sender, struct bets_frame *frame)
{
    uint64_t line = sender->settings->skip_line;
    if (frame->first_line <= line && line < frame->last_line) {
        snprintf(sender->batcher->error, sizeof sender->batcher->error,
                 "--on-doubt skip=%" PRIu64 ": lines %" PRIu64 " to %" PRIu64
                 " were sent as one frame, which is stored whole or not at all; nothing was sent now",
                 line, frame->first_line, frame->last_line);
        return SENDER_BAD;
    }
    frame->past = frame->last_line <= line ? PAST_STORED : PAST_UNSTORED;
    bool kept = frame->past == PAST_STORED ? resume_give_up_frame(sender->settings->resume, frame->index)
                                           : resume_book(sender->settings->resume, frame->index, PAST_UNSTORED);
    return kept ? SENDER_DONE : SENDER_UNKEPT;
}

/* The batcher has made the frame after the window. DONE: go on. */
static enum sender_outcome take_frame(struct sender *sender)
{
    struct bets_frame *frame = frame_at(sender, sender->count);
    struct resume *resume = sender->settings->resume;
    if (frame->past == PAST_DOUBT && sender->settings->skips) {
        enum sender_outcome outcome = settle_doubt(sender, frame);
        if (outcome != SENDER_DONE)
            return outcome;
    }
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
static void keep_fate(struct sender *sender, enum row_outcome fate, const struct bets_frame *frame)
{
    if (sender->settings->resume != NULL && fate != ROW_IN_DOUBT)
        (void)resume_book(sender->settings->resume, frame->index, fate == ROW_STORED ? PAST_STORED : PAST_UNSTORED);
}

/* The first frame has its fate. */
static void pop_frame(struct sender *sender, enum row_outcome fate)
{
    row_outcomes_add(sender->outcomes, fate, frame_at(sender, 0));
    keep_fate(sender, fate, frame_at(sender, 0));
    if (sender->settings->answered != NULL && (fate == ROW_STORED || fate == ROW_REFUSED))
        sender->settings->answered(sender->settings->context, frame_at(sender, 0), fate == ROW_STORED);
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
        pop_frame(sender, sent > 0 || frame_at(sender, 0)->past == PAST_DOUBT ? ROW_IN_DOUBT : ROW_UNSENT);
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

static enum sender_outcome of_link(struct sender *sender, enum upstream_outcome outcome)
{
    switch (outcome) {
    case UPSTREAM_LOST:
        return connection_ended(sender);
    case UPSTREAM_STOPPED:
        return SENDER_STOPPED;
    case UPSTREAM_FAILED:
        if (sender->link->untaken)
            sender->whole = sender->part = 0;
        return SENDER_FAILED;
    case UPSTREAM_NONSENSE:
        return SENDER_FAILED;
    default:
        return SENDER_DONE;
    }
}

/* Reads one answer. It is due from a frame's first byte on: a server may refuse a frame early, but
 * not store it. */
static enum upstream_outcome read_answer(struct sender *sender, bool *refused)
{
    struct sorteo_event event;
    upstream_expect(sender->link, under_way(sender) > 0 ? SORTEO_REPLY_ANSWER : SORTEO_REPLY_NONE);
    enum upstream_outcome outcome = upstream_next(sender->link, &event);
    if (outcome != UPSTREAM_OK)
        return outcome;
    if (event.stored && sender->whole == 0)
        return upstream_nonsense(sender->link, "it reports a batch as stored that it has not received");
    *refused |= !event.stored;
    FAULT_POINT("answer-read");
    pop_frame(sender, event.stored ? ROW_STORED : ROW_REFUSED);
    FAULT_POINT("answer-kept");
    return UPSTREAM_OK;
}

/* Reads every answer that is there. */
static enum upstream_outcome read_answers(struct sender *sender, bool *refused)
{
    enum upstream_outcome outcome;
    do {
        outcome = read_answer(sender, refused);
    } while (outcome == UPSTREAM_OK);
    return outcome;
}

/* Hands frames to the kernel until it takes no more; once settling, only the rest of one that it
 * has in part. */
static void send_frames(struct sender *sender)
{
    while (sender->whole < sender->count && (!sender->settling || sender->part > 0)) {
        const struct bets_frame *frame = frame_at(sender, sender->whole);
        size_t sent;
        FAULT_POINT("bets-are-sent");
        if (upstream_send(sender->link, frame->bytes + sender->part, frame->len - sender->part, &sent) != UPSTREAM_OK)
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
    enum upstream_outcome outcome = read_answers(sender, &refused);
    if (refused)
        return SENDER_REFUSED;
    if (outcome != UPSTREAM_AGAIN)
        return of_link(sender, outcome);
    if (sender->settings->per_frame && sender->link->answers > 0) {
        upstream_close(sender->link);
        return SENDER_DONE;
    }
    if (sender->count < before)
        return SENDER_DONE; /* there is room in the window */
    send_frames(sender);
    return of_link(sender, upstream_await(sender->link, sender->whole < sender->count));
}

/* After trouble: a frame sent in part is sent whole, our direction is ended, and the answers that
 * are owed are read. */
static void settle(struct sender *sender, bool stopped)
{
    uint64_t settle_ms = stopped ? sender->settings->settle_stopped_ms : sender->settings->settle_ms;
    uint64_t deadline_ms = clock_ms() + settle_ms;
    enum upstream_outcome outcome = UPSTREAM_OK;
    bool refused = false, shut = false;
    sender->settling = true;
    if (stopped)
        sender->link->settings.stop_fd = -1; /* it is readable for good, and would end every wait */
    while (outcome == UPSTREAM_OK && transport_is_open(&sender->link->transport) && under_way(sender) > 0) {
        send_frames(sender);
        if (sender->part == 0 && !shut) {
            transport_shut(&sender->link->transport);
            shut = true;
        }
        outcome = upstream_wait(sender->link, sender->part > 0, deadline_ms);
        if (outcome == UPSTREAM_OK && read_answers(sender, &refused) != UPSTREAM_AGAIN)
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
        outcome = of_link(sender, upstream_up(sender->link));
        if (outcome == SENDER_DONE)
            outcome = exchange(sender);
        if (outcome != SENDER_DONE)
            return outcome;
    }
}

enum sender_outcome sender_run(const struct sender_settings *settings, struct upstream *link, struct batcher *batcher,
                               struct row_outcomes *outcomes)
{
    struct sender sender = { .settings = settings, .link = link, .batcher = batcher, .outcomes = outcomes };
    sender.frames = calloc(settings->window, sizeof *sender.frames);
    if (sender.frames == NULL)
        return SENDER_NO_MEMORY;
    enum sender_outcome outcome = send_all(&sender);
    if (outcome != SENDER_DONE) {
        settle(&sender, outcome == SENDER_STOPPED);
        book_the_rest(&sender);
        if (settings->resume != NULL && outcome != SENDER_BAD) /* what follows may be stored, too, or in doubt */
            (void)sender_recall(settings->resume, batcher, outcomes);
        upstream_close(link);
    }
    free(sender.frames);
    return outcome;
}

enum sender_outcome sender_recall(const struct resume *resume, struct batcher *batcher, struct row_outcomes *outcomes)
{
    static const enum row_outcome fates[] = {
        [PAST_STORED] = ROW_STORED, [PAST_UNSTORED] = ROW_UNSENT, [PAST_DOUBT] = ROW_IN_DOUBT
    };
    struct bets_frame frame;
    while (batcher->frames < resume->frames) {
        enum batch_outcome outcome = batcher_next(batcher, &frame);
        if (outcome != BATCH_FRAME)
            return outcome == BATCH_STOPPED ? SENDER_STOPPED : SENDER_BAD;
        row_outcomes_add(outcomes, fates[frame.past], &frame);
    }
    return SENDER_DONE;
}
