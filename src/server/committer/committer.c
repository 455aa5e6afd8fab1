/* The committer's process: see committer.h. What a request is worth is in lottery/judge.c, the
 * transaction in commit_group.c, when it is committed in commit_cycle.c. */
#include "server/committer/committer.h"

#include <unistd.h>
#include <uv.h>

#include "base/fault.h"
#include "base/log.h"
#include "base/probe.h"
#include "base/system.h"
#include "server/channel/control.h"
#include "server/channel/doubt.h"
#include "server/committer/certified.h"
#include "server/committer/commit_cycle.h"
#include "server/committer/csv_keeper.h"
#include "server/committer/operators.h"
#include "server/committer/results.h"

#define BARRIER_REPORT_MS 60000u
#define CSV_SHARE_OF_STOP 10u /* of the time for a stop, one part may go on the file of --csv */

struct committer {
    const struct settings *settings;
    uv_loop_t loop;
    uv_poll_t control;
    uv_timer_t barrier_report;
    uv_timer_t beat;
    uv_check_t turn_end;
    int control_fd;
    bool control_ended;
    uint64_t next_worker;
    struct commit_cycle cycle;
    struct operators operators;
    struct csv_keeper csv_keeper;
    struct certified certified;
};

static void leave_if_done(struct committer *committer)
{
    /* While the store is lost nothing more is read from a channel, its end neither; the workers
     * have left before. */
    if (committer->control_ended && (committer->cycle.workers == NULL || committer->cycle.recovery.store == NULL))
        uv_stop(&committer->loop);
}

/* ---- Messages from workers ------------------------------------------------------------------- */

/* A worker that says the impossible is cut off, and the supervisor kills and replaces it. */
static void cut_off(struct worker_channel *worker, unsigned type, const char *doubt)
{
    struct committer *committer = worker->owner;

    log_event(LOG_CRITICAL, "worker_message", LOG_FAIL, "type: %u | reason: malformed message from worker: %s", type,
              doubt);
    control_send_worker(committer->control_fd, CONTROL_EXPEL, &worker->name, -1);
    worker->ended = true;
}

/* It does not change: the text, which each line about its frames has, is made once. */
static void name_peer(struct worker_connection *connection, const struct message *message)
{
    const struct peer_name *peer = &message->peer;

    if (connection->who_text[0] != '\0')
        return;
    connection->who = *peer;
    connection->peer.address = connection->peer.certified ? REFUSALS_CERTIFIED : peer_name_group(peer);
    (void)peer_name_text_through(peer, &message->proxy, connection->who_text);
}

static const char *on_frame(struct committer *committer, struct worker_channel *worker, const struct message *message,
                            const uint8_t *body)
{
    PROBE4(frame_received, message->number, message->byte, message->kind, message->len);
    bool is_new = worker_connection_find(worker, message->connection) == NULL;
    struct worker_connection *connection =
        worker_connection_find_or_add(worker, message->connection, message->port, message->number);
    if (connection == NULL)
        return "another connection in a slot that is in use, or no memory for it";
    const char *doubt = certified_doubt(&committer->certified, worker, connection, is_new);
    if (doubt != NULL)
        return doubt;
    name_peer(connection, message);
    return commit_cycle_add(&committer->cycle, worker, connection, message, body);
}

/* Nothing is stored for it, so it is answered at once. A certificate counts for its own agencies
 * alone. */
static void on_refused(struct committer *committer, struct worker_channel *worker,
                       const struct worker_connection *connection, const struct message *message)
{
    if (connection == NULL || !connection->peer.certified)
        commit_cycle_note_refused(&committer->cycle, message->kind, peer_name_group(&message->peer));
    else if (byte_set_has(&connection->peer.agencies, message->kind))
        commit_cycle_note_refused(&committer->cycle, message->kind, REFUSALS_CERTIFIED);
    results_send_noted(worker, message->connection);
}

/* Its session asks for the next documents when it has those before. */
static const char *on_winners(struct committer *committer, struct worker_channel *worker,
                              struct worker_connection *connection, const struct message *message, const uint8_t *body)
{
    if (connection == NULL)
        return "winners of an unknown connection";
    if (connection->asks)
        return "winners asked for twice";
    connection->asks = true;
    return commit_cycle_add(&committer->cycle, worker, connection, message, body);
}

/* Its id may be reused from now on, so the current group must not refer to it any more. */
static void on_connection_closed(struct committer *committer, struct worker_channel *worker,
                                 struct worker_connection *connection)
{
    if (connection->pending > 0)
        commit_cycle_end_group(&committer->cycle);
    worker_connection_forget(worker, connection);
}

static void on_message(struct channel *channel, const struct message *message, const uint8_t *body)
{
    struct worker_channel *worker = channel->owner;
    struct committer *committer = worker->owner;
    struct worker_connection *connection = worker_connection_find(worker, message->connection);

    const char *doubt;

    if (worker->ended)
        return;
    FAULT_POINT("message-received");
    doubt = doubt_message(message, worker->slots, clock_ns());
    if (doubt == NULL && message->type == MESSAGE_FRAME)
        doubt = on_frame(committer, worker, message, body);
    else if (doubt == NULL && message->type == MESSAGE_WINNERS)
        doubt = on_winners(committer, worker, connection, message, body);
    else if (doubt == NULL && message->type == MESSAGE_REFUSED)
        on_refused(committer, worker, connection, message);
    else if (doubt == NULL && message->type == MESSAGE_AGENCIES)
        doubt = certified_state(&committer->certified, worker, message, body);
    else if (doubt == NULL && connection != NULL)
        on_connection_closed(committer, worker, connection);
    else if (doubt == NULL) /* it never handed over a frame */
        certified_closed(&committer->certified, worker, message->number);
    if (doubt != NULL)
        cut_off(worker, message->type, doubt);
}

static void on_end(struct channel *channel)
{
    struct worker_channel *worker = channel->owner;

    if (channel->malformed && !worker->ended)
        cut_off(worker, MESSAGE_FRAME, "a message longer than the longest");
    worker->ended = true;
}

static const struct channel_events channel_events = { .on_message = on_message, .on_end = on_end };

/* ---- The supervisor's word ------------------------------------------------------------------- */

static void add_worker(struct committer *committer, const struct worker_name *name, int fd)
{
    struct commit_cycle *cycle = &committer->cycle;
    struct worker_channel *worker =
        worker_channel_open(&committer->loop, fd, ++committer->next_worker, committer->settings->session.max_frame,
                            (uint64_t)committer->settings->max_connections + MESSAGE_SLOTS_SPARE, &channel_events,
                            committer);
    if (worker == NULL) {
        close(fd); /* the worker sees its channel end, leaves, and is replaced */
        return;
    }
    worker->name = *name;
    worker->next = cycle->workers;
    cycle->workers = worker;
    if (cycle->recovery.store == NULL)
        channel_pause(&worker->channel, true);
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
            add_worker(committer, &(struct worker_name){ note.value, note.generation }, fd);
        else if (note.type == CONTROL_OPERATOR && fd != -1)
            operators_admit(&committer->operators, fd);
        else if (note.type == CONTROL_ANNOUNCE && fd != -1)
            certified_join(&committer->certified, fd);
    if (outcome != CONTROL_END)
        return;
    committer->control_ended = true;
    uv_poll_stop(poll);
    leave_if_done(committer);
}

/* ---- The loop -------------------------------------------------------------------------------- */

static void on_turn_end(uv_check_t *check)
{
    struct committer *committer = check->data;
    commit_cycle_end_turn(&committer->cycle, !committer->control_ended);
    leave_if_done(committer);
}

static void on_barrier_report(uv_timer_t *timer)
{
    struct committer *committer = timer->data;
    commit_cycle_report(&committer->cycle);
}

static uint64_t beat_ms(const struct settings *settings)
{
    return control_beat_ms(settings->hang_ms, settings->observes);
}

/* Counted in beats: a worker is not to blame for the time that this process stood still. */
static void look_for_deaf_workers(struct committer *committer)
{
    const struct settings *settings = committer->settings;

    for (struct worker_channel *worker = committer->cycle.workers; worker != NULL; worker = worker->next)
        if (worker->full && !worker->ended && ++worker->full_beats * beat_ms(settings) > settings->hang_ms)
            cut_off(worker, MESSAGE_RESULT, "it does not read what is sent to it");
}

static void beat(struct committer *committer)
{
    const uint32_t agencies = committer->settings->agencies;

    if (committer->settings->observes)
        control_send_body(committer->control_fd, CONTROL_BEAT, commit_cycle_numbers(&committer->cycle, agencies),
                          committer_numbers_len(agencies));
    else
        control_send(committer->control_fd, CONTROL_BEAT, 0, -1);
}

static void on_beat(uv_timer_t *timer)
{
    struct committer *committer = timer->data;

    beat(committer);
    look_for_deaf_workers(committer);
}

static bool start_loop(struct committer *committer, bool first)
{
    if (uv_loop_init(&committer->loop) != 0)
        return false;
    uv_timer_init(&committer->loop, &committer->barrier_report);
    uv_timer_init(&committer->loop, &committer->beat);
    uv_check_init(&committer->loop, &committer->turn_end);
    if (uv_poll_init(&committer->loop, &committer->control, committer->control_fd) != 0 ||
        !commit_cycle_init(&committer->cycle, &committer->loop, committer->settings, committer->control_fd, first))
        return false;
    operators_init(&committer->operators, &committer->loop, &committer->cycle);
    csv_keeper_init(&committer->csv_keeper, &committer->loop, &committer->cycle, committer->settings->csv);
    certified_init(&committer->certified, &committer->loop, committer->settings->serves_tls,
                   (size_t)committer->settings->max_connections + MESSAGE_SLOTS_SPARE);
    committer->barrier_report.data = committer->beat.data = committer->turn_end.data = committer->control.data =
        committer;
    uv_timer_start(&committer->barrier_report, on_barrier_report, BARRIER_REPORT_MS, BARRIER_REPORT_MS);
    uv_timer_start(&committer->beat, on_beat, 0, beat_ms(committer->settings));
    uv_check_start(&committer->turn_end, on_turn_end);
    uv_poll_start(&committer->control, UV_READABLE, on_control);
    return true;
}

int committer_run(const struct settings *settings, int control, bool first, volatile uint32_t *store_calls,
                  struct kept_refusals *kept)
{
    static struct committer committer; /* some 30 kB: too large for the stack of a small system */
    int status = COMMITTER_FAILED;

    committer.settings = settings;
    committer.control_fd = control;
    committer.cycle.recovery.store_calls = store_calls;
    committer.cycle.kept = kept;
    if (!start_loop(&committer, first)) {
        log_event(LOG_CRITICAL, "start_process", LOG_FAIL,
                  "process: committer | reason: no memory or descriptors for its event loop");
    } else if (commit_cycle_start(&committer.cycle)) {
        uv_run(&committer.loop, UV_RUN_DEFAULT);
        status = COMMITTER_LEFT;
        operators_fini(&committer.operators);
        csv_keeper_fini(&committer.csv_keeper, settings->stop_ms / CSV_SHARE_OF_STOP);
        certified_fini(&committer.certified);
    }
    commit_cycle_fini(&committer.cycle);
    return status;
}
