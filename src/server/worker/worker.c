/* A worker's process: see worker.h. Accepting is in accept.c. */
#include "server/worker/worker.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/log.h"
#include "base/system.h"
#include "server/channel/control.h"
#include "server/worker/accept.h"

#define BEAT_MS 2000u                        /* or a quarter of what --hang-timeout says, if that is less */
#define GRACE_MS 3000u                       /* of the 5 seconds that a stop may take */
#define CONGESTED_BYTES (4u * 1024u * 1024u) /* queued for the committer: peers are not read */
#define RELIEVED_BYTES (1024u * 1024u)
#define CLOCK_LEAST_MS 20u /* deadlines closer together than this are looked at together */

/* ---- For connections ------------------------------------------------------------------------- */

/* A channel that takes nothing more is of no use, nor is a worker without one. */
static void send_message(struct worker *worker, const struct message *message, const void *body)
{
    if (channel_send(&worker->channel, message, body))
        return;
    log_event(LOG_CRITICAL, "memory", LOG_FAIL, "reason: no memory for what the committer has to be told");
    _exit(1);
}

void worker_hand_over(struct connection *connection, enum frame_kind kind, const uint8_t *bytes, size_t len)
{
    struct message message = { .len = (uint32_t)len,
                               .type = MESSAGE_FRAME,
                               .kind = (uint8_t)kind,
                               .port = connection->port,
                               .connection = connection->id,
                               .accepted_ns = connection->accepted_ns };
    FAULT_POINT("frame-complete");
    send_message(connection->worker, &message, bytes);
    FAULT_POINT("frame-queued");
}

void worker_ask_winners(struct connection *connection, uint32_t round, uint32_t from)
{
    struct message message = { .type = MESSAGE_WINNERS, .connection = connection->id, .round = round, .from = from };
    send_message(connection->worker, &message, NULL);
}

void worker_count_unfinished(struct connection *connection)
{
    struct worker *worker = connection->worker;
    size_t now = connection->released ? 0 : session_unfinished(&connection->session);

    worker->unfinished = worker->unfinished - connection->unfinished + now;
    bool grew = now > connection->unfinished;
    connection->unfinished = now;
    if (grew && worker->unfinished > worker->unfinished_max)
        session_close(&connection->session, "too many bytes of unfinished frames in all", clock_ms());
}

static void on_clock(uv_timer_t *timer);

void worker_watch_deadline(struct worker *worker, uint64_t deadline_ms)
{
    uint64_t now = clock_ms();
    if (deadline_ms >= worker->clock_due)
        return;
    uint64_t wait = deadline_ms > now + CLOCK_LEAST_MS ? deadline_ms - now : CLOCK_LEAST_MS;
    worker->clock_due = now + wait;
    uv_update_time(&worker->loop);
    uv_timer_start(&worker->clock, on_clock, wait, 0);
}

static void leave_if_done(struct worker *worker);

void worker_release(struct connection *connection)
{
    struct worker *worker = connection->worker;
    struct message message = { .type = MESSAGE_CLOSED, .connection = connection->id };

    FAULT_POINT("connection-released");
    worker->slots[(uint32_t)connection->id] = NULL;
    worker->open--;
    send_message(worker, &message, NULL);
    accept_resume(worker);
    leave_if_done(worker);
}

/* ---- All connections ------------------------------------------------------------------------- */

static void on_clock(uv_timer_t *timer)
{
    struct worker *worker = timer->data;
    uint64_t now = clock_ms();

    worker->clock_due = UINT64_MAX;
    for (uint32_t slot = 0; slot < worker->slot_count; slot++) {
        struct connection *connection = worker->slots[slot];
        if (connection == NULL)
            continue;
        uint64_t deadline = session_deadline(&connection->session);
        if (deadline > now) {
            worker_watch_deadline(worker, deadline);
            continue;
        }
        connection_tick(connection);
    }
}

static void hold_all(struct worker *worker, bool held)
{
    worker->congested = held;
    for (uint32_t slot = 0; slot < worker->slot_count; slot++) {
        if (worker->slots[slot] == NULL)
            continue;
        session_hold(&worker->slots[slot]->session, held, clock_ms());
        connection_update(worker->slots[slot]);
    }
}

/* ---- From the committer ---------------------------------------------------------------------- */

static struct connection *find(struct worker *worker, uint64_t id)
{
    uint32_t slot = (uint32_t)id;
    struct connection *connection = slot < worker->slot_count ? worker->slots[slot] : NULL;
    return connection != NULL && connection->id == id ? connection : NULL;
}

static void tell_all_drawn(struct worker *worker, uint32_t round)
{
    for (uint32_t slot = 0; slot < worker->slot_count; slot++) {
        if (worker->slots[slot] == NULL)
            continue;
        session_drawn(&worker->slots[slot]->session, round, clock_ms());
        connection_update(worker->slots[slot]);
    }
}

static void give_documents(struct connection *connection, const struct message *message, const uint8_t *body)
{
    uint32_t documents[MESSAGE_DOCUMENTS_MAX];
    FAULT_POINT("documents-received");
    memcpy(documents, body, message->len);
    session_documents(&connection->session, (enum verdict)message->verdict, message->total, documents,
                      message->len / sizeof *documents, clock_ms());
}

static void on_message(struct channel *channel, const struct message *message, const uint8_t *body)
{
    struct worker *worker = channel->owner;
    struct connection *connection = find(worker, message->connection);

    FAULT_POINT("result-received");
    if (message->type == MESSAGE_DRAWN) {
        FAULT_POINT("draw-received");
        tell_all_drawn(worker, message->round);
        return;
    }
    if (connection == NULL)
        return; /* it is closed; what the committer still says of it goes nowhere */
    if (message->type == MESSAGE_RESULT)
        session_result(&connection->session, (enum verdict)message->verdict, message->round, clock_ms());
    else if (message->type == MESSAGE_DOCUMENTS)
        give_documents(connection, message, body);
    else
        session_abort(&connection->session, "a newer connection speaks for its agency");
    connection_update(connection);
}

/* Without a committer nothing can be promised: the supervisor starts a new generation. */
static void on_end(struct channel *channel)
{
    struct worker *worker = channel->owner;
    worker->left = true;
    uv_stop(&worker->loop);
}

static const struct channel_events channel_events = { .on_message = on_message, .on_end = on_end };

/* ---- Stopping -------------------------------------------------------------------------------- */

static void leave_if_done(struct worker *worker)
{
    if (!worker->stopping || worker->open > 0)
        return;
    worker->left = true;
    uv_stop(&worker->loop);
}

static void on_grace(uv_timer_t *timer)
{
    struct worker *worker = timer->data;
    worker->left = true;
    uv_stop(&worker->loop);
}

/* What was handed over is answered; the rest of the ceremony is the sessions'. */
static void stop(struct worker *worker)
{
    if (worker->stopping)
        return;
    worker->stopping = true;
    FAULT_POINT("worker-stops");
    accept_stop(worker);
    uv_timer_start(&worker->grace, on_grace, GRACE_MS, 0);
    for (uint32_t slot = 0; slot < worker->slot_count; slot++) {
        if (worker->slots[slot] == NULL)
            continue;
        session_stop(&worker->slots[slot]->session, clock_ms());
        connection_update(worker->slots[slot]);
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
        continue; /* the supervisor has nothing to tell a worker but the end */
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
    if (!worker->congested && queued > CONGESTED_BYTES)
        hold_all(worker, true);
    else if (worker->congested && queued < RELIEVED_BYTES)
        hold_all(worker, false);
}

static void on_turn_end(uv_check_t *check)
{
    flush(check->data);
}

static void on_turn_begin(uv_prepare_t *prepare)
{
    flush(prepare->data);
}

static void on_beat(uv_timer_t *timer)
{
    struct worker *worker = timer->data;
    control_send(worker->control_fd, CONTROL_BEAT, 0, -1);
}

static bool start_loop(struct worker *worker, int channel)
{
    if (uv_loop_init(&worker->loop) != 0)
        return false;
    uv_timer_init(&worker->loop, &worker->beat);
    uv_timer_init(&worker->loop, &worker->clock);
    uv_timer_init(&worker->loop, &worker->accept_again);
    uv_timer_init(&worker->loop, &worker->grace);
    uv_check_init(&worker->loop, &worker->turn_end);
    uv_prepare_init(&worker->loop, &worker->turn_begin);
    if (uv_poll_init(&worker->loop, &worker->control, worker->control_fd) != 0)
        return false;
    worker->beat.data = worker->clock.data = worker->accept_again.data = worker->grace.data = worker;
    worker->turn_end.data = worker->turn_begin.data = worker->control.data = worker;
    uint64_t beat_ms = worker->settings->hang_ms / 4 < BEAT_MS ? worker->settings->hang_ms / 4 : BEAT_MS;
    uv_timer_start(&worker->beat, on_beat, 0, beat_ms);
    uv_check_start(&worker->turn_end, on_turn_end);
    uv_prepare_start(&worker->turn_begin, on_turn_begin);
    uv_poll_start(&worker->control, UV_READABLE, on_control);
    return channel_open(&worker->channel, &worker->loop, channel, MESSAGE_DOCUMENTS_MAX * (uint32_t)sizeof(uint32_t),
                        &channel_events, worker);
}

/* The limits of the server, shared out: whole among all workers. */
static uint64_t share(uint64_t total, unsigned workers, unsigned number)
{
    return total / workers + (number < total % workers ? 1 : 0);
}

int worker_run(const struct settings *settings, unsigned number, const int listeners[WORKER_PORTS], int channel,
               int control)
{
    static struct worker worker;

    worker.settings = settings;
    worker.control_fd = control;
    worker.clock_due = UINT64_MAX;
    worker.slot_count = (uint32_t)share(settings->max_connections, settings->workers, number);
    worker.unfinished_max = share(settings->max_unfinished, settings->workers, number);
    worker.slots = calloc(worker.slot_count > 0 ? worker.slot_count : 1, sizeof *worker.slots);
    if (worker.slots == NULL || !start_loop(&worker, channel) || !accept_start(&worker, listeners)) {
        log_event(LOG_CRITICAL, "start_process", LOG_FAIL, "reason: no memory or descriptors for its event loop");
        return 1;
    }
    FAULT_POINT("worker-starts");
    while (!worker.left)
        uv_run(&worker.loop, UV_RUN_DEFAULT);
    channel_flush(&worker.channel);
    free(worker.slots);
    return 0;
}
