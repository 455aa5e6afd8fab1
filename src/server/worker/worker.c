/* A worker's process: see worker.h. */
#include "server/worker/worker.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/log.h"
#include "base/system.h"
#include "server/channel/channel.h"
#include "server/channel/control.h"
#include "server/channel/handoff.h"
#include "server/worker/connection.h"
#include "server/worker/connection_table.h"
#include "server/worker/unfinished.h"

#define BEAT_MS 2000u                        /* or a quarter of what --hang-timeout says, if that is less */
#define CONGESTED_BYTES (4u * 1024u * 1024u) /* queued for the committer: peers are not read */
#define RELIEVED_BYTES (1024u * 1024u)
#define CLOCK_LEAST_MS 20u /* deadlines closer together than this are looked at together */

struct worker {
    const struct settings *settings;
    uv_loop_t loop;
    struct channel channel;
    struct handoff handoff; /* from the acceptor */
    struct connection_host host;
    struct peer_log log;
    struct connection_table table;
    uv_poll_t control;
    uv_timer_t beat;
    uv_timer_t clock; /* the sessions' deadlines */
    uv_timer_t grace; /* stopping: when what is left is dropped */
    uv_check_t turn_end;
    uv_prepare_t turn_begin;
    int control_fd;
    uint64_t unfinished; /* bytes of unfinished frames, and how many may be */
    uint64_t unfinished_max;
    uint64_t clock_due; /* when `clock` fires next; UINT64_MAX: it does not */
    bool congested;     /* the channel is full: nothing is read from peers */
    bool stopping;
    bool left;
};

/* ---- For connections ------------------------------------------------------------------------- */

/* A channel that takes nothing more is unusable, and so is its worker. */
static void send_message(struct worker *worker, const struct message *message, const void *body)
{
    if (channel_send(&worker->channel, message, body))
        return;
    log_event(LOG_CRITICAL, "memory", LOG_FAIL, "reason: out of memory for a message to the committer");
    _exit(1);
}

static void hand_over(struct connection *connection, enum frame_kind kind, const uint8_t *bytes, size_t len)
{
    struct message message = { .len = (uint32_t)len,
                               .type = MESSAGE_FRAME,
                               .kind = (uint8_t)kind,
                               .port = connection->port,
                               .connection = connection->name,
                               .number = connection->number,
                               .byte = session_frame_offset(&connection->session),
                               .peer = connection->peer };
    FAULT_POINT("frame-complete");
    send_message(connection->host->owner, &message, bytes);
    FAULT_POINT("frame-queued");
}

static void name_refused(struct connection *connection, uint8_t agency)
{
    struct message message = {
        .type = MESSAGE_REFUSED, .kind = agency, .connection = connection->name, .peer = connection->peer
    };
    send_message(connection->host->owner, &message, NULL);
}

static void ask_winners(struct connection *connection, uint32_t round, uint32_t from)
{
    struct message message = { .type = MESSAGE_WINNERS, .connection = connection->name, .round = round, .from = from };
    send_message(connection->host->owner, &message, NULL);
}

/* True if there are more than before. */
static bool recount(struct worker *worker, struct connection *connection)
{
    size_t now = connection->released ? 0 : session_unfinished(&connection->session);
    bool grew = now > connection->unfinished;

    worker->unfinished = worker->unfinished - connection->unfinished + now;
    connection->unfinished = now;
    return grew;
}

/* Without memory to choose, the one that grew goes. */
static struct connection *choose_unfinished(struct worker *worker, struct connection *grown)
{
    struct unfinished *frames = calloc(worker->table.open, sizeof *frames);
    size_t count = 0;

    if (frames == NULL)
        return grown;
    for (uint32_t slot = 0; slot < worker->table.cap; slot++) {
        struct connection *connection = worker->table.slots[slot];
        if (connection != NULL && connection->unfinished > 0)
            frames[count++] = (struct unfinished){ .address = connection->address,
                                                   .bytes = connection->unfinished,
                                                   .taken = connection->session.taken,
                                                   .owner = connection };
    }
    const struct unfinished *chosen = unfinished_choose(frames, count);
    struct connection *connection = chosen == NULL ? grown : chosen->owner;
    free(frames);
    return connection;
}

static void count_unfinished(struct connection *connection)
{
    struct worker *worker = connection->host->owner;

    if (!recount(worker, connection))
        return;
    while (worker->unfinished > worker->unfinished_max) {
        struct connection *chosen = choose_unfinished(worker, connection);
        session_close(&chosen->session, "too many bytes of incomplete frames", clock_ms());
        recount(worker, chosen);
        if (chosen != connection)
            connection_update(chosen); /* the other one is being updated */
        else
            return;
    }
}

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

static void leave_if_done(struct worker *worker);

/* What becomes of a connection; nothing where the acceptor is gone: the next one is told of all. */
static void send_to_acceptor(const struct connection *connection, enum handoff_type type)
{
    struct worker *worker = connection->host->owner;
    const struct handoff_note note = { .type = (uint8_t)type,
                                       .number = connection->number,
                                       .address = connection->address,
                                       .port = connection->port,
                                       .spoke = connection->spoke };
    if (handoff_is_open(&worker->handoff) && !handoff_send(&worker->handoff, &note, -1))
        handoff_close(&worker->handoff);
}

static void on_released(struct connection *connection)
{
    struct worker *worker = connection->host->owner;
    struct message message = { .type = MESSAGE_CLOSED, .connection = connection->name };

    FAULT_POINT("connection-released");
    connection_table_remove(&worker->table, connection->name);
    send_message(worker, &message, NULL);
    send_to_acceptor(connection, HANDOFF_CLOSED);
    leave_if_done(worker);
}

/* ---- All connections ------------------------------------------------------------------------- */

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

/* ---- New ones -------------------------------------------------------------------------------- */

static void report_not_taken(int fd)
{
    struct peer_name peer;
    char text[PEER_NAME_TEXT_MAX];

    (void)peer_name_of_socket(fd, &peer);
    log_event(LOG_ERROR, "accept", LOG_FAIL, "peer: %s | reason: no memory or descriptor for a connection",
              peer_name_text(&peer, text));
}

/* The acceptor hears of it whatever becomes of it, and before any byte of it is read: so it can
 * pass on what a worker that died had not taken. */
static void on_passed(struct worker *worker, const struct handoff_note *note, int fd)
{
    struct handoff_note reply = { .type = HANDOFF_TAKEN, .number = note->number };
    struct connection *connection = NULL;

    FAULT_POINT("connection-taken");
    handoff_send(&worker->handoff, &reply, -1);
    if (fd != -1 && !worker->stopping && connection_table_has_room(&worker->table))
        connection = connection_open(&worker->host, fd, note->port & 1, note->number, note->address);
    if (connection == NULL) {
        reply.type = HANDOFF_CLOSED;
        handoff_send(&worker->handoff, &reply, -1);
        if (!worker->stopping)
            report_not_taken(fd);
        if (fd != -1)
            close(fd);
        return;
    }
    connection->name = connection_table_add(&worker->table, connection);
    FAULT_POINT("connection-accepted");
    session_throttle(&connection->session, worker->congested, clock_ms());
    connection_update(connection);
}

static struct connection *find_by_number(struct worker *worker, uint64_t number)
{
    for (uint32_t slot = 0; slot < worker->table.cap; slot++)
        if (worker->table.slots[slot] != NULL && worker->table.slots[slot]->number == number)
            return worker->table.slots[slot];
    return NULL;
}

/* Its place is needed (protocol, section 6): it goes, unless a frame is under way or was taken. */
static void on_evict(struct worker *worker, uint64_t number)
{
    struct connection *connection = find_by_number(worker, number);

    if (connection == NULL)
        return; /* it is closed, and the acceptor was told */
    if (!session_is_idle(&connection->session)) {
        send_to_acceptor(connection, HANDOFF_KEPT);
        return;
    }
    session_abort(&connection->session, "its place was needed for a new connection");
    connection_update(connection);
}

static void on_note(struct handoff *handoff, const struct handoff_note *note, int fd)
{
    struct worker *worker = handoff->owner;
    if (note->type == HANDOFF_PASS)
        on_passed(worker, note, fd);
    else if (fd != -1)
        close(fd);
    if (note->type == HANDOFF_EVICT)
        on_evict(worker, note->number);
}

static void on_handoff_end(struct handoff *handoff, bool malformed)
{
    (void)malformed;
    handoff_close(handoff); /* the supervisor starts another acceptor, and gives us a line to it */
}

/* A new acceptor: it learns which connections there are. */
static void join_acceptor(struct worker *worker, int fd)
{
    handoff_close(&worker->handoff);
    if (!handoff_open(&worker->handoff, &worker->loop, fd, on_note, on_handoff_end, worker)) {
        log_event(LOG_CRITICAL, "memory", LOG_FAIL, "reason: out of memory for the line to the acceptor");
        _exit(1);
    }
    for (uint32_t slot = 0; slot < worker->table.cap; slot++)
        if (worker->table.slots[slot] != NULL)
            send_to_acceptor(worker->table.slots[slot], HANDOFF_HAVE);
}

/* ---- From the committer ---------------------------------------------------------------------- */

static struct connection *find(struct worker *worker, uint64_t name)
{
    struct connection *connection = connection_table_at(&worker->table, name);
    return connection != NULL && connection->name == name ? connection : NULL;
}

static void tell_all_drawn(struct worker *worker, uint32_t round)
{
    for (uint32_t slot = 0; slot < worker->table.cap; slot++) {
        if (worker->table.slots[slot] == NULL)
            continue;
        session_drawn(&worker->table.slots[slot]->session, round, clock_ms());
        connection_update(worker->table.slots[slot]);
    }
}

static void give_result(struct connection *connection, const struct message *message)
{
    FAULT_POINT("result-received");
    session_result(&connection->session, (enum verdict)message->verdict, message->round, clock_ms());
    if (connection->spoke || !connection->session.taken)
        return;
    connection->spoke = true;
    send_to_acceptor(connection, HANDOFF_SPOKE);
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

    if (message->type == MESSAGE_DRAWN) {
        FAULT_POINT("draw-received");
        tell_all_drawn(worker, message->round);
        return;
    }
    if (connection == NULL)
        return; /* it is closed; late results for it are dropped */
    if (message->type == MESSAGE_RESULT)
        give_result(connection, message);
    else if (message->type == MESSAGE_DOCUMENTS)
        give_documents(connection, message, body);
    else
        session_replace(&connection->session);
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
    if (!worker->stopping || worker->table.open > 0)
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

/* What was handed over is answered; the sessions do the rest. */
static void stop(struct worker *worker)
{
    if (worker->stopping)
        return;
    worker->stopping = true;
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
            join_acceptor(worker, fd);
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

static void on_beat(uv_timer_t *timer)
{
    struct worker *worker = timer->data;
    control_send(worker->control_fd, CONTROL_BEAT, 0, -1);
}

static bool start_loop(struct worker *worker, int channel)
{
    if (uv_loop_init(&worker->loop) != 0)
        return false;
    peer_log_open(&worker->log, &worker->loop);
    uv_timer_init(&worker->loop, &worker->beat);
    uv_timer_init(&worker->loop, &worker->clock);
    uv_timer_init(&worker->loop, &worker->grace);
    uv_check_init(&worker->loop, &worker->turn_end);
    uv_prepare_init(&worker->loop, &worker->turn_begin);
    if (uv_poll_init(&worker->loop, &worker->control, worker->control_fd) != 0)
        return false;
    worker->beat.data = worker->clock.data = worker->grace.data = worker;
    worker->turn_end.data = worker->turn_begin.data = worker->control.data = worker;
    uint64_t beat_ms = worker->settings->hang_ms / 4 < BEAT_MS ? worker->settings->hang_ms / 4 : BEAT_MS;
    uv_timer_start(&worker->beat, on_beat, 0, beat_ms);
    uv_check_start(&worker->turn_end, on_turn_end);
    uv_prepare_start(&worker->turn_begin, on_turn_begin);
    uv_poll_start(&worker->control, UV_READABLE, on_control);
    return channel_open(&worker->channel, &worker->loop, channel, MESSAGE_DOCUMENTS_MAX * (uint32_t)sizeof(uint32_t),
                        &channel_events, worker);
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
                                            .hand_over = hand_over,
                                            .ask_winners = ask_winners,
                                            .name_refused = name_refused,
                                            .count_unfinished = count_unfinished,
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
    while (!worker.left)
        uv_run(&worker.loop, UV_RUN_DEFAULT);
    channel_flush(&worker.channel);
    peer_log_flush(&worker.log);
    connection_table_fini(&worker.table);
    return 0;
}
