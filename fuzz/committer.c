/* The committer's part of the target `session`: see committer.h. */
#include "committer.h"

#include <stdio.h>
#include <string.h>

#define DOCUMENTS_MAX 600u

void committer_init(struct committer *committer, enum sorteo_dialect dialect, uint8_t agencies, uint16_t winning_number)
{
    memory_store_init(&committer->store, agencies);
    model_init(&committer->model, dialect, agencies, winning_number);
    judge_init(&committer->judge, dialect, winning_number);
    FUZZ_MUST(judge_load(&committer->judge, &committer->store.base) == STORE_OK, "an empty store can be read");
    commit_group_init(&committer->group, &committer->judge);
    committer->queued = 0;
}

void committer_fini(struct committer *committer)
{
    commit_group_fini(&committer->group);
    judge_fini(&committer->judge);
}

void committer_ask(struct committer *committer, const struct committer_request *request)
{
    FUZZ_MUST(committer->queued < COMMITTER_QUEUE, "the fuzzer's queue has room");
    committer->queue[committer->queued++] = *request;
}

/* ---- Judging --------------------------------------------------------------------------------- */

static struct model_verdict judge_by_model(struct model *model, const struct committer_request *request)
{
    if (request->frame == NULL)
        return model_tell(model, request->client->number, request->round, request->from == 0);
    return model_judge(model, request->client->number, request->frame);
}

static void judge(struct committer *committer, const struct committer_request *request)
{
    struct client *client = request->client;
    const struct model_frame *frame = request->frame;
    struct message message = { .type = MESSAGE_WINNERS,
                               .port = client->peer.peer.port,
                               .connection = client->peer.name,
                               .round = request->round,
                               .from = request->from };

    if (frame != NULL) {
        message.type = MESSAGE_FRAME;
        message.kind = (uint8_t)frame->kind;
        message.len = (uint32_t)(frame->end - frame->begin);
    }
    FUZZ_MUST(commit_group_add(&committer->group, NULL, &client->peer, &message,
                               frame == NULL ? NULL : client->stream + frame->begin),
              "there is memory for the fuzzer");
}

/* A frame that the store failed to take. Where it failed before the KEY was looked up, it is
 * unknown whether it is a repeat. */
static struct model_verdict not_judged(const struct committer *committer)
{
    const bool looked = committer->store.fault == MEMORY_WRITE_FAILS;

    return (struct model_verdict){ .verdict = VERDICT_STORED,
                                   .repeated = committer->judge.has_keys && !looked,
                                   .replaced = -1 };
}

/* Both judge; where the store fails, the rest waits. Returns how many were judged, the one that
 * failed included. */
static size_t judge_all(struct committer *committer, size_t most)
{
    size_t count = 0;

    while (count < committer->queued && count < most && !committer->group.failed) {
        const struct committer_request *request = &committer->queue[count];

        judge(committer, request);
        committer->verdicts[count] =
            committer->group.failed ? not_judged(committer) : judge_by_model(&committer->model, request);
        count++;
    }
    return count;
}

/* What the group that was not stored leaves (section 6): bets are refused where it is known that
 * they are not stored; else there is no answer, and the connection is closed. */
static enum verdict without_store(const struct committer *committer, size_t i, bool unknown)
{
    const struct committer_request *request = &committer->queue[i];
    const struct model_verdict *verdict = &committer->verdicts[i];
    const bool bets =
        request->frame != NULL && (request->frame->kind == FRAME_SINGLE || request->frame->kind == FRAME_BATCH);

    if (verdict->verdict == VERDICT_ABORT)
        return VERDICT_ABORT;
    if (!bets || committer->model.peers[request->client->number].closed)
        return VERDICT_CLOSE;
    if (verdict->verdict == VERDICT_REFUSED)
        return VERDICT_REFUSED;
    return unknown || verdict->repeated ? VERDICT_CLOSE : VERDICT_REFUSED;
}

/* The model's state but for what only grows, which `bet_count` and `key_count` say. */
#define MODEL_HEAD offsetof(struct model, bets)

/* Where it is unknown whether they were stored, newer connections stand all the same. */
static void take_back(struct committer *committer, const uint8_t *before, size_t count, bool unknown, bool kept)
{
    struct model *model = &committer->model;
    struct model after;

    memcpy(&after, model, MODEL_HEAD);
    memcpy(model, before, MODEL_HEAD);
    if (unknown)
        memcpy(model->newest, after.newest, sizeof model->newest);
    if (kept) {
        memcpy(model->agency, after.agency, sizeof model->agency);
        model->drawn = after.drawn;
        model->bet_count = after.bet_count;
        model->key_count = after.key_count;
    }
    for (size_t i = 0; i < count; i++) {
        struct model_peer *peer = &model->peers[committer->queue[i].client->number];

        committer->verdicts[i] = (struct model_verdict){ .verdict = without_store(committer, i, unknown),
                                                         .replaced = unknown ? committer->verdicts[i].replaced : -1 };
        if (committer->verdicts[i].verdict == VERDICT_REFUSED)
            peer->refused = true;
        else
            peer->closed = true;
    }
}

static void check_verdicts(const struct committer *committer, size_t count)
{
    FUZZ_MUST(count == committer->group.count, "every request is in the group");
    for (size_t i = 0; i < count; i++) {
        const struct commit_entry *entry = &committer->group.entries[i];
        const struct model_verdict *verdict = &committer->verdicts[i];
        const bool has_round = verdict->verdict == VERDICT_WAITING || verdict->verdict == VERDICT_DRAWN;

        if (entry->verdict != verdict->verdict || (has_round && entry->judgement.ruling.round != verdict->round))
            (void)fprintf(stderr, "request %zu of %zu, connection %d: verdict %d, round %u; the model's: %d, %u\n", i,
                          count, committer->queue[i].client->number, (int)entry->verdict, entry->judgement.ruling.round,
                          (int)verdict->verdict, verdict->round);
        FUZZ_MUST(entry->verdict == verdict->verdict, "a frame gets what the model says");
        FUZZ_MUST(!has_round || entry->judgement.ruling.round == verdict->round,
                  "WINNERS are those of the model's round");
        FUZZ_MUST((entry->effects.draw.round > 0) == verdict->drew, "a round is drawn when the model says");
        FUZZ_MUST(entry->effects.supersedes == (verdict->replaced >= 0), "one connection speaks for an agency");
    }
}

/* ---- Telling --------------------------------------------------------------------------------- */

static void tell_drawn(struct client *clients, int client_count, uint32_t round, uint64_t now_ms)
{
    for (int i = 0; i < client_count; i++)
        if (!clients[i].dead)
            session_drawn(&clients[i].session, round, now_ms);
}

static void tell_result(struct client *client, const struct model_verdict *verdict, uint64_t now_ms)
{
    static const uint8_t stored = 0, refused = 1;

    if (!session_is_over(&client->session)) {
        if (verdict->verdict == VERDICT_STORED || verdict->verdict == VERDICT_REFUSED)
            client_must_get(client, verdict->verdict == VERDICT_STORED ? &stored : &refused, 1);
        if (verdict->verdict == VERDICT_CLOSE || verdict->verdict == VERDICT_ABORT)
            client->may_close = true;
    }
    session_result(&client->session, verdict->verdict, verdict->round, now_ms);
    client_note_reasons(client);
    if (verdict->verdict == VERDICT_CLOSE)
        client->refusal = false; /* earlier frames have no answer: a 1 now would be taken for theirs */
}

static void tell_documents(struct committer *committer, const struct committer_request *request,
                           const struct model_verdict *verdict, uint64_t now_ms)
{
    struct client *client = request->client;
    uint32_t ours[DOCUMENTS_MAX], theirs[DOCUMENTS_MAX];
    uint8_t frame[4 * DOCUMENTS_MAX + 4];
    const uint8_t agency = client->peer.peer.agency;
    size_t count = 0, len = 0;

    if (verdict->verdict != VERDICT_DRAWN) {
        client->may_close = true;
        session_documents(&client->session, verdict->verdict, 0, NULL, 0, now_ms);
        return;
    }
    FUZZ_MUST(store_winners(&committer->store.base, request->round, agency, request->from, ours, DOCUMENTS_MAX,
                            &count) == STORE_OK,
              "winners can be read");
    FUZZ_MUST(model_winners(&committer->model, request->round, agency, theirs, DOCUMENTS_MAX) == count &&
                  (count == 0 || memcmp(ours, theirs, count * sizeof *ours) == 0),
              "winners are the model's, in its order");
    if (client->session.phase == SESSION_TELLING) {
        FUZZ_MUST(sorteo_encode_winners(committer->model.dialect, theirs, count, frame, sizeof frame, &len) ==
                      SORTEO_E_OK,
                  "so many winners can be told");
        client_must_get(client, frame, len);
        client->told = true;
    }
    session_documents(&client->session, VERDICT_DRAWN, (uint32_t)count, ours, count, now_ms);
}

static void tell(struct committer *committer, size_t i, struct client *clients, int client_count, uint64_t now_ms)
{
    const struct committer_request *request = &committer->queue[i];
    const struct model_verdict *verdict = &committer->verdicts[i];

    if (request->frame == NULL && !request->client->dead)
        tell_documents(committer, request, verdict, now_ms);
    else if (!request->client->dead)
        tell_result(request->client, verdict, now_ms);
    if (verdict->replaced >= 0 && !clients[verdict->replaced].dead) {
        clients[verdict->replaced].may_close = true;
        session_replace(&clients[verdict->replaced].session);
    }
    if (verdict->drew)
        tell_drawn(clients, client_count, verdict->round, now_ms);
}

/* ---- The store, lost and found --------------------------------------------------------------- */

static void open_store(struct committer *committer)
{
    struct draw draw;

    memory_store_reopen(&committer->store);
    FUZZ_MUST(judge_load(&committer->judge, &committer->store.base) == STORE_OK &&
                  store_begin(&committer->store.base) == STORE_OK &&
                  judge_draw_if_due(&committer->judge, &draw) == STORE_OK &&
                  judge_write(&committer->judge) == STORE_OK && store_commit(&committer->store.base) == STORE_OK,
              "a sound store can be used again");
    FUZZ_MUST((draw.round > 0) == model_draw_if_due(&committer->model),
              "what all wait for is drawn when the store opens");
}

void committer_crash(struct committer *committer)
{
    committer->queued = 0;
    memset(&committer->judge.speakers, 0, sizeof committer->judge.speakers);
    memset(committer->model.newest, 0xff, sizeof committer->model.newest);
    open_store(committer);
}

/* ---- The door -------------------------------------------------------------------------------- */

bool committer_commit(struct committer *committer, struct client *clients, int client_count, size_t most,
                      enum memory_fault fault, unsigned writes, uint64_t now_ms)
{
    static uint8_t before[sizeof(struct model)];
    const bool kept = fault == MEMORY_COMMIT_UNKNOWN_KEPT;

    if (committer->queued == 0)
        return false;
    memcpy(before, &committer->model, MODEL_HEAD);
    committer->store.fault = fault;
    committer->store.writes_left = writes;
    const size_t count = judge_all(committer, most);
    const enum commit_end end = commit_group_end(&committer->group);
    if (end == GROUP_COMMITTED)
        FUZZ_MUST(fault == MEMORY_SOUND || fault == MEMORY_WRITE_FAILS,
                  "what the store did not take is not called stored");
    else
        take_back(committer, before, count, end == GROUP_STORE_LOST, kept && end == GROUP_STORE_LOST);
    check_verdicts(committer, count);
    for (size_t i = 0; i < count; i++)
        tell(committer, i, clients, client_count, now_ms);
    commit_group_clear(&committer->group);
    /* While it was told, sessions may have asked for more: that stands after what was judged. */
    memmove(committer->queue, committer->queue + count, (committer->queued - count) * sizeof committer->queue[0]);
    committer->queued -= count;
    if (end == GROUP_STORE_LOST) {
        open_store(committer);
        if (committer->model.drawn > 0)
            tell_drawn(clients, client_count, committer->model.drawn, now_ms);
    }
    return true;
}

void committer_check(const struct committer *committer)
{
    const struct model *model = &committer->model;

    for (unsigned i = 1; i <= model->agencies; i++) {
        const struct agency_state *ours = &committer->judge.rounds.agency[i],
                                  *kept = &committer->store.durable.agency[i];
        const struct model_agency *theirs = &model->agency[i];

        FUZZ_MUST(ours->round == theirs->round && (unsigned)ours->phase == (unsigned)theirs->phase,
                  "an agency stands where the model says");
        FUZZ_MUST(ours->announced == theirs->told && ours->may_close_empty == theirs->passed_over &&
                      ours->bets == theirs->bets,
                  "an agency's round is as the model says");
        FUZZ_MUST(kept->round == ours->round && kept->phase == ours->phase && kept->bets == ours->bets &&
                      kept->announced == ours->announced,
                  "every move is durable");
    }
    FUZZ_MUST(committer->store.durable.bets == model->bet_count, "what is stored is what was answered 0");
    for (size_t i = 0; i < model->bet_count; i++) {
        const struct memory_bet *bet = &committer->store.bets[i];

        FUZZ_MUST(bet->round == model->bets[i].round && bet->agency == model->bets[i].agency &&
                      bet->document == model->bets[i].document && bet->number == model->bets[i].number,
                  "bets belong to the model's rounds, in its order");
    }
}
