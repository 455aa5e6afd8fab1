/* Connections with simulated servers: see link.h. */
#include "link.h"

#include <string.h>

#include "base/system.h"

#define INBOX_MOST 4096u /* bytes: then nothing more is read from agencies */

static struct link links[LINKS_MAX];

struct link *link_at(unsigned link)
{
    return &links[link];
}

/* ---- Beginning and end ----------------------------------------------------------------------- */

static void free_link(struct link *link)
{
    session_fini(&link->session);
    link->is_used = false;
}

void links_init(void)
{
    for (unsigned i = 0; i < LINKS_MAX; i++)
        links[i].is_used = false;
}

void links_fini(void)
{
    for (unsigned i = 0; i < LINKS_MAX; i++)
        if (links[i].is_used)
            free_link(&links[i]);
}

void links_end_of_server(const struct server *server)
{
    for (unsigned i = 0; i < LINKS_MAX; i++) {
        if (!links[i].is_used || links[i].server != server->process.server)
            continue;
        links[i].server_is_gone = true;
        links[i].up_len = 0;
        if (links[i].is_given_up)
            free_link(&links[i]);
    }
}

/* ---- From the session to the committer ------------------------------------------------------- */

static void post_frame(void *context, enum frame_kind kind, const uint8_t *bytes, size_t len)
{
    const struct link *link = context;
    const struct message message = { .len = (uint32_t)len,
                                     .type = MESSAGE_FRAME,
                                     .kind = (uint8_t)kind,
                                     .connection = link->name,
                                     .number = link->number,
                                     .byte = session_frame_offset(&link->session) };

    server_post(server_at(link->server), &message, bytes);
}

static void post_ask(void *context, uint32_t round, uint32_t from)
{
    const struct link *link = context;
    const struct message message = { .type = MESSAGE_WINNERS, .connection = link->name, .round = round, .from = from };

    server_post(server_at(link->server), &message, NULL);
}

/* ---- From the committer to the session: as worker_committer.c -------------------------------- */

/* An agency's connection that is over: the host closes it. */
static void close_if_over(struct link *link)
{
    if (!session_is_over(&link->session) || session_owed(&link->session) > 0 || link->server_is_gone)
        return;
    const struct message closed = { .type = MESSAGE_CLOSED, .connection = link->name, .number = link->number };
    server_post(server_at(link->server), &closed, NULL);
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

void link_tell(struct server *server, const struct message *message, const uint8_t *body)
{
    struct link *link = find_link(server, message->connection);
    uint32_t documents[SERVER_BODY_MAX / 4];

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
    struct server *server = server_at(at);
    const struct session_host host = { .hand_over = post_frame, .ask_winners = post_ask, .context = link };

    if (link == NULL || !server_accepts(server))
        return NULL;
    struct process *before = process_current;
    process_current = &server->process;
    true_ns += 10; /* no two are accepted at the same time */
    *link = (struct link){ .is_used = true, .server = at, .uses = link->uses + 1, .number = clock_ns() };
    link->name = (uint64_t)link->uses << 32 | (uint64_t)(link - links);
    session_init(&link->session, servers_session_rules(), SORTEO_AGENCY_STREAM, &host, clock_ms());
    process_current = before;
    return link;
}

static struct process *enter_worker(const struct link *link)
{
    struct process *before = process_current;

    process_current = &server_at(link->server)->process;
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
        server_at(link->server)->inbox.len > INBOX_MOST)
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
