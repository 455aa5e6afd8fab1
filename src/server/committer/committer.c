/* The committer's process: see committer.h. What a frame is worth is in judge.c, the transaction in
 * group.c. */
#include "server/committer/committer.h"

#include <poll.h>
#include <unistd.h>
#include <uv.h>

#include "base/fault.h"
#include "base/log.h"
#include "base/system.h"
#include "server/channel/control.h"
#include "server/committer/fine_timer.h"
#include "server/committer/group.h"
#include "server/committer/linger.h"
#include "server/committer/link.h"
#include "server/committer/report.h"
#include "server/committer/tell.h"

#define BARRIER_REPORT_MS 60000u
#define REOPEN_FIRST_MS 100u
#define REOPEN_MOST_MS 5000u
#define LOCK_WAIT_MS 5000u
#define READY_TRIES 500u
#define READY_AGAIN_MS 10

struct committer {
    const struct settings *settings;
    uv_loop_t loop;
    uv_poll_t control;
    uv_timer_t barrier_report;
    uv_timer_t reopen;
    uv_check_t turn_end;
    struct fine_timer linger_end;
    struct linger_state linger;
    uint64_t group_since_ns; /* when the group under way began */
    int control_fd;
    bool control_ended;
    bool first; /* the server starts: nobody was promised anything yet */
    struct link *links;
    uint64_t next_link;
    struct store *store; /* NULL while it is lost */
    struct judge judge;
    struct group group;
    uint64_t reopen_after_ms;
    uint32_t drawn;     /* the latest round whose draw was announced, or came before this process */
    uint32_t collected; /* rounds, as last told to the supervisor */
};

static void leave_if_done(struct committer *committer)
{
    /* While the store is lost nothing more is read from a channel, its end neither; the workers
     * have left before. */
    if (committer->control_ended && (committer->links == NULL || committer->store == NULL))
        uv_stop(&committer->loop);
}

/* ---- Telling the workers --------------------------------------------------------------------- */

/* A round was drawn: said once in the log, and then to every worker. */
static void announce_draw(struct committer *committer, const struct judgement *judgement)
{
    report_draw(judgement->round, committer->settings->winning_number, judgement->winners);
    committer->drawn = judgement->round;
    FAULT_POINT("draw-logged");
    tell_drawn(committer->links, judgement->round);
}

static void tell_entry(struct committer *committer, const struct group_entry *entry)
{
    report_entry(entry);
    FAULT_POINT("entry-logged");
    if (entry->type == MESSAGE_WINNERS) {
        tell_documents(entry, committer->store);
        return;
    }
    tell_result(entry);
    if (entry->judgement.supersedes)
        tell_superseded(committer->links, &entry->judgement.superseded);
    if (entry->judgement.drew)
        announce_draw(committer, &entry->judgement);
}

static void tell_collected(struct committer *committer)
{
    uint32_t collected = rounds_collected(&committer->judge.rounds);
    if (collected == committer->collected)
        return;
    if (control_send(committer->control_fd, CONTROL_COLLECTED, collected, -1))
        committer->collected = collected; /* else with the next commit */
}

/* ---- The store, lost and found --------------------------------------------------------------- */

/* Only the server's start waits for a lock, and makes a store that is not there: what was promised
 * is in the old one. */
static enum store_code open_store(struct committer *committer)
{
    struct store_options options = { .path = committer->settings->store,
                                     .agencies = committer->settings->agencies,
                                     .lock_wait_ms = committer->first ? LOCK_WAIT_MS : 0,
                                     .existing = !committer->first };
    struct store_error error;
    char text[STORE_ERROR_MAX];
    enum store_code code = store_open(&options, &committer->store, &error);

    if (code == STORE_OK) {
        if (store_was_made(committer->store)) /* who had bets at that path learns that they are elsewhere */
            log_event(LOG_INFO, "open_store", LOG_SUCCESS, "store: new");
        return STORE_OK;
    }
    committer->store = NULL;
    log_event(LOG_CRITICAL, "open_store", LOG_FAIL, "reason: %s", log_clean(text, sizeof text, error.text));
    return code;
}

/* A store that was opened with a complete and undrawn round draws it (protocol, section 7). */
static bool draw_if_due(struct committer *committer)
{
    struct judgement judgement = { 0 };
    if (store_begin(committer->store) != STORE_OK)
        return false;
    if (judge_draw_if_due(&committer->judge, &judgement) != STORE_OK || judge_write(&committer->judge) != STORE_OK ||
        store_commit(committer->store) != STORE_OK)
        return false;
    if (judgement.drew)
        announce_draw(committer, &judgement);
    return true;
}

static void drop_store(struct committer *committer)
{
    store_close(committer->store);
    committer->store = NULL;
}

static bool start_store(struct committer *committer)
{
    if (open_store(committer) != STORE_OK)
        return false;
    FAULT_POINT("store-opened");
    if (judge_load(&committer->judge, committer->store) == STORE_OK && draw_if_due(committer))
        return true;
    log_event(LOG_CRITICAL, "open_store", LOG_FAIL, "reason: %s", store_error_text(committer->store));
    drop_store(committer);
    return false;
}

static void pause_links(struct committer *committer, bool paused)
{
    /* What is delivered when a pause ends may lose the store again, and with it the right to go
     * on. */
    for (struct link *link = committer->links; link != NULL && (paused || committer->store != NULL); link = link->next)
        if (!link->ended)
            channel_pause(&link->channel, paused);
}

static void try_reopen(uv_timer_t *timer);
static void end_turn(struct committer *committer);

static void schedule_reopen(struct committer *committer)
{
    uv_timer_start(&committer->reopen, try_reopen, committer->reopen_after_ms, 0);
    committer->reopen_after_ms *= 2;
    if (committer->reopen_after_ms > REOPEN_MOST_MS)
        committer->reopen_after_ms = REOPEN_MOST_MS;
}

static uint32_t latest_draw(const struct rounds *rounds)
{
    const struct agency_state *any = &rounds->agency[1];
    return any->phase == AGENCY_DRAWN ? any->round : any->round - 1;
}

static uint64_t count_winners(struct committer *committer, uint32_t round)
{
    uint64_t all = 0, count;
    for (unsigned agency = 1; agency <= committer->judge.rounds.agencies; agency++)
        if (store_winners_count(committer->store, round, (uint8_t)agency, &count) == STORE_OK)
            all += count;
    return all;
}

/* Agencies that wait keep their connections meanwhile: the draw may have been stored without our
 * knowing it. */
static void tell_drawn_again(struct committer *committer)
{
    struct judgement judgement = { .round = latest_draw(&committer->judge.rounds) };
    if (judgement.round <= committer->drawn)
        return;
    judgement.winners = count_winners(committer, judgement.round);
    announce_draw(committer, &judgement);
}

static void try_reopen(uv_timer_t *timer)
{
    struct committer *committer = timer->data;
    if (!start_store(committer)) {
        schedule_reopen(committer);
        return;
    }
    log_event(LOG_WARNING, "open_store", LOG_SUCCESS, NULL);
    tell_drawn_again(committer);
    tell_collected(committer);
    pause_links(committer, false);
    end_turn(committer); /* a timer's turn has no end of its own */
}

static void report_failure(struct committer *committer, enum log_level level)
{
    char text[STORE_ERROR_MAX];
    log_event(level, "store", LOG_FAIL, "reason: %s", log_clean(text, sizeof text, store_error_text(committer->store)));
}

static void lose_store(struct committer *committer)
{
    report_failure(committer, LOG_CRITICAL);
    drop_store(committer);
    pause_links(committer, true);
    schedule_reopen(committer);
}

/* ---- The group ------------------------------------------------------------------------------- */

static void flush_links(struct committer *committer)
{
    for (struct link *link = committer->links; link != NULL; link = link->next)
        if (!link->ended)
            channel_flush(&link->channel);
    FAULT_POINT("results-written");
}

/* Without room for it the log grows on, until there is none for a commit either and bets are
 * refused. */
static void checkpoint(struct committer *committer)
{
    switch (store_checkpoint(committer->store)) {
    case STORE_OK:
        break;
    case STORE_FULL:
        report_failure(committer, LOG_WARNING);
        break;
    default:
        lose_store(committer);
    }
}

/* What was committed is told before the checkpoint: whoever is answered sends its next bets while
 * that runs. */
static void end_group(struct committer *committer)
{
    struct group *group = &committer->group;
    uint64_t began_ns = clock_ns();
    enum group_end end = group_end(group);

    if (end == GROUP_EMPTY)
        return;
    if (end == GROUP_COMMITTED)
        linger_committed(&committer->linger, clock_ns() - began_ns, group->peers, group->returning);
    if (end == GROUP_TAKEN_BACK)
        report_failure(committer, LOG_ERROR); /* its frames are reported without the cause */
    for (size_t i = 0; i < group->count; i++)
        tell_entry(committer, &group->entries[i]);
    FAULT_POINT("group-told");
    group_clear(group);
    if (end == GROUP_COMMITTED) {
        committer->reopen_after_ms = REOPEN_FIRST_MS; /* an open that succeeds proves nothing yet: a commit does */
        tell_collected(committer);
    }
    flush_links(committer);
    if (end == GROUP_STORE_LOST)
        lose_store(committer);
    else
        checkpoint(committer);
}

static bool add_to_group(struct committer *committer, struct link *link, struct link_peer *peer,
                         const struct message *message, const uint8_t *body)
{
    if (!committer->group.open)
        committer->group_since_ns = clock_ns();
    if (!group_add(&committer->group, link, peer, message, body))
        return false;
    if (committer->group.failed || committer->group.bets >= GROUP_BETS_MAX)
        end_group(committer);
    return true;
}

/* ---- Messages from workers ------------------------------------------------------------------- */

/* A worker that does not make sense is cut off: it leaves, and the supervisor replaces it. */
static void cut_off(struct link *link, const struct message *message)
{
    log_event(LOG_CRITICAL, "worker_message", LOG_FAIL, "type: %u | reason: no memory for it, or it makes no sense",
              message->type);
    link->ended = true;
}

static void on_frame(struct committer *committer, struct link *link, const struct message *message, const uint8_t *body)
{
    struct link_peer *peer = link_peer_or_new(link, message->connection, message->port, message->accepted_ns);
    if (peer == NULL || message->kind > FRAME_RECEIPT || !add_to_group(committer, link, peer, message, body))
        cut_off(link, message);
}

/* Its name may be used again from now on, so the group must not need it any more. */
static void on_connection_closed(struct committer *committer, struct link *link, struct link_peer *peer)
{
    if (peer->pending > 0)
        end_group(committer);
    link_forget(link, peer);
}

static void on_message(struct channel *channel, const struct message *message, const uint8_t *body)
{
    struct link *link = channel->owner;
    struct committer *committer = link->owner;
    struct link_peer *peer = link_peer(link, message->connection);

    if (link->ended)
        return;
    FAULT_POINT("message-received");
    if (message->type == MESSAGE_FRAME)
        on_frame(committer, link, message, body);
    else if (message->type == MESSAGE_CLOSED && peer != NULL)
        on_connection_closed(committer, link, peer);
    else if (message->type == MESSAGE_CLOSED)
        return; /* it never handed over a frame */
    else if (message->type != MESSAGE_WINNERS || peer == NULL || !add_to_group(committer, link, peer, message, body))
        cut_off(link, message);
}

static void on_end(struct channel *channel)
{
    struct link *link = channel->owner;
    link->ended = true;
}

static const struct channel_events channel_events = { .on_message = on_message, .on_end = on_end };

/* ---- The loop -------------------------------------------------------------------------------- */

static void drop_ended_links(struct committer *committer)
{
    struct link **place = &committer->links;
    while (*place != NULL) {
        struct link *link = *place;
        if (link->ended) {
            *place = link->next;
            link_close(link);
        } else {
            place = &link->next;
        }
    }
}

/* Has a worker gone? Its frames may be in the group, which has to end before the link is
 * dropped. */
static bool has_ended_link(const struct committer *committer)
{
    for (const struct link *link = committer->links; link != NULL; link = link->next)
        if (link->ended)
            return true;
    return false;
}

/* Does the group under way wait for more? Then a timer brings us back. */
static bool lingers(struct committer *committer)
{
    const struct group *group = &committer->group;
    uint64_t left_ns = 0;

    if (group->open && !group->failed && !committer->control_ended && !has_ended_link(committer))
        left_ns = linger_for_ns(&committer->linger, group->peers, clock_ns() - committer->group_since_ns);
    return fine_timer_set(&committer->linger_end, left_ns) && left_ns > 0;
}

static void end_turn(struct committer *committer)
{
    if (!lingers(committer))
        end_group(committer);
    flush_links(committer);
    drop_ended_links(committer);
    leave_if_done(committer);
}

static void on_turn_end(uv_check_t *check)
{
    end_turn(check->data);
}

static void on_barrier_report(uv_timer_t *timer)
{
    struct committer *committer = timer->data;
    report_barrier(&committer->judge.rounds);
}

static void add_link(struct committer *committer, int fd)
{
    uint32_t frame_max = committer->settings->session.max_frame;
    struct link *link = link_open(&committer->loop, fd, ++committer->next_link, frame_max, &channel_events, committer);
    if (link == NULL) {
        close(fd); /* the worker sees its channel end, leaves, and is replaced */
        return;
    }
    link->next = committer->links;
    committer->links = link;
    if (committer->store == NULL)
        channel_pause(&link->channel, true);
}

static void on_control(uv_poll_t *poll, int status, int events)
{
    struct committer *committer = poll->data;
    struct control_note note;
    int fd;
    enum control_outcome outcome = CONTROL_END;

    (void)events;
    while (status >= 0 && (outcome = control_receive(committer->control_fd, &note, &fd)) == CONTROL_NOTE)
        if (note.type == CONTROL_CHANNEL && fd != -1)
            add_link(committer, fd);
    if (outcome != CONTROL_END)
        return;
    committer->control_ended = true;
    uv_poll_stop(poll);
    leave_if_done(committer);
}

static bool start_loop(struct committer *committer)
{
    if (uv_loop_init(&committer->loop) != 0)
        return false;
    uv_timer_init(&committer->loop, &committer->barrier_report);
    uv_timer_init(&committer->loop, &committer->reopen);
    uv_check_init(&committer->loop, &committer->turn_end);
    if (uv_poll_init(&committer->loop, &committer->control, committer->control_fd) != 0 ||
        !fine_timer_open(&committer->linger_end, &committer->loop))
        return false;
    committer->barrier_report.data = committer->reopen.data = committer;
    committer->turn_end.data = committer->control.data = committer;
    uv_timer_start(&committer->barrier_report, on_barrier_report, BARRIER_REPORT_MS, BARRIER_REPORT_MS);
    uv_check_start(&committer->turn_end, on_turn_end);
    uv_poll_start(&committer->control, UV_READABLE, on_control);
    return true;
}

/* Waits before the next try. True if the supervisor wants us to leave. */
static bool told_to_leave(struct committer *committer)
{
    struct pollfd control = { .fd = committer->control_fd, .events = POLLIN };
    struct control_note note;
    int fd;
    bool leave = poll(&control, 1, (int)committer->reopen_after_ms) > 0 &&
                 control_receive(committer->control_fd, &note, &fd) == CONTROL_END;
    committer->reopen_after_ms *= 2;
    if (committer->reopen_after_ms > REOPEN_MOST_MS)
        committer->reopen_after_ms = REOPEN_MOST_MS;
    return leave;
}

static bool insist_on_store(struct committer *committer, bool first)
{
    while (!start_store(committer))
        if (first || told_to_leave(committer))
            return false;
    committer->reopen_after_ms = REOPEN_FIRST_MS;
    committer->first = false;
    return true;
}

/* Without it the supervisor would start no worker, and wait for ever. */
static bool tell_ready(struct committer *committer)
{
    for (unsigned tries = 0; tries < READY_TRIES; tries++) {
        if (control_send(committer->control_fd, CONTROL_READY, committer->collected, -1))
            return true;
        (void)poll(NULL, 0, READY_AGAIN_MS);
    }
    log_event(LOG_CRITICAL, "start_process", LOG_FAIL,
              "process: committer | reason: the supervisor cannot be told that it is ready");
    return false;
}

static bool run(struct committer *committer)
{
    committer->drawn = latest_draw(&committer->judge.rounds);
    committer->collected = rounds_collected(&committer->judge.rounds);
    FAULT_POINT("committer-is-ready");
    if (!tell_ready(committer))
        return false;
    uv_run(&committer->loop, UV_RUN_DEFAULT);
    return true;
}

int committer_run(const struct settings *settings, int control, bool first)
{
    static struct committer committer; /* some 30 kB: too large for the stack of a small system */
    int status = COMMITTER_FAILED;

    committer.settings = settings;
    committer.control_fd = control;
    committer.first = first;
    committer.reopen_after_ms = REOPEN_FIRST_MS;
    committer.judge.dialect = settings->session.dialect;
    committer.judge.winning_number = settings->winning_number;
    group_init(&committer.group, &committer.judge);
    if (!start_loop(&committer))
        log_event(LOG_CRITICAL, "start_process", LOG_FAIL,
                  "process: committer | reason: no memory or descriptors for its event loop");
    else if (insist_on_store(&committer, first) && run(&committer))
        status = COMMITTER_LEFT;
    store_close(committer.store);
    group_fini(&committer.group);
    judge_fini(&committer.judge);
    return status;
}
