/* Which agencies a connection may speak for: see certified.h. */
#include "server/committer/certified.h"

#include <string.h>
#include <unistd.h>

#include "base/log.h"

void certified_init(struct certified *certified, uv_loop_t *loop, bool serves_tls, size_t connections_max)
{
    *certified = (struct certified){
        .serves_tls = serves_tls, .loop = loop, .announced = { .max = connections_max }, .line = { .fd = -1 }
    };
}

void certified_fini(struct certified *certified)
{
    handoff_close(&certified->line);
    announced_fini(&certified->announced);
}

/* ---- From the acceptor ----------------------------------------------------------------------- */

static void on_note(struct handoff *line, const struct handoff_note *note, int fd)
{
    struct certified *certified = line->owner;
    const struct announcement connection = { .number = note->number, .worker = note->worker, .port = note->port };

    if (fd != -1)
        close(fd);
    if (note->type == HANDOFF_GONE)
        announced_leave(&certified->announced, note->number);
    else if (note->type == HANDOFF_ANNOUNCE && !announced_put(&certified->announced, &connection))
        log_event(LOG_ERROR, "memory", LOG_FAIL, "reason: out of memory for an announced connection");
}

/* What the acceptor had announced stays. */
static void on_end(struct handoff *line, bool malformed)
{
    (void)malformed;
    handoff_close(line);
}

void certified_join(struct certified *certified, int fd)
{
    if (handoff_is_open(&certified->line))
        handoff_drain(&certified->line);
    handoff_close(&certified->line);
    if (handoff_open(&certified->line, certified->loop, fd, on_note, on_end, certified))
        return;
    log_event(LOG_CRITICAL, "memory", LOG_FAIL, "reason: out of memory for the line from the acceptor");
    _exit(1); /* without it no connection would be accepted any more */
}

/* The acceptor announces a connection before it passes it to a worker, so the announcement is here
 * already, or still on the line. */
static bool take(struct certified *certified, uint64_t number, struct announcement *connection)
{
    if (announced_take(&certified->announced, number, connection))
        return true;
    if (handoff_is_open(&certified->line))
        handoff_drain(&certified->line);
    return announced_take(&certified->announced, number, connection);
}

/* ---- From workers ---------------------------------------------------------------------------- */

/* Does this worker have such a connection, with no message so far? */
static const char *claim(struct certified *certified, const struct worker_channel *worker, uint64_t number,
                         uint8_t stream, bool is_tls)
{
    struct announcement connection;

    if (!take(certified, number, &connection))
        return "a connection that was not announced, or has spoken before";
    if (connection.worker != worker->name.slot)
        return "a connection of another worker";
    if (handoff_stream(connection.port) != stream || handoff_is_tls(connection.port) != is_tls)
        return "a connection of another port";
    return NULL;
}

const char *certified_state(struct certified *certified, struct worker_channel *worker, const struct message *message,
                            const uint8_t *body)
{
    struct byte_set agencies;
    const char *doubt;

    if (!certified->serves_tls)
        return "a certificate, but TLS is not served";
    if (worker_connection_find(worker, message->connection) != NULL)
        return "agencies stated twice, or after a frame";
    doubt = claim(certified, worker, message->number, message->port, true);
    if (doubt != NULL)
        return doubt;
    struct worker_connection *connection =
        worker_connection_find_or_add(worker, message->connection, message->port, message->number);
    if (connection == NULL)
        return "another connection in a slot that is in use, or no memory for it";
    memcpy(&agencies, body, sizeof agencies);
    connection->peer.certified = true;
    connection->peer.agencies = agencies;
    return NULL;
}

const char *certified_doubt(struct certified *certified, const struct worker_channel *worker,
                            const struct worker_connection *connection, bool is_new)
{
    if (!certified->serves_tls || !is_new)
        return NULL;
    return claim(certified, worker, connection->peer.speaker.number, connection->peer.port, false);
}

void certified_closed(struct certified *certified, const struct worker_channel *worker, uint64_t number)
{
    struct announcement connection;

    if (certified->serves_tls && take(certified, number, &connection) && connection.worker != worker->name.slot)
        (void)announced_put(&certified->announced, &connection); /* it has just left room */
}
