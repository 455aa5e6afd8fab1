/* A simulated server: see server.h. */
#include "server.h"

#include <stdlib.h>
#include <string.h>

#include "base/system.h"
#include "link.h"
#include "surroundings.h"
#include "trace.h"

#define SLOTS 1000u

void (*server_draws_without_a_store)(void);

static struct server servers[SERVERS_MAX];
static unsigned server_count;
static struct settings settings;
static int64_t last_process;

struct server *server_at(unsigned server)
{
    return &servers[server];
}

bool server_accepts(const struct server *server)
{
    return server->is_alive && !server->process.dies && server->cycle.judge.store != NULL;
}

const struct session_rules *servers_session_rules(void)
{
    return &settings.session;
}

void servers_init(unsigned count, enum sorteo_dialect dialect, uint8_t agencies, uint32_t draw_piece)
{
    settings = (struct settings){ .store = "simulated",
                                  .agencies = agencies,
                                  .winning_number = SERVER_WINNING_NUMBER,
                                  .draw_piece = draw_piece,
                                  .hang_ms = 20000,
                                  .session = { .dialect = dialect,
                                               .max_frame = 1000,
                                               .first_byte_ms = 10000,
                                               .frame_ms = 10000,
                                               .idle_ms = 300000,
                                               .untaken_ms = 10000,
                                               .refusals = 100,
                                               .send_ms = 30000 } };
    server_count = count;
    last_process = 0;
    for (unsigned i = 0; i < count; i++) {
        servers[i].is_alive = servers[i].is_busy = false;
        servers[i].process.server = i;
        drifting_clock_draw(&servers[i].process.clock); /* the machine's: it stays */
    }
    links_init();
}

static struct process *enter(struct server *server)
{
    struct process *before = process_current;

    process_current = &server->process;
    server->is_busy = true;
    return before;
}

/* A process that died in a call is gone when the call has ended. */
static void leave(struct server *server, struct process *before)
{
    server->is_busy = false;
    process_current = before;
    if (server->process.dies)
        (void)server_die(server);
}

/* ---- Beginning and end ----------------------------------------------------------------------- */

static void free_server(struct server *server)
{
    struct worker_channel *worker = server->worker;

    for (size_t slot = 0; slot < worker->cap; slot++)
        if (worker->connections[slot] != NULL)
            worker->connections[slot]->pending = 0; /* as the process is gone with all it had */
    worker_channel_close(worker);
    buffer_fini(&server->inbox);
    commit_cycle_fini(&server->cycle);
    server->is_alive = false;
}

bool server_start(struct server *server)
{
    struct process *before;
    bool is_ready;

    if (server->is_alive || server->is_busy)
        return false;
    server->process.number = ++last_process;
    server->process.dies = false;
    before = enter(server);
    memset(&server->cycle, 0, sizeof server->cycle);
    server->inbox = (struct buffer){ 0 };
    server->worker = worker_channel_open(NULL, -1, 1, SERVER_BODY_MAX, SLOTS, NULL, server);
    if (server->worker == NULL || !commit_cycle_init(&server->cycle, NULL, &settings, -1, true))
        abort();
    server->cycle.workers = server->worker;
    server->is_alive = true;
    is_ready = commit_cycle_start(&server->cycle);
    trace("%s as process %lld", is_ready ? "starts" : "cannot start", (long long)server->process.number);
    counts.starts += is_ready;
    if (!is_ready)
        server->process.dies = true;
    leave(server, before);
    return is_ready;
}

bool server_die(struct server *server)
{
    struct process *before = process_current;

    if (!server->is_alive || server->is_busy)
        return false;
    process_current = &server->process;
    server->process.dies = true;
    trace("dies");
    counts.deaths += !server->cycle.recovery.first; /* it had started */
    links_end_of_server(server);
    free_server(server);
    process_current = before;
    return true;
}

void servers_fini(void)
{
    links_fini();
    for (unsigned i = 0; i < server_count; i++) {
        process_current = &servers[i].process;
        servers[i].process.dies = true;
        if (servers[i].is_alive)
            free_server(&servers[i]);
    }
    process_current = NULL;
}

/* ---- From the worker to the committer -------------------------------------------------------- */

void server_post(struct server *server, const struct message *message, const void *body)
{
    if (!buffer_append(&server->inbox, message, sizeof *message) ||
        (message->len > 0 && !buffer_append(&server->inbox, body, message->len)))
        abort();
}

/* ---- The committer: as committer.c ----------------------------------------------------------- */

static void take_frame(struct server *server, const struct message *message, const uint8_t *body)
{
    struct worker_connection *connection =
        worker_connection_find_or_add(server->worker, message->connection, message->port, message->number);

    if (connection == NULL || commit_cycle_add(&server->cycle, server->worker, connection, message, body) != NULL)
        abort(); /* no session here says the impossible */
}

static void take_message(struct server *server, const struct message *message, const uint8_t *body)
{
    struct worker_connection *connection = worker_connection_find(server->worker, message->connection);

    if (message->type == MESSAGE_FRAME) {
        take_frame(server, message, body);
        return;
    }
    if (connection == NULL)
        return;
    if (message->type == MESSAGE_WINNERS) {
        connection->asks = true;
        (void)commit_cycle_add(&server->cycle, server->worker, connection, message, body);
        return;
    }
    if (connection->pending > 0)
        commit_cycle_end_group(&server->cycle);
    worker_connection_forget(server->worker, connection);
}

static bool may_step(const struct server *server)
{
    return server->is_alive && !server->is_busy;
}

static bool read_one(struct server *server)
{
    struct message message;
    uint8_t body[SERVER_BODY_MAX];

    if (server->inbox.len == 0 || server->worker->channel.paused || server->process.dies)
        return false;
    memcpy(&message, buffer_front(&server->inbox), sizeof message);
    memcpy(body, buffer_front(&server->inbox) + sizeof message, message.len);
    buffer_consume(&server->inbox, sizeof message + message.len);
    take_message(server, &message, body);
    return true;
}

bool server_read(struct server *server, unsigned most)
{
    bool any = false;

    if (!may_step(server))
        return false;
    struct process *before = enter(server);
    while (most-- > 0 && read_one(server))
        any = true;
    leave(server, before);
    return any;
}

bool server_end_turn(struct server *server)
{
    if (!may_step(server) || !server->cycle.group.open)
        return false;
    struct process *before = enter(server);
    commit_cycle_end_turn(&server->cycle, true);
    leave(server, before);
    return true;
}

static bool go_on_drawing(struct commit_cycle *cycle)
{
    if (!uv_is_active((const uv_handle_t *)&cycle->draw_steps))
        return false;
    if (cycle->recovery.store == NULL) {
        server_draws_without_a_store();
        return false;
    }
    cycle->draw_steps.idle_cb(&cycle->draw_steps);
    return true;
}

bool server_fire(struct server *server)
{
    struct commit_cycle *cycle = &server->cycle;

    if (!may_step(server))
        return false;
    struct process *before = enter(server);
    bool any = surroundings_fire(&cycle->recovery.timer);
    any |= !server->process.dies && surroundings_fire(&cycle->look);
    any |= !server->process.dies && go_on_drawing(cycle);
    leave(server, before);
    return any;
}

/* ---- From the committer to the worker: as worker_committer.c --------------------------------- */

bool server_tell(struct server *server)
{
    struct message message;
    uint8_t body[SERVER_BODY_MAX];
    struct process *before = process_current;

    if (!server->is_alive || !surroundings_receive(&server->worker->channel, &message, body, sizeof body))
        return false;
    process_current = &server->process;
    link_tell(server, &message, body);
    process_current = before;
    return true;
}
