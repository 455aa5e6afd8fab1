/* What a worker and the committer say to each other: frames, and what comes of them. */
#include "server/worker/worker_parts.h"

#include <string.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/log.h"
#include "base/probe.h"
#include "base/system.h"

/* A channel that takes nothing more is unusable, and so is its worker. */
void worker_send(struct worker *worker, const struct message *message, const void *body)
{
    if (channel_send(&worker->channel, message, body))
        return;
    log_event(LOG_CRITICAL, "memory", LOG_FAIL, "reason: out of memory for a message to the committer");
    _exit(1);
}

void worker_hand_over(struct connection *connection, enum frame_kind kind, const uint8_t *bytes, size_t len)
{
    struct message message = { .len = (uint32_t)len,
                               .type = MESSAGE_FRAME,
                               .kind = (uint8_t)kind,
                               .port = connection->port,
                               .connection = connection->name,
                               .number = connection->number,
                               .byte = session_frame_offset(&connection->session),
                               .peer = connection->peer,
                               .proxy = connection->proxy };
    FAULT_POINT("frame-complete");
    PROBE4(frame_complete, message.number, message.byte, message.kind, message.len);
    worker_send(connection->host->owner, &message, bytes);
    FAULT_POINT("frame-queued");
}

void worker_certify(struct connection *connection, const struct byte_set *agencies)
{
    struct message message = { .len = sizeof *agencies,
                               .type = MESSAGE_AGENCIES,
                               .port = connection->port,
                               .connection = connection->name,
                               .number = connection->number,
                               .peer = connection->peer,
                               .proxy = connection->proxy };
    FAULT_POINT("connection-certified");
    worker_send(connection->host->owner, &message, agencies);
    worker_recheck(connection);
}

void worker_name_refused(struct connection *connection, uint8_t agency)
{
    struct message message = {
        .type = MESSAGE_REFUSED, .kind = agency, .connection = connection->name, .peer = connection->peer
    };
    worker_send(connection->host->owner, &message, NULL);
}

void worker_ask_winners(struct connection *connection, uint32_t round, uint32_t from)
{
    struct message message = { .type = MESSAGE_WINNERS, .connection = connection->name, .round = round, .from = from };
    worker_send(connection->host->owner, &message, NULL);
}

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
    PROBE2(result_received, connection->number, message->verdict);
    session_result(&connection->session, (enum verdict)message->verdict, message->round, clock_ms());
    if (connection->spoke || !connection->session.taken)
        return;
    connection->spoke = true;
    worker_tell_acceptor(connection, HANDOFF_SPOKE);
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
    else if (message->type == MESSAGE_COUNTED)
        session_count(&connection->session);
    else
        session_replace(&connection->session);
    connection_update(connection);
}

/* Without a committer nothing can be promised: the supervisor starts a new generation. */
static void on_end(struct channel *channel)
{
    struct worker *worker = channel->owner;
    worker->phase = WORKER_LEAVES;
    uv_stop(&worker->loop);
}

const struct channel_events worker_channel_events = { .on_message = on_message, .on_end = on_end };
