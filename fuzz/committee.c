/* The committer's part of the target `session`: see committee.h. */
#include "committee.h"

#include <stdio.h>
#include <string.h>

#define DOCUMENTS_MAX 600u

void committee_init(struct committee *committee, enum sorteo_dialect dialect, uint8_t agencies, uint16_t winning_number)
{
    memory_store_init(&committee->store, agencies);
    model_init(&committee->model, dialect, agencies, winning_number);
    memset(&committee->judge.claims, 0, sizeof committee->judge.claims);
    committee->judge.dialect = dialect;
    committee->judge.winning_number = winning_number;
    FUZZ_MUST(judge_load(&committee->judge, &committee->store.base) == STORE_OK, "an empty store can be read");
    group_init(&committee->group, &committee->judge);
    committee->queued = 0;
}

void committee_fini(struct committee *committee)
{
    group_fini(&committee->group);
    judge_fini(&committee->judge);
}

void committee_ask(struct committee *committee, const struct committee_request *request)
{
    FUZZ_MUST(committee->queued < COMMITTEE_QUEUE, "the fuzzer's queue has room");
    committee->queue[committee->queued++] = *request;
}

/* ---- Judging --------------------------------------------------------------------------------- */

static struct model_verdict judge_by_model(struct model *model, const struct committee_request *request)
{
    if (request->frame == NULL)
        return model_tell(model, request->client->number, request->round, request->from == 0);
    return model_judge(model, request->client->number, request->frame);
}

static void judge(struct committee *committee, const struct committee_request *request)
{
    struct client *client = request->client;
    const struct model_frame *frame = request->frame;
    struct message message = { .type = MESSAGE_WINNERS,
                               .port = client->peer.peer.port,
                               .connection = client->peer.connection,
                               .round = request->round,
                               .from = request->from };

    if (frame != NULL) {
        message.type = MESSAGE_FRAME;
        message.kind = (uint8_t)frame->kind;
        message.len = (uint32_t)(frame->end - frame->begin);
    }
    FUZZ_MUST(group_add(&committee->group, NULL, &client->peer, &message,
                        frame == NULL ? NULL : client->stream + frame->begin),
              "there is memory for the fuzzer");
}

/* A frame that the store failed to take. Where it failed before the KEY was looked up, nobody can
 * know whether it is a repeat. */
static struct model_verdict not_judged(const struct committee *committee)
{
    const bool looked = committee->store.fault == MEMORY_WRITE_FAILS;

    return (struct model_verdict){ .verdict = VERDICT_STORED,
                                   .repeated = committee->model.dialect == SORTEO_KEYED && !looked,
                                   .replaced = -1 };
}

/* Both judge; where the store fails, the rest waits. Returns how many were judged, the one that
 * failed included. */
static size_t judge_all(struct committee *committee, size_t most)
{
    size_t count = 0;

    while (count < committee->queued && count < most && !committee->group.failed) {
        const struct committee_request *request = &committee->queue[count];

        judge(committee, request);
        committee->verdicts[count] =
            committee->group.failed ? not_judged(committee) : judge_by_model(&committee->model, request);
        count++;
    }
    return count;
}

/* What the group that was not stored leaves (section 6): bets are refused where it is known that
 * they are not stored; else nobody can be told anything, and the connection is closed. */
static enum verdict without_store(const struct committee *committee, size_t i, bool unknown)
{
    const struct committee_request *request = &committee->queue[i];
    const struct model_verdict *verdict = &committee->verdicts[i];
    const bool bets =
        request->frame != NULL && (request->frame->kind == FRAME_SINGLE || request->frame->kind == FRAME_BATCH);

    if (verdict->verdict == VERDICT_ABORT)
        return VERDICT_ABORT;
    if (!bets || committee->model.peers[request->client->number].closed)
        return VERDICT_CLOSE;
    if (verdict->verdict == VERDICT_REFUSED)
        return VERDICT_REFUSED;
    return unknown || verdict->repeated ? VERDICT_CLOSE : VERDICT_REFUSED;
}

/* The model's state but for what only grows, which `bet_count` and `key_count` say. */
#define MODEL_HEAD offsetof(struct model, bets)

/* Where it is unknown whether they were stored, newer connections stand all the same. */
static void take_back(struct committee *committee, const uint8_t *before, size_t count, bool unknown, bool kept)
{
    struct model *model = &committee->model;
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
        struct model_peer *peer = &model->peers[committee->queue[i].client->number];

        committee->verdicts[i] = (struct model_verdict){ .verdict = without_store(committee, i, unknown),
                                                         .replaced = unknown ? committee->verdicts[i].replaced : -1 };
        if (committee->verdicts[i].verdict == VERDICT_REFUSED)
            peer->refused = true;
        else
            peer->closed = true;
    }
}

static void check_verdicts(const struct committee *committee, size_t count)
{
    FUZZ_MUST(count == committee->group.count, "every request is in the group");
    for (size_t i = 0; i < count; i++) {
        const struct judgement *judgement = &committee->group.entries[i].judgement;
        const struct model_verdict *verdict = &committee->verdicts[i];
        const bool has_round = verdict->verdict == VERDICT_WAITING || verdict->verdict == VERDICT_DRAWN;

        if (judgement->verdict != verdict->verdict || (has_round && judgement->round != verdict->round))
            (void)fprintf(stderr, "request %zu of %zu, connection %d: verdict %d, round %u; the model's: %d, %u\n", i,
                          count, committee->queue[i].client->number, (int)judgement->verdict, judgement->round,
                          (int)verdict->verdict, verdict->round);
        FUZZ_MUST(judgement->verdict == verdict->verdict, "a frame gets what the model says");
        FUZZ_MUST(!has_round || judgement->round == verdict->round, "WINNERS are those of the model's round");
        FUZZ_MUST(judgement->drew == verdict->drew, "a round is drawn when the model says");
        FUZZ_MUST(judgement->supersedes == (verdict->replaced >= 0), "one connection speaks for an agency");
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

static void tell_documents(struct committee *committee, const struct committee_request *request,
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
    FUZZ_MUST(store_winners(&committee->store.base, request->round, agency, request->from, ours, DOCUMENTS_MAX,
                            &count) == STORE_OK,
              "winners can be read");
    FUZZ_MUST(model_winners(&committee->model, request->round, agency, theirs, DOCUMENTS_MAX) == count &&
                  (count == 0 || memcmp(ours, theirs, count * sizeof *ours) == 0),
              "winners are the model's, in its order");
    if (client->session.phase == SESSION_TELLING) {
        FUZZ_MUST(sorteo_encode_winners(committee->model.dialect, theirs, count, frame, sizeof frame, &len) ==
                      SORTEO_E_OK,
                  "so many winners can be told");
        client_must_get(client, frame, len);
        client->told = true;
    }
    session_documents(&client->session, VERDICT_DRAWN, (uint32_t)count, ours, count, now_ms);
}

static void tell(struct committee *committee, size_t i, struct client *clients, int client_count, uint64_t now_ms)
{
    const struct committee_request *request = &committee->queue[i];
    const struct model_verdict *verdict = &committee->verdicts[i];

    if (request->frame == NULL && !request->client->dead)
        tell_documents(committee, request, verdict, now_ms);
    else if (!request->client->dead)
        tell_result(request->client, verdict, now_ms);
    if (verdict->replaced >= 0 && !clients[verdict->replaced].dead) {
        clients[verdict->replaced].may_close = true;
        session_abort(&clients[verdict->replaced].session, "a newer connection speaks for its agency");
    }
    if (verdict->drew)
        tell_drawn(clients, client_count, verdict->round, now_ms);
}

/* ---- The store, lost and found --------------------------------------------------------------- */

static void open_store(struct committee *committee)
{
    struct judgement judgement = { 0 };

    memory_store_reopen(&committee->store);
    FUZZ_MUST(judge_load(&committee->judge, &committee->store.base) == STORE_OK &&
                  store_begin(&committee->store.base) == STORE_OK &&
                  judge_draw_if_due(&committee->judge, &judgement) == STORE_OK &&
                  judge_write(&committee->judge) == STORE_OK && store_commit(&committee->store.base) == STORE_OK,
              "a sound store can be used again");
    FUZZ_MUST(judgement.drew == model_draw_if_due(&committee->model),
              "what all wait for is drawn when the store opens");
}

void committee_crash(struct committee *committee)
{
    committee->queued = 0;
    memset(&committee->judge.claims, 0, sizeof committee->judge.claims);
    memset(committee->model.newest, 0xff, sizeof committee->model.newest);
    open_store(committee);
}

/* ---- The door -------------------------------------------------------------------------------- */

bool committee_commit(struct committee *committee, struct client *clients, int client_count, size_t most,
                      enum memory_fault fault, unsigned writes, uint64_t now_ms)
{
    static uint8_t before[sizeof(struct model)];
    const bool kept = fault == MEMORY_COMMIT_UNKNOWN_KEPT;

    if (committee->queued == 0)
        return false;
    memcpy(before, &committee->model, MODEL_HEAD);
    committee->store.fault = fault;
    committee->store.writes_left = writes;
    const size_t count = judge_all(committee, most);
    const enum group_end end = group_end(&committee->group);
    if (end == GROUP_COMMITTED)
        FUZZ_MUST(fault == MEMORY_SOUND || fault == MEMORY_WRITE_FAILS,
                  "what the store did not take is not called stored");
    else
        take_back(committee, before, count, end == GROUP_STORE_LOST, kept && end == GROUP_STORE_LOST);
    check_verdicts(committee, count);
    for (size_t i = 0; i < count; i++)
        tell(committee, i, clients, client_count, now_ms);
    group_clear(&committee->group);
    /* While it was told, sessions may have asked for more: that stands behind what was judged. */
    memmove(committee->queue, committee->queue + count, (committee->queued - count) * sizeof committee->queue[0]);
    committee->queued -= count;
    if (end == GROUP_STORE_LOST) {
        open_store(committee);
        if (committee->model.drawn > 0)
            tell_drawn(clients, client_count, committee->model.drawn, now_ms);
    }
    return true;
}

void committee_check(const struct committee *committee)
{
    const struct model *model = &committee->model;

    for (unsigned i = 1; i <= model->agencies; i++) {
        const struct agency_state *ours = &committee->judge.rounds.agency[i],
                                  *kept = &committee->store.durable.agency[i];
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
    FUZZ_MUST(committee->store.durable.bets == model->bet_count, "what is stored is what was answered 0");
    for (size_t i = 0; i < model->bet_count; i++) {
        const struct memory_bet *bet = &committee->store.bets[i];

        FUZZ_MUST(bet->round == model->bets[i].round && bet->agency == model->bets[i].agency &&
                      bet->document == model->bets[i].document && bet->number == model->bets[i].number,
                  "bets belong to the model's rounds, in its order");
    }
}
