/* The committer's process: see committer.h. What a request is worth is in lottery/judge.c, the
 * transaction in commit_group.c, when it is committed in commit_cycle.c. */
#include "server/committer/committer.h"

#include <unistd.h>
#include <uv.h>

#include "base/fault.h"
#include "base/log.h"
#include "server/channel/control.h"
#include "server/committer/commit_cycle.h"
#include "server/committer/event_log.h"

#define BARRIER_REPORT_MS 60000u

struct committer {
    const struct settings *settings;
    uv_loop_t loop;
    uv_poll_t control;
    uv_timer_t barrier_report;
    uv_check_t turn_end;
    int control_fd;
    bool control_ended;
    uint64_t next_worker;
    struct commit_cycle cycle;
};

static void leave_if_done(struct committer *committer)
{
    /* While the store is lost nothing more is read from a channel, its end neither; the workers
     * have left before. */
    if (committer->control_ended && (committer->cycle.workers == NULL || committer->cycle.recovery.store == NULL))
        uv_stop(&committer->loop);
}

/* ---- Messages from workers ------------------------------------------------------------------- */

/* A worker that sends something malformed is cut off: it exits, and the supervisor replaces it. */
static void cut_off(struct worker_channel *worker, const struct message *message)
{
    log_event(LOG_CRITICAL, "worker_message", LOG_FAIL,
              "type: %u | reason: malformed message from worker, or no memory", message->type);
    worker->ended = true;
}

static void on_frame(struct committer *committer, struct worker_channel *worker, const struct message *message,
                     const uint8_t *body)
{
    struct worker_connection *connection =
        worker_connection_find_or_add(worker, message->connection, message->port, message->number);
    if (connection == NULL || message->kind > FRAME_RECEIPT ||
        !commit_cycle_add(&committer->cycle, worker, connection, message, body))
        cut_off(worker, message);
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

    if (worker->ended)
        return;
    FAULT_POINT("message-received");
    if (message->type == MESSAGE_FRAME)
        on_frame(committer, worker, message, body);
    else if (message->type == MESSAGE_CLOSED && connection != NULL)
        on_connection_closed(committer, worker, connection);
    else if (message->type == MESSAGE_CLOSED)
        return; /* it never handed over a frame */
    else if (message->type != MESSAGE_WINNERS || connection == NULL ||
             !commit_cycle_add(&committer->cycle, worker, connection, message, body))
        cut_off(worker, message);
}

static void on_end(struct channel *channel)
{
    struct worker_channel *worker = channel->owner;
    worker->ended = true;
}

static const struct channel_events channel_events = { .on_message = on_message, .on_end = on_end };

/* ---- The supervisor's word ------------------------------------------------------------------- */

static void add_worker(struct committer *committer, int fd)
{
    struct commit_cycle *cycle = &committer->cycle;
    struct worker_channel *worker =
        worker_channel_open(&committer->loop, fd, ++committer->next_worker, committer->settings->session.max_frame,
                            &channel_events, committer);
    if (worker == NULL) {
        close(fd); /* the worker sees its channel end, leaves, and is replaced */
        return;
    }
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
            add_worker(committer, fd);
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
    event_log_barrier(&committer->cycle.judge.rounds);
}

static bool start_loop(struct committer *committer, bool first)
{
    if (uv_loop_init(&committer->loop) != 0)
        return false;
    uv_timer_init(&committer->loop, &committer->barrier_report);
    uv_check_init(&committer->loop, &committer->turn_end);
    if (uv_poll_init(&committer->loop, &committer->control, committer->control_fd) != 0 ||
        !commit_cycle_init(&committer->cycle, &committer->loop, committer->settings, committer->control_fd, first))
        return false;
    committer->barrier_report.data = committer->turn_end.data = committer->control.data = committer;
    uv_timer_start(&committer->barrier_report, on_barrier_report, BARRIER_REPORT_MS, BARRIER_REPORT_MS);
    uv_check_start(&committer->turn_end, on_turn_end);
    uv_poll_start(&committer->control, UV_READABLE, on_control);
    return true;
}

int committer_run(const struct settings *settings, int control, bool first)
{
    static struct committer committer; /* some 30 kB: too large for the stack of a small system */
    int status = COMMITTER_FAILED;

    committer.settings = settings;
    committer.control_fd = control;
    if (!start_loop(&committer, first)) {
        log_event(LOG_CRITICAL, "start_process", LOG_FAIL,
                  "process: committer | reason: no memory or descriptors for its event loop");
    } else if (commit_cycle_start(&committer.cycle)) {
        uv_run(&committer.loop, UV_RUN_DEFAULT);
        status = COMMITTER_LEFT;
    }
    commit_cycle_fini(&committer.cycle);
    return status;
}
