/* What a worker and the acceptor say to each other: connections come, go, and make room. */
#include "server/worker/worker_parts.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/log.h"
#include "base/system.h"

void worker_tell_acceptor(const struct connection *connection, enum handoff_type type)
{
    struct worker *worker = connection->host->owner;
    const struct handoff_note note = { .type = (uint8_t)type,
                                       .number = connection->number,
                                       .address = connection->address,
                                       .port = (uint8_t)(connection->port | (connection->is_tls ? PORT_TLS : 0)),
                                       .origin = (uint8_t)connection->origin,
                                       .spoke = connection->spoke };
    if (handoff_is_open(&worker->handoff) && !handoff_send(&worker->handoff, &note, -1))
        handoff_close(&worker->handoff);
}

static void report_not_taken(struct worker *worker, int fd)
{
    static const struct log_kind kind = { .action = "accept",
                                          .reason = "no memory or descriptor for a connection",
                                          .level = LOG_ERROR };
    struct peer_name peer;
    char text[PEER_NAME_TEXT_MAX];

    (void)peer_name_of_socket(fd, &peer);
    if (peer_log_allows(&worker->log, &kind, &peer))
        log_event(LOG_ERROR, "accept", LOG_FAIL, "peer: %s | reason: %s", peer_name_text(&peer, text), kind.reason);
}

/* The acceptor hears of it whatever becomes of it, and before any byte of it is read: so it can
 * pass on what a worker that died had not taken. */
static void on_passed(struct worker *worker, const struct handoff_note *note, int fd)
{
    struct handoff_note reply = { .type = HANDOFF_TAKEN, .number = note->number };
    const struct counted_address address = { .group = note->address, .origin = (enum address_origin)note->origin };
    struct connection *connection = NULL;

    FAULT_POINT("connection-taken");
    handoff_send(&worker->handoff, &reply, -1);
    if (fd != -1 && worker->phase == WORKER_SERVES && connection_table_has_room(&worker->table))
        connection = connection_open(&worker->host, fd, note->port % PORTS, note->number, address);
    if (connection == NULL) {
        reply.type = HANDOFF_CLOSED;
        handoff_send(&worker->handoff, &reply, -1);
        if (worker->phase == WORKER_SERVES)
            report_not_taken(worker, fd);
        if (fd != -1)
            close(fd);
        return;
    }
    connection->name = connection_table_add(&worker->table, connection);
    worker->counters.connections++;
    FAULT_POINT("connection-accepted");
    session_throttle(&connection->session, worker->congested, clock_ms());
    connection_update(connection);
}

/* Without an acceptor to ask it goes on: the next one is told of it, and asks another to leave. */
bool worker_report_address(struct connection *connection)
{
    const struct worker *worker = connection->host->owner;

    worker_tell_acceptor(connection, HANDOFF_ADDRESS);
    return handoff_is_open(&worker->handoff);
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
        worker_tell_acceptor(connection, HANDOFF_KEPT);
        return;
    }
    session_abort(&connection->session, "its place was needed for a new connection");
    connection_update(connection);
}

static void on_ruling(struct worker *worker, uint64_t number, bool admitted)
{
    struct connection *connection = find_by_number(worker, number);

    if (connection == NULL || !connection->held)
        return;
    connection_admit(connection, admitted);
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
    else if (note->type == HANDOFF_ADMIT || note->type == HANDOFF_REFUSE)
        on_ruling(worker, note->number, note->type == HANDOFF_ADMIT);
}

static void on_handoff_end(struct handoff *handoff, bool malformed)
{
    (void)malformed;
    handoff_close(handoff); /* the supervisor starts another acceptor, and gives us a line to it */
}

void worker_join_acceptor(struct worker *worker, int fd)
{
    const struct handoff_note all = { .type = HANDOFF_HAVE_ALL };

    handoff_close(&worker->handoff);
    if (!handoff_open(&worker->handoff, &worker->loop, fd, on_note, on_handoff_end, worker)) {
        log_event(LOG_CRITICAL, "memory", LOG_FAIL, "reason: out of memory for the line to the acceptor");
        _exit(1);
    }
    for (uint32_t slot = 0; slot < worker->table.cap; slot++) {
        struct connection *connection = worker->table.slots[slot];
        if (connection == NULL)
            continue;
        worker_tell_acceptor(connection, HANDOFF_HAVE);
        if (!connection->held)
            continue;
        connection_admit(connection, true); /* the one that was asked is gone */
        connection_update(connection);
    }
    if (handoff_is_open(&worker->handoff))
        (void)handoff_send(&worker->handoff, &all, -1);
}
