/* What the committer sends to the workers: see results.h. */
#include "server/committer/results.h"

#include "base/fault.h"
#include "base/log.h"

/* A channel that cannot be written to has lost a message: it is unusable, and its worker will
 * notice. */
static void send_to(struct worker_channel *worker, const struct message *message, const void *body)
{
    if (worker->ended || channel_send(&worker->channel, message, body))
        return;
    log_event(LOG_CRITICAL, "memory", LOG_FAIL, "reason: out of memory for a message to a worker");
    worker->ended = true;
}

void results_send(const struct commit_entry *entry)
{
    struct message message = { .type = MESSAGE_RESULT,
                               .verdict = (uint8_t)entry->verdict,
                               .connection = entry->connection->name,
                               .round = entry->judgement.ruling.round };
    send_to(entry->worker, &message, NULL);
}

void results_send_noted(struct worker_channel *worker, uint64_t connection)
{
    struct message message = { .type = MESSAGE_RESULT, .verdict = VERDICT_NOTED, .connection = connection };
    send_to(worker, &message, NULL);
}

bool results_send_documents(const struct commit_entry *entry, struct store *store)
{
    uint32_t documents[MESSAGE_DOCUMENTS_MAX];
    const struct facts *facts = &entry->judgement.facts;
    size_t count = 0;
    struct message message = { .type = MESSAGE_DOCUMENTS,
                               .verdict = (uint8_t)entry->verdict,
                               .connection = entry->connection->name,
                               .round = facts->round,
                               .from = entry->from,
                               .total = (uint32_t)facts->winners };
    const bool failed =
        entry->verdict == VERDICT_DRAWN && store_winners(store, facts->round, facts->agency, entry->from, documents,
                                                         MESSAGE_DOCUMENTS_MAX, &count) != STORE_OK;
    if (failed) {
        message.verdict = VERDICT_CLOSE;
        count = 0;
    }
    message.len = (uint32_t)(count * sizeof *documents);
    send_to(entry->worker, &message, documents);
    FAULT_POINT("documents-told");
    return !failed;
}

void results_send_superseded(struct worker_channel *workers, const struct speaker *speaker)
{
    struct message message = { .type = MESSAGE_SUPERSEDED, .connection = speaker->connection };
    for (struct worker_channel *worker = workers; worker != NULL; worker = worker->next)
        if (worker->id == speaker->channel)
            send_to(worker, &message, NULL);
}

void results_send_counted(struct worker_channel *worker, uint8_t agency)
{
    for (size_t slot = 0; slot < worker->cap; slot++) {
        const struct worker_connection *connection = worker->connections[slot];
        if (connection == NULL || connection->peer.agency != agency)
            continue;
        const struct message message = { .type = MESSAGE_COUNTED, .connection = connection->name };
        send_to(worker, &message, NULL);
    }
}

void results_send_drawn(struct worker_channel *workers, uint32_t round)
{
    struct message message = { .type = MESSAGE_DRAWN, .round = round };
    for (struct worker_channel *worker = workers; worker != NULL; worker = worker->next)
        send_to(worker, &message, NULL);
}
