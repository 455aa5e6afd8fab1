/* A group of frames in one transaction: see group.h. */
#include "server/committer/group.h"

#include <stdlib.h>
#include <string.h>

#include "base/fault.h"

void group_init(struct group *group, struct judge *judge)
{
    *group = (struct group){ .judge = judge };
}

void group_fini(struct group *group)
{
    free(group->entries);
    *group = (struct group){ 0 };
}

static struct group_entry *new_entry(struct group *group)
{
    if (group->count == group->cap) {
        size_t cap = group->cap == 0 ? 64 : group->cap * 2;
        struct group_entry *entries = realloc(group->entries, cap * sizeof *entries);
        if (entries == NULL)
            return NULL;
        group->entries = entries;
        group->cap = cap;
    }
    return &group->entries[group->count++];
}

static void begin(struct group *group)
{
    group->rounds_before = group->judge->rounds;
    group->claims_before = group->judge->claims;
    group->number++;
    group->open = true;
    group->failed = store_begin(group->judge->store) != STORE_OK;
}

static enum store_code judge_entry(struct judge *judge, struct group_entry *entry, const struct message *message,
                                   const uint8_t *body)
{
    struct peer *peer = &entry->peer->peer;
    if (entry->type == MESSAGE_WINNERS)
        return judge_winners(judge, peer, message->round, message->from, &entry->judgement);
    return judge_frame(judge, peer, entry->kind, body, message->len, &entry->judgement);
}

static void count_peer(struct group *group, struct link_peer *peer)
{
    if (peer->pending++ > 0)
        return;
    group->peers++;
    if (peer->last_group > 0 && peer->last_group + 1 == group->number)
        group->returning++;
    peer->last_group = group->number;
}

bool group_add(struct group *group, struct link *link, struct link_peer *peer, const struct message *message,
               const uint8_t *body)
{
    struct group_entry *entry = new_entry(group);
    if (entry == NULL)
        return false;
    if (!group->open)
        begin(group);
    *entry = (struct group_entry){ .link = link,
                                   .peer = peer,
                                   .before = peer->peer,
                                   .type = (enum message_type)message->type,
                                   .kind = (enum frame_kind)message->kind,
                                   .from = message->from };
    count_peer(group, peer);
    if (!group->failed)
        group->failed = judge_entry(group->judge, entry, message, body) != STORE_OK;
    else if (entry->type == MESSAGE_FRAME)
        judge_describe(group->judge, entry->kind, body, message->len, &entry->judgement);
    FAULT_POINT("entry-judged");
    group->bets += entry->judgement.bets;
    return true;
}

/* What a frame gets if its group is not stored: bets that were to be stored are refused, since none
 * of them is; what cannot be refused is closed. Bets already stored by an earlier copy must not be
 * called refused. */
static enum verdict verdict_taken_back(const struct group_entry *entry, bool unknown)
{
    bool bets = entry->type == MESSAGE_FRAME && (entry->kind == FRAME_SINGLE || entry->kind == FRAME_BATCH);
    if (entry->judgement.verdict == VERDICT_ABORT)
        return VERDICT_ABORT;
    if (!bets || entry->peer->peer.closed)
        return VERDICT_CLOSE;
    if (entry->judgement.verdict == VERDICT_REFUSED)
        return VERDICT_REFUSED;
    return unknown || entry->judgement.repeated ? VERDICT_CLOSE : VERDICT_REFUSED;
}

/* Backwards, so that each peer ends as it was before the first of its frames. Who speaks for an
 * agency stands where nobody can know: bets of a newer connection may be stored, and a FINISH that
 * an older one still has would close their round. */
static void restore(struct group *group, bool unknown)
{
    for (size_t i = group->count; i-- > 0;)
        group->entries[i].peer->peer = group->entries[i].before;
    group->judge->rounds = group->rounds_before;
    if (!unknown)
        group->judge->claims = group->claims_before;
    memset(group->judge->moved, 0, sizeof group->judge->moved);
}

/* Forwards again, to say to each frame what it gets now. */
static void take_back(struct group *group, bool unknown)
{
    restore(group, unknown);
    for (size_t i = 0; i < group->count; i++) {
        struct group_entry *entry = &group->entries[i];
        struct peer *peer = &entry->peer->peer;
        entry->judgement.verdict = verdict_taken_back(entry, unknown);
        entry->judgement.supersedes = entry->judgement.supersedes && unknown;
        entry->judgement.drew = false;
        entry->judgement.closes_round = false;
        if (entry->judgement.reason == NULL)
            entry->judgement.reason =
                unknown ? "nobody can know whether the store took it" : "the store failed to take it";
        if (entry->judgement.verdict == VERDICT_REFUSED)
            peer->refused = true;
        else
            peer->closed = true;
    }
}

enum group_end group_end(struct group *group)
{
    struct store *store = group->judge->store;

    if (!group->open)
        return GROUP_EMPTY;
    group->open = false;
    if (!group->failed && judge_write(group->judge) == STORE_OK) {
        FAULT_POINT("commit-begins");
        enum store_code code = store_commit(store);
        FAULT_POINT("commit-done");
        if (code == STORE_OK)
            return GROUP_COMMITTED;
        if (code == STORE_UNKNOWN) {
            take_back(group, true);
            return GROUP_STORE_LOST;
        }
    }
    take_back(group, false);
    return store_rollback(store) == STORE_OK ? GROUP_TAKEN_BACK : GROUP_STORE_LOST;
}

void group_clear(struct group *group)
{
    for (size_t i = 0; i < group->count; i++)
        group->entries[i].peer->pending--;
    group->count = 0;
    group->bets = 0;
    group->peers = 0;
    group->returning = 0;
    group->failed = false;
}
