/* A simulated server: see server.h. */
#include "server.h"

#include <stdlib.h>
#include <string.h>

#include "base/system.h"
#include "chance.h"
#include "surroundings.h"
#include "trace.h"

#define INBOX_MOST 4096u /* bytes: then nothing more is read from agencies */
#define SLOTS 1000u
#define BODY_MAX 1024u

void (*server_draws_without_a_store)(void);

static struct server servers[SERVERS_MAX];
static struct link links[LINKS_MAX];
static unsigned server_count;
static struct settings settings;
static int64_t last_process;

struct server *server_at(unsigned server)
{
    return &servers[server];
}

struct link *link_at(unsigned link)
{
    return &links[link];
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
    for (unsigned i = 0; i < LINKS_MAX; i++)
        links[i].is_used = false;
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

static void free_link(struct link *link)
{
    session_fini(&link->session);
    link->is_used = false;
}

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
    server->worker = worker_channel_open(NULL, -1, 1, BODY_MAX, SLOTS, NULL, server);
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
    for (unsigned i = 0; i < LINKS_MAX; i++) {
        if (!links[i].is_used || links[i].server != server->process.server)
            continue;
        links[i].server_is_gone = true;
        links[i].up_len = 0;
        if (links[i].is_given_up)
            free_link(&links[i]);
    }
    free_server(server);
    process_current = before;
    return true;
}

void servers_fini(void)
{
    for (unsigned i = 0; i < LINKS_MAX; i++)
        if (links[i].is_used)
            free_link(&links[i]);
    for (unsigned i = 0; i < server_count; i++) {
        process_current = &servers[i].process;
        servers[i].process.dies = true;
        if (servers[i].is_alive)
            free_server(&servers[i]);
    }
    process_current = NULL;
}

/* ---- From the worker to the committer -------------------------------------------------------- */

static void post(struct server *server, const struct message *message, const void *body)
{
    if (!buffer_append(&server->inbox, message, sizeof *message) ||
        (message->len > 0 && !buffer_append(&server->inbox, body, message->len)))
        abort();
}

static void post_frame(void *context, enum frame_kind kind, const uint8_t *bytes, size_t len)
{
    const struct link *link = context;
    const struct message message = { .len = (uint32_t)len,
                                     .type = MESSAGE_FRAME,
                                     .kind = (uint8_t)kind,
                                     .connection = link->name,
                                     .number = link->number,
                                     .byte = session_frame_offset(&link->session) };

    post(&servers[link->server], &message, bytes);
}

static void post_ask(void *context, uint32_t round, uint32_t from)
{
    const struct link *link = context;
    const struct message message = { .type = MESSAGE_WINNERS, .connection = link->name, .round = round, .from = from };

    post(&servers[link->server], &message, NULL);
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
    uint8_t body[BODY_MAX];

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

/* An agency's connection that is over: the host closes it. */
static void close_if_over(struct link *link)
{
    if (!session_is_over(&link->session) || session_owed(&link->session) > 0 || link->server_is_gone)
        return;
    const struct message closed = { .type = MESSAGE_CLOSED, .connection = link->name, .number = link->number };
    post(&servers[link->server], &closed, NULL);
    link->server_is_gone = true;
    if (link->is_given_up)
        free_link(link);
}

static struct link *find_link(const struct server *server, uint64_t name)
{
    for (unsigned i = 0; i < LINKS_MAX; i++)
        if (links[i].is_used && !links[i].server_is_gone && links[i].server == server->process.server &&
            links[i].name == name)
            return &links[i];
    return NULL;
}

static void tell_all_drawn(const struct server *server, uint32_t round)
{
    for (unsigned i = 0; i < LINKS_MAX; i++)
        if (links[i].is_used && !links[i].server_is_gone && links[i].server == server->process.server)
            session_drawn(&links[i].session, round, clock_ms());
}

static void tell(struct server *server, const struct message *message, const uint8_t *body)
{
    struct link *link = find_link(server, message->connection);
    uint32_t documents[BODY_MAX / 4];

    if (message->type == MESSAGE_DRAWN) {
        tell_all_drawn(server, message->round);
        return;
    }
    if (link == NULL)
        return;
    if (message->type == MESSAGE_RESULT) {
        session_result(&link->session, (enum verdict)message->verdict, message->round, clock_ms());
    } else if (message->type == MESSAGE_DOCUMENTS) {
        memcpy(documents, body, message->len);
        session_documents(&link->session, (enum verdict)message->verdict, message->total, documents,
                          message->len / sizeof *documents, clock_ms());
    } else {
        session_replace(&link->session);
    }
    close_if_over(link);
}

bool server_tell(struct server *server)
{
    struct message message;
    uint8_t body[BODY_MAX];
    struct process *before = process_current;

    if (!server->is_alive || !surroundings_receive(&server->worker->channel, &message, body, sizeof body))
        return false;
    process_current = &server->process;
    tell(server, &message, body);
    process_current = before;
    return true;
}

/* ---- Connections ----------------------------------------------------------------------------- */

static struct link *free_slot(void)
{
    for (unsigned i = 0; i < LINKS_MAX; i++)
        if (!links[i].is_used)
            return &links[i];
    return NULL;
}

struct link *link_open(unsigned at)
{
    struct link *link = free_slot();
    struct server *server = &servers[at];
    const struct session_host host = { .hand_over = post_frame, .ask_winners = post_ask, .context = link };

    if (link == NULL || !server->is_alive || server->process.dies || server->cycle.judge.store == NULL)
        return NULL;
    struct process *before = process_current;
    process_current = &server->process;
    true_ns += 10; /* no two are accepted at the same time */
    *link = (struct link){ .is_used = true, .server = at, .uses = link->uses + 1, .number = clock_ns() };
    link->name = (uint64_t)link->uses << 32 | (uint64_t)(link - links);
    session_init(&link->session, &settings.session, SORTEO_AGENCY_STREAM, &host, clock_ms());
    process_current = before;
    return link;
}

static struct process *enter_worker(const struct link *link)
{
    struct process *before = process_current;

    process_current = &servers[link->server].process;
    return before;
}

static void drop_front(uint8_t *bytes, size_t *len, size_t count)
{
    *len -= count;
    memmove(bytes, bytes + count, *len);
}

bool link_deliver(struct link *link, size_t most)
{
    const size_t len = link->up_len < most ? link->up_len : most;

    if (!link->is_used || len == 0 || link->server_is_gone || !session_wants_input(&link->session) ||
        servers[link->server].inbox.len > INBOX_MOST)
        return false;
    struct process *before = enter_worker(link);
    session_feed(&link->session, link->up, len, clock_ms());
    drop_front(link->up, &link->up_len, len);
    close_if_over(link);
    process_current = before;
    return true;
}

/* One that is draining ends when the agency has ended its own direction, which it does at once. */
static void end_if_hung_up(struct link *link)
{
    if (session_has_hung_up(&link->session))
        session_end(&link->session, clock_ms());
}

bool link_answer(struct link *link, size_t most)
{
    size_t len = 0;
    const uint8_t *bytes;

    if (!link->is_used || link->server_is_gone)
        return false;
    struct process *before = enter_worker(link);
    end_if_hung_up(link);
    bytes = session_output(&link->session, &len);
    len = len < most ? len : most;
    len = len < LINK_BYTES - link->down_len ? len : LINK_BYTES - link->down_len;
    if (len > 0) {
        if (!link->is_given_up) {
            memcpy(link->down + link->down_len, bytes, len);
            link->down_len += len;
        }
        session_sent(&link->session, len, clock_ms());
        end_if_hung_up(link);
    }
    close_if_over(link);
    process_current = before;
    return len > 0;
}

void link_lose(struct link *link)
{
    if (!link->is_used || link->server_is_gone)
        return;
    struct process *before = enter_worker(link);
    link->up_len = 0;
    session_lose(&link->session);
    close_if_over(link);
    process_current = before;
}

void link_give_up(struct link *link)
{
    link->is_given_up = true;
    link->down_len = 0;
    if (link->server_is_gone)
        free_link(link);
}

bool link_send(struct link *link, const void *bytes, size_t len)
{
    if (len > LINK_BYTES - link->up_len)
        return false;
    memcpy(link->up + link->up_len, bytes, len);
    link->up_len += len;
    return true;
}
