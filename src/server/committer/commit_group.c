/* A group of requests in one transaction: see commit_group.h. */
#include "server/committer/commit_group.h"

#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/probe.h"
#include "base/system.h"

void commit_group_init(struct commit_group *group, struct judge *judge)
{
    *group = (struct commit_group){ .judge = judge };
}

void commit_group_fini(struct commit_group *group)
{
    free(group->entries);
    *group = (struct commit_group){ 0 };
}

static struct commit_entry *new_entry(struct commit_group *group)
{
    if (group->count == group->cap) {
        size_t cap = group->cap == 0 ? 64 : group->cap * 2;
        struct commit_entry *entries = realloc(group->entries, cap * sizeof *entries);
        if (entries == NULL)
            return NULL;
        group->entries = entries;
        group->cap = cap;
    }
    return &group->entries[group->count++];
}

static void begin(struct commit_group *group)
{
    group->number++;
    group->open = true;
    group->failed = judge_begin(group->judge) != STORE_OK;
    group->others_write = !group->failed && store_is_overtaken(group->judge->store);
    judge_save(group->judge, &group->before);
}

static enum store_code judge_entry(struct judge *judge, struct commit_entry *entry, const struct message *message,
                                   const uint8_t *body)
{
    struct peer *peer = &entry->connection->peer;
    if (entry->type == MESSAGE_WINNERS)
        return judge_winners(judge, peer, message->round, message->from, &entry->judgement);
    enum store_code code = judge_frame(judge, peer, entry->kind, body, message->len, &entry->judgement);
    PROBE4(frame_judged, peer->speaker.number, entry->byte, entry->judgement.facts.agency, entry->judgement.facts.bets);
    return code;
}

static void count_connection(struct commit_group *group, struct worker_connection *connection)
{
    if (connection->pending++ > 0)
        return;
    group->peers++;
    if (connection->last_group > 0 && connection->last_group + 1 == group->number)
        group->returning++;
    connection->last_group = group->number;
}

bool commit_group_add(struct commit_group *group, struct worker_channel *worker, struct worker_connection *connection,
                      const struct message *message, const uint8_t *body)
{
    struct commit_entry *entry = new_entry(group);
    if (entry == NULL)
        return false;
    if (!group->open)
        begin(group);
    *entry = (struct commit_entry){ .worker = worker,
                                    .connection = connection,
                                    .before = connection->peer,
                                    .type = (enum message_type)message->type,
                                    .kind = (enum frame_kind)message->kind,
                                    .from = message->from,
                                    .byte = message->byte,
                                    .came_ns = clock_ns() };
    count_connection(group, connection);
    if (!group->failed)
        group->failed = judge_entry(group->judge, entry, message, body) != STORE_OK;
    else if (entry->type == MESSAGE_FRAME)
        judge_without_store(group->judge, entry->kind, body, message->len, &entry->judgement);
    else
        entry->judgement.ruling = ruling_regardless(VERDICT_CLOSE, NULL);
    FAULT_POINT("entry-judged");
    group->bets += entry->judgement.facts.bets;
    return true;
}

/* ---- Its end --------------------------------------------------------------------------------- */

/* The rulings stand, and each connection is as they left it. */
static enum commit_end conclude(struct commit_group *group)
{
    for (size_t i = 0; i < group->count; i++) {
        struct commit_entry *entry = &group->entries[i];
        entry->verdict = entry->judgement.ruling.verdict[OUTCOME_COMMITTED];
        entry->reason = entry->judgement.ruling.reason;
        entry->effects = entry->judgement.effects;
    }
    return GROUP_COMMITTED;
}

/* Backwards, so that each connection ends as it was before the first of its requests. */
static void restore(struct commit_group *group, enum outcome outcome)
{
    for (size_t i = group->count; i-- > 0;)
        group->entries[i].connection->peer = group->entries[i].before;
    judge_restore(group->judge, &group->before, outcome);
}

/* Forwards again, to say what each request gets now. */
static void undo(struct commit_group *group, enum outcome outcome)
{
    const char *lost = outcome == OUTCOME_UNKNOWN ? "the commit failed; it is unknown whether it is stored"
                                                  : "the store failed to take it";

    restore(group, outcome);
    for (size_t i = 0; i < group->count; i++) {
        struct commit_entry *entry = &group->entries[i];
        const struct ruling *ruling = &entry->judgement.ruling;
        entry->verdict = judge_settle(&entry->connection->peer, ruling, outcome);
        entry->reason = ruling->reason != NULL ? ruling->reason : lost;
        entry->effects = effects_of(&entry->judgement.effects, outcome);
    }
}

enum commit_end commit_group_end(struct commit_group *group)
{
    struct store *store = group->judge->store;

    if (!group->open)
        return GROUP_EMPTY;
    group->open = false;
    if (!group->failed && judge_write(group->judge) == STORE_OK) {
        FAULT_POINT("commit-begins");
        PROBE2(commit_begin, group->count, group->bets);
        enum store_code code = store_commit(store);
        FAULT_POINT("commit-done");
        PROBE3(commit_done, group->count, group->bets, code);
        if (code == STORE_OK)
            return conclude(group);
        if (code == STORE_UNKNOWN || code == STORE_MOVED) { /* MOVED: stored where it may never be found again */
            undo(group, OUTCOME_UNKNOWN);
            return GROUP_STORE_LOST;
        }
    }
    undo(group, OUTCOME_ROLLED_BACK);
    return store_rollback(store) == STORE_OK ? GROUP_ROLLED_BACK : GROUP_STORE_LOST;
}

void commit_group_clear(struct commit_group *group)
{
    for (size_t i = 0; i < group->count; i++)
        group->entries[i].connection->pending--;
    group->count = 0;
    group->bets = 0;
    group->peers = 0;
    group->returning = 0;
    group->failed = false;
}
