/* What the committer tells the workers: see tell.h. */
#include "server/committer/tell.h"

#include "base/fault.h"
#include "base/log.h"

/* A link that cannot be written to has lost a message: it is of no use, and its worker finds that
 * out. */
static void tell(struct link *link, const struct message *message, const void *body)
{
    if (link->ended || channel_send(&link->channel, message, body))
        return;
    log_event(LOG_CRITICAL, "memory", LOG_FAIL, "reason: no memory for what a worker has to be told");
    link->ended = true;
}

void tell_result(const struct group_entry *entry)
{
    struct message message = { .type = MESSAGE_RESULT,
                               .verdict = (uint8_t)entry->judgement.verdict,
                               .connection = entry->peer->connection,
                               .round = entry->judgement.round };
    tell(entry->link, &message, NULL);
}

void tell_documents(const struct group_entry *entry, struct store *store)
{
    uint32_t documents[MESSAGE_DOCUMENTS_MAX];
    const struct judgement *judgement = &entry->judgement;
    size_t count = 0;
    struct message message = { .type = MESSAGE_DOCUMENTS,
                               .verdict = (uint8_t)judgement->verdict,
                               .connection = entry->peer->connection,
                               .round = judgement->round,
                               .from = entry->from,
                               .total = (uint32_t)judgement->winners };
    if (judgement->verdict == VERDICT_DRAWN && store_winners(store, judgement->round, judgement->agency, entry->from,
                                                             documents, MESSAGE_DOCUMENTS_MAX, &count) != STORE_OK) {
        char text[STORE_ERROR_MAX];
        log_event(LOG_ERROR, "store", LOG_FAIL, "reason: %s", log_clean(text, sizeof text, store_error_text(store)));
        message.verdict = VERDICT_CLOSE;
        count = 0;
    }
    message.len = (uint32_t)(count * sizeof *documents);
    tell(entry->link, &message, documents);
    FAULT_POINT("documents-told");
}

void tell_superseded(struct link *links, const struct claim *claim)
{
    struct message message = { .type = MESSAGE_SUPERSEDED, .connection = claim->connection };
    for (struct link *link = links; link != NULL; link = link->next)
        if (link->id == claim->channel)
            tell(link, &message, NULL);
}

void tell_drawn(struct link *links, uint32_t round)
{
    struct message message = { .type = MESSAGE_DRAWN, .round = round };
    for (struct link *link = links; link != NULL; link = link->next)
        tell(link, &message, NULL);
}
