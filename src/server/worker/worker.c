/* A worker's process, its loop and its end: see worker.h. What it says to others is in
 * worker_acceptor.c and worker_committer.c. */
#include "server/worker/worker.h"

#include "base/fault.h"
#include "base/log.h"
#include "base/probe.h"
#include "base/system.h"
#include "server/channel/control.h"
#include "server/worker/worker_parts.h"

#define CONGESTED_BYTES (4u * 1024u * 1024u) /* queued for the committer: peers are not read */
#define RELIEVED_BYTES (1024u * 1024u)
#define CLOCK_LEAST_MS 20u /* deadlines closer together than this are looked at together */

/* ---- All connections ------------------------------------------------------------------------- */

static void on_clock(uv_timer_t *timer);

static void watch_deadline(void *owner, uint64_t deadline_ms)
{
    struct worker *worker = owner;
    if (deadline_ms >= worker->clock_due)
        return;
    uint64_t now = clock_ms();
    uint64_t wait = deadline_ms > now + CLOCK_LEAST_MS ? deadline_ms - now : CLOCK_LEAST_MS;
    worker->clock_due = now + wait;
    uv_update_time(&worker->loop);
    uv_timer_start(&worker->clock, on_clock, wait, 0);
}

static void on_clock(uv_timer_t *timer)
{
    struct worker *worker = timer->data;
    uint64_t now = clock_ms();

    worker->clock_due = UINT64_MAX;
    for (uint32_t slot = 0; slot < worker->table.cap; slot++) {
        struct connection *connection = worker->table.slots[slot];
        if (connection == NULL)
            continue;
        uint64_t deadline = session_deadline(&connection->session);
        if (deadline > now) {
            watch_deadline(worker, deadline);
            continue;
        }
        connection_tick(connection);
    }
}

static void throttle_all(struct worker *worker, bool throttled)
{
    worker->congested = throttled;
    for (uint32_t slot = 0; slot < worker->table.cap; slot++) {
        if (worker->table.slots[slot] == NULL)
            continue;
        session_throttle(&worker->table.slots[slot]->session, throttled, clock_ms());
        connection_update(worker->table.slots[slot]);
    }
}

/* ---- Stopping -------------------------------------------------------------------------------- */

static void leave_if_done(struct worker *worker)
{
    if (worker->phase == WORKER_SERVES || worker->table.open > 0)
        return;
    worker->phase = WORKER_LEAVES;
    uv_stop(&worker->loop);
}

static void on_released(struct connection *connection)
{
    struct worker *worker = connection->host->owner;
    struct message message = { .type = MESSAGE_CLOSED, .connection = connection->name, .number = connection->number };

    FAULT_POINT("connection-released");
    connection_table_remove(&worker->table, connection->name);
    worker_send(worker, &message, NULL);
    worker_tell_acceptor(connection, HANDOFF_CLOSED);
    leave_if_done(worker);
}

static void on_grace(uv_timer_t *timer)
{
    struct worker *worker = timer->data;
    worker->phase = WORKER_LEAVES;
    uv_stop(&worker->loop);
}

/* What was handed over is answered; the sessions do the rest. */
static void stop(struct worker *worker)
{
    if (worker->phase != WORKER_SERVES)
        return;
    worker->phase = WORKER_STOPS;
    FAULT_POINT("worker-stops");
    handoff_close(&worker->handoff);
    uv_timer_start(&worker->grace, on_grace, worker->settings->stop_ms / 3 * 2, 0);
    for (uint32_t slot = 0; slot < worker->table.cap; slot++) {
        if (worker->table.slots[slot] == NULL)
            continue;
        session_stop(&worker->table.slots[slot]->session, clock_ms());
        connection_update(worker->table.slots[slot]);
    }
    leave_if_done(worker);
}

static void on_control(uv_poll_t *poll, int status, int events)
{
    struct worker *worker = poll->data;
    struct control_note note;
    int fd;
    enum control_outcome outcome = CONTROL_END;

    (void)events;
    while (status >= 0 && (outcome = control_receive(worker->control_fd, &note, &fd)) == CONTROL_NOTE)
        if (note.type == CONTROL_HANDOFF && fd != -1)
            worker_join_acceptor(worker, fd);
        else if (note.type == CONTROL_TLS && fd != -1)
            worker_renew_tls(worker, fd, note.value);
    if (outcome != CONTROL_END)
        return;
    uv_poll_stop(poll);
    stop(worker);
}

/* ---- The loop -------------------------------------------------------------------------------- */

static void flush(struct worker *worker)
{
    channel_flush(&worker->channel);
    FAULT_POINT("frames-written");
    size_t queued = channel_queued(&worker->channel);
    PROBE1(frames_written, queued);
    if (!worker->congested && queued > CONGESTED_BYTES)
        throttle_all(worker, true);
    else if (worker->congested && queued < RELIEVED_BYTES)
        throttle_all(worker, false);
}

static void on_turn_end(uv_check_t *check)
{
    flush(check->data);
}

static void on_turn_begin(uv_prepare_t *prepare)
{
    flush(prepare->data);
}

static void beat(struct worker *worker)
{
    const struct worker_numbers numbers = { .counters = worker->counters, .open = worker->table.open };

    if (worker->settings->observes)
        control_send_body(worker->control_fd, CONTROL_BEAT, &numbers, sizeof numbers);
    else
        control_send(worker->control_fd, CONTROL_BEAT, 0, -1);
}

static void on_beat(uv_timer_t *timer)
{
    beat(timer->data);
}

static bool start_loop(struct worker *worker, int channel)
{
    if (uv_loop_init(&worker->loop) != 0)
        return false;
    peer_log_open(&worker->log, &worker->loop);
    uv_timer_init(&worker->loop, &worker->beat);
    uv_timer_init(&worker->loop, &worker->clock);
    uv_timer_init(&worker->loop, &worker->grace);
    uv_timer_init(&worker->loop, &worker->rechecks);
    uv_check_init(&worker->loop, &worker->turn_end);
    uv_prepare_init(&worker->loop, &worker->turn_begin);
    if (uv_poll_init(&worker->loop, &worker->control, worker->control_fd) != 0)
        return false;
    worker->beat.data = worker->clock.data = worker->grace.data = worker->rechecks.data = worker;
    worker->turn_end.data = worker->turn_begin.data = worker->control.data = worker;
    uv_timer_start(&worker->beat, on_beat, 0, control_beat_ms(worker->settings->hang_ms, worker->settings->observes));
    uv_check_start(&worker->turn_end, on_turn_end);
    uv_prepare_start(&worker->turn_begin, on_turn_begin);
    uv_poll_start(&worker->control, UV_READABLE, on_control);
    return channel_open(&worker->channel, &worker->loop, channel, MESSAGE_DOCUMENTS_MAX * (uint32_t)sizeof(uint32_t),
                        &worker_channel_events, worker);
}

/* A worker's share of a limit of the server; the shares add up to the whole. */
static uint64_t share(uint64_t total, unsigned workers, unsigned number)
{
    return total / workers + (number < total % workers ? 1 : 0);
}

int worker_run(const struct settings *settings, unsigned number, int channel, int control)
{
    static struct worker worker;

    worker.settings = settings;
    worker.control_fd = control;
    worker.clock_due = UINT64_MAX;
    worker.unfinished_max = share(settings->max_unfinished, settings->workers, number);
    worker.host = (struct connection_host){ .loop = &worker.loop,
                                            .rules = &settings->session,
                                            .log = &worker.log,
                                            .counters = &worker.counters,
                                            .hand_over = worker_hand_over,
                                            .ask_winners = worker_ask_winners,
                                            .name_refused = worker_name_refused,
                                            .certify = worker_certify,
                                            .report_address = worker_report_address,
                                            .count_unfinished = worker_count_unfinished,
                                            .watch_deadline = watch_deadline,
                                            .on_released = on_released,
                                            .owner = &worker };
    worker.handoff.fd = -1;
    if (!connection_table_init(&worker.table, settings->max_connections + MESSAGE_SLOTS_SPARE) ||
        !start_loop(&worker, channel)) {
        log_event(LOG_CRITICAL, "start_process", LOG_FAIL, "reason: no memory or descriptors for its event loop");
        return 1;
    }
    FAULT_POINT("worker-starts");
    while (worker.phase != WORKER_LEAVES)
        uv_run(&worker.loop, UV_RUN_DEFAULT);
    channel_flush(&worker.channel);
    if (settings->observes)
        beat(&worker); /* its last numbers */
    peer_log_flush(&worker.log);
    connection_table_fini(&worker.table);
    tls_context_release(worker.host.tls);
    return 0;
}
