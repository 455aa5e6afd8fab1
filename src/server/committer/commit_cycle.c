/*
 * Groups, one after the other: see commit_cycle.h. A round that an operator finishes is in
 * commit_cycle_absence.c.
 */
#include "server/committer/commit_cycle.h"

#include <poll.h>
#include <stdio.h>

#include "base/fault.h"
#include "base/log.h"
#include "base/probe.h"
#include "base/system.h"
#include "server/channel/control.h"
#include "server/committer/commit_cycle_parts.h"
#include "server/committer/count.h"
#include "server/committer/draw_step.h"
#include "server/committer/event_log.h"
#include "server/committer/results.h"

#define READY_TRIES 500u
#define READY_AGAIN_MS 10

#define RESULTS_FULL_BYTES (4u * 1024u * 1024u) /* unread by a worker: it is not read either … */
#define RESULTS_RELIEVED_BYTES (1024u * 1024u)  /* … until so few are left */

/* ---- Sending results ------------------------------------------------------------------------- */

/* A round was drawn: logged once, by the server that drew it, and then sent to every worker. */
static void announce_draw(void *owner, const struct draw *draw)
{
    struct commit_cycle *cycle = owner;
    if (draw->elsewhere)
        event_log_drawn_elsewhere(draw);
    else
        event_log_draw(draw);
    count_draw(&cycle->numbers, draw);
    cycle->drawn = draw->round;
    FAULT_POINT("draw-logged");
    PROBE3(round_drawn, draw->round, draw->number, draw->winners);
    results_send_drawn(cycle->workers, draw->round);
}

/* Connections of this server that spoke until one of another server did. */
static void send_ended(struct commit_cycle *cycle)
{
    struct speaker ended;

    while (judge_next_ended(&cycle->judge, &ended))
        results_send_superseded(cycle->workers, &ended);
}

/* Agencies that wait have kept their connections: another server may have drawn, or the draw may
 * have been stored by a commit whose outcome was unknown. */
static void announce_missed_draw(struct commit_cycle *cycle)
{
    struct draw draw;
    uint32_t latest = rounds_latest_draw(&cycle->judge.rounds);
    if (latest <= cycle->drawn)
        return;
    if (judge_latest_draw(&cycle->judge, &draw) != STORE_OK)
        draw = (struct draw){ .round = latest,
                              .number = cycle->judge.winning_number,
                              .elsewhere = store_is_shared(cycle->recovery.store) };
    announce_draw(cycle, &draw);
}

static void send_results(struct commit_cycle *cycle, const struct commit_entry *entry)
{
    event_log_request(&cycle->log, entry);
    count_request(&cycle->numbers, &cycle->judge.rounds, entry);
    FAULT_POINT("entry-logged");
    if (entry->type == MESSAGE_WINNERS) {
        entry->connection->asks = false;
        if (!results_send_documents(entry, cycle->recovery.store))
            event_log_store_failure(&cycle->log, cycle->recovery.store, LOG_ERROR);
        return;
    }
    PROBE6(frame_settled, entry->connection->peer.speaker.number, entry->byte, entry->kind,
           entry->judgement.facts.agency, entry->judgement.facts.bets, entry->verdict);
    results_send(entry);
    if (entry->effects.supersedes)
        results_send_superseded(cycle->workers, &entry->effects.superseded);
    if (entry->effects.draw.round > 0)
        announce_draw(cycle, &entry->effects.draw);
}

static void send_collected(struct commit_cycle *cycle)
{
    uint32_t collected = rounds_collected(&cycle->judge.rounds);
    if (collected == cycle->collected)
        return;
    if (control_send(cycle->control, CONTROL_COLLECTED, collected, -1))
        cycle->collected = collected; /* else with the next commit */
}

static void flush_results(struct commit_cycle *cycle)
{
    worker_channels_flush(cycle->workers);
    FAULT_POINT("results-written");
    PROBE0(results_written);
}

/* ---- The store, lost and found --------------------------------------------------------------- */

/* A message delivered when the pause ends may lose the store again; then the others stay paused. */
static void pause_workers(struct commit_cycle *cycle, bool paused)
{
    for (struct worker_channel *worker = cycle->workers; worker != NULL && (paused || cycle->recovery.store != NULL);
         worker = worker->next)
        if (!worker->ended)
            channel_pause(&worker->channel, paused || worker->full);
}

/* Whoever finds that it is lost: a group, a checkpoint, a look at what others do, a round finished
 * by hand. The next step of a draw would use the store that is closed here; on_found goes on with
 * it. */
void commit_cycle_lose_store(struct commit_cycle *cycle)
{
    uv_idle_stop(&cycle->draw_steps);
    if (cycle->on_lost != NULL)
        cycle->on_lost(cycle->owner);
    store_recovery_lose(&cycle->recovery);
    pause_workers(cycle, true);
}

/* Without room for it the log grows on, until there is none for a commit either and bets are
 * refused. */
static void checkpoint(struct commit_cycle *cycle)
{
    const uint64_t before = store_checkpoints(cycle->recovery.store);

    switch (store_checkpoint(cycle->recovery.store)) {
    case STORE_OK:
        cycle->numbers.counters.checkpoints += store_checkpoints(cycle->recovery.store) - before;
        break;
    case STORE_FULL:
        event_log_store_failure(&cycle->log, cycle->recovery.store, LOG_WARNING);
        break;
    default:
        commit_cycle_lose_store(cycle);
    }
}

void commit_cycle_follow_up(struct commit_cycle *cycle, const struct draw *draw)
{
    store_recovery_works(&cycle->recovery);
    if (draw->round > 0)
        announce_draw(cycle, draw);
    announce_missed_draw(cycle);
    send_ended(cycle);
    flush_results(cycle);
    checkpoint(cycle);
}

/* ---- Numbers --------------------------------------------------------------------------------- */

const struct committer_numbers *commit_cycle_numbers(struct commit_cycle *cycle, uint32_t agencies)
{
    struct draw so_far = { .round = 0 };
    struct committer_numbers *numbers = &cycle->numbers;

    numbers->agencies = agencies;
    numbers->is_usable = cycle->recovery.store != NULL;
    numbers->is_drawing = judge_is_drawing(&cycle->judge, &so_far);
    numbers->drawn = cycle->drawn;
    numbers->collected = cycle->collected;
    count_agencies(numbers, &cycle->judge.rounds);
    return numbers;
}

/* ---- A draw that takes many steps ------------------------------------------------------------ */

static void on_draw_step(uv_idle_t *idle);

void commit_cycle_go_on_drawing(struct commit_cycle *cycle)
{
    struct draw so_far;

    if (cycle->recovery.store == NULL || !judge_is_drawing(&cycle->judge, &so_far)) {
        uv_idle_stop(&cycle->draw_steps);
        cycle->draw_is_long = false;
        return;
    }
    if (!cycle->draw_is_long)
        event_log_drawing(&so_far);
    cycle->draw_is_long = true;
    uv_idle_start(&cycle->draw_steps, on_draw_step);
}

/* One in each turn: whatever comes from workers and the supervisor is read in between. */
static void on_draw_step(uv_idle_t *idle)
{
    struct commit_cycle *cycle = idle->data;
    struct draw draw;

    commit_cycle_end_group(cycle);
    if (!uv_is_active((uv_handle_t *)idle))
        return; /* the store was lost */
    if (draw_step(&cycle->judge, &draw) != STORE_OK)
        commit_cycle_lose_store(cycle);
    else
        commit_cycle_follow_up(cycle, &draw);
    commit_cycle_go_on_drawing(cycle);
}

void commit_cycle_report(const struct commit_cycle *cycle)
{
    struct draw so_far;

    if (judge_is_drawing(&cycle->judge, &so_far))
        event_log_drawing(&so_far);
    else
        event_log_barrier(&cycle->judge.rounds);
}

/* ---- Found again ----------------------------------------------------------------------------- */

void commit_cycle_catch_up(struct commit_cycle *cycle)
{
    announce_missed_draw(cycle);
    send_ended(cycle);
    send_collected(cycle);
    flush_results(cycle);
    commit_cycle_go_on_drawing(cycle);
}

static void on_found(void *owner)
{
    struct commit_cycle *cycle = owner;
    commit_cycle_catch_up(cycle);
    pause_workers(cycle, false);
    commit_cycle_end_turn(cycle, true); /* a timer's turn has no end of its own */
}

/* ---- The group ------------------------------------------------------------------------------- */

void commit_cycle_note_refused(struct commit_cycle *cycle, uint8_t agency, uint64_t address)
{
    refusals_note(&cycle->judge.refusals, agency, address);
    kept_refusals_write(cycle->kept, &cycle->judge.refusals);
}

/* Results are sent before the checkpoint: agencies send their next bets while that runs. */
void commit_cycle_end_group(struct commit_cycle *cycle)
{
    struct commit_group *group = &cycle->group;
    uint64_t began_ns = clock_ns();
    enum commit_end end = commit_group_end(group);

    if (end == GROUP_EMPTY)
        return;
    uint64_t ended_ns = clock_ns();
    count_group(&cycle->numbers, group, end == GROUP_COMMITTED, ended_ns - began_ns, ended_ns);
    if (end == GROUP_COMMITTED) {
        commit_delay_learn(&cycle->delay, ended_ns - began_ns, group->peers, group->returning);
        kept_refusals_write(cycle->kept, &cycle->judge.refusals); /* whose frames were taken */
    }
    if (end == GROUP_ROLLED_BACK)
        event_log_store_failure(&cycle->log, cycle->recovery.store, LOG_ERROR); /* their own lines lack the cause */
    for (size_t i = 0; i < group->count; i++)
        send_results(cycle, &group->entries[i]);
    send_ended(cycle);
    FAULT_POINT("group-told");
    commit_group_clear(group);
    if (end == GROUP_COMMITTED) {
        store_recovery_works(&cycle->recovery);
        announce_missed_draw(cycle);
        send_collected(cycle);
    }
    flush_results(cycle);
    if (end == GROUP_STORE_LOST)
        commit_cycle_lose_store(cycle);
    else
        checkpoint(cycle);
    commit_cycle_go_on_drawing(cycle);
}

const char *commit_cycle_add(struct commit_cycle *cycle, struct worker_channel *worker,
                             struct worker_connection *connection, const struct message *message, const uint8_t *body)
{
    struct commit_group *group = &cycle->group;
    const char *doubt;

    if (!group->open)
        cycle->group_since_ns = clock_ns();
    if (!commit_group_add(group, worker, connection, message, body))
        return "no memory for it";
    doubt = group->entries[group->count - 1].judgement.doubt;
    if (group->failed || group->bets >= GROUP_BETS_MAX || group->count >= GROUP_ENTRIES_MAX)
        commit_cycle_end_group(cycle);
    return doubt;
}

/* Should the current group wait for more requests? Then a timer will end it. */
static bool delays_commit(struct commit_cycle *cycle, bool waits)
{
    const struct commit_group *group = &cycle->group;
    uint64_t left_ns = 0;

    if (waits && group->open && !group->failed && !group->others_write && !worker_channels_any_ended(cycle->workers))
        left_ns = commit_delay_ns(&cycle->delay, group->peers, clock_ns() - cycle->group_since_ns);
    return fine_timer_set(&cycle->delay_end, left_ns) && left_ns > 0;
}

/* While a worker does not read what is sent to it, it is not read either: so what waits for it has
 * a limit, whatever it asks for. */
static void hold_back(struct worker_channel *workers)
{
    for (struct worker_channel *worker = workers; worker != NULL; worker = worker->next) {
        if (worker->ended || worker->full || channel_queued(&worker->channel) < RESULTS_FULL_BYTES)
            continue;
        worker->full = true;
        worker->full_beats = 0;
        channel_pause(&worker->channel, true);
    }
}

/* True if what has come from one that was held back is delivered now. */
static bool relieve(struct commit_cycle *cycle)
{
    bool any = false;
    for (struct worker_channel *worker = cycle->workers; worker != NULL; worker = worker->next) {
        if (worker->ended || !worker->full || channel_queued(&worker->channel) > RESULTS_RELIEVED_BYTES)
            continue;
        worker->full = false;
        if (cycle->recovery.store == NULL)
            continue; /* it stays paused, with all the others */
        any = true;
        channel_pause(&worker->channel, false);
    }
    return any;
}

void commit_cycle_end_turn(struct commit_cycle *cycle, bool waits)
{
    do {
        if (!delays_commit(cycle, waits))
            commit_cycle_end_group(cycle);
        flush_results(cycle);
        hold_back(cycle->workers);
    } while (relieve(cycle));
    worker_channels_drop_ended(&cycle->workers);
}

/* ---- Connections of an agency that an operator counts ---------------------------------------- */

void commit_cycle_end_connections(struct commit_cycle *cycle, uint8_t agency)
{
    commit_cycle_end_group(cycle);
    speakers_end(&cycle->judge.speakers, agency, clock_ns());
    for (struct worker_channel *worker = cycle->workers; worker != NULL; worker = worker->next)
        if (!worker->ended)
            results_send_counted(worker, agency);
    flush_results(cycle);
}

/* ---- Beginning and end ----------------------------------------------------------------------- */

bool commit_cycle_init(struct commit_cycle *cycle, uv_loop_t *loop, const struct settings *settings, int control,
                       bool first)
{
    cycle->control = control;
    event_log_open(&cycle->log, loop, settings->mask_documents);
    judge_init(&cycle->judge, settings->session.dialect, settings->winning_number);
    kept_refusals_read(cycle->kept, &cycle->judge.refusals);
    commit_group_init(&cycle->group, &cycle->judge);
    store_recovery_init(&cycle->recovery, loop, settings, &cycle->judge, first);
    cycle->recovery.on_draw = announce_draw;
    cycle->recovery.on_found = on_found;
    cycle->recovery.owner = cycle;
    uv_timer_init(loop, &cycle->look);
    cycle->look.data = cycle;
    uv_idle_init(loop, &cycle->draw_steps);
    cycle->draw_steps.data = cycle;
    return fine_timer_open(&cycle->delay_end, loop);
}

void commit_cycle_fini(struct commit_cycle *cycle)
{
    event_log_close(&cycle->log);
    store_close(cycle->recovery.store);
    commit_group_fini(&cycle->group);
    judge_fini(&cycle->judge);
}

/* Without it the supervisor would start no worker, and wait for ever. */
static bool report_ready(const struct commit_cycle *cycle)
{
    for (unsigned tries = 0; tries < READY_TRIES; tries++) {
        if (control_send(cycle->control, CONTROL_READY, cycle->collected, -1))
            return true;
        (void)poll(NULL, 0, READY_AGAIN_MS);
    }
    log_event(LOG_CRITICAL, "start_process", LOG_FAIL,
              "process: committer | reason: cannot tell the supervisor that it is ready");
    return false;
}

bool commit_cycle_start(struct commit_cycle *cycle)
{
    struct draw latest;

    if (!store_recovery_open(&cycle->recovery, cycle->control))
        return false;
    cycle->drawn = rounds_latest_draw(&cycle->judge.rounds);
    cycle->collected = rounds_collected(&cycle->judge.rounds);
    if (cycle->numbers.drawn_at_s == 0 && judge_latest_draw(&cycle->judge, &latest) == STORE_OK)
        cycle->numbers.winners = latest.winners; /* drawn before this process began */
    commit_cycle_go_on_drawing(cycle);
    commit_cycle_watch_others(cycle);
    FAULT_POINT("committer-is-ready");
    return report_ready(cycle);
}
