/* Bytes of unfinished frames in a worker, and their limit. Whose has to go is in unfinished.c. */
#include "server/worker/connection_parts.h"
#include "server/worker/unfinished.h"
#include "server/worker/worker_parts.h"

#include <stdlib.h>

#include "base/system.h"

/* What comes before the session's bytes. Of one that closes nothing more is made, though its
 * handshake never ended: it must count as nothing, or choosing it would free nothing, for ever. */
static size_t held_before_session(const struct connection *connection)
{
    if (connection->session.phase >= SESSION_CLOSING)
        return 0;
    if (connection->header != NULL)
        return connection_header_len(connection);
    return connection->is_tls ? tls_filter_unfinished(&connection->tls) : 0;
}

/* True if there are more than before. */
static bool recount(struct worker *worker, struct connection *connection)
{
    size_t held = held_before_session(connection);
    size_t now = connection->released ? 0 : session_unfinished(&connection->session) + held;
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

void worker_count_unfinished(struct connection *connection)
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
