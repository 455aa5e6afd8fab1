/* The judge: see judge.h. Reading a frame's bytes is in frame.c; this file is the rules. */
#include "lottery/judge.h"

#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "lottery/request.h"

enum store_code judge_load(struct judge *judge, struct store *store)
{
    rounds_init(&judge->rounds, store_agencies(store));
    for (unsigned agency = 1; agency <= judge->rounds.agencies; agency++)
        if (store_agency_get(store, (uint8_t)agency, &judge->rounds.agency[agency]) != STORE_OK)
            return STORE_FAILED;
    memset(judge->moved, 0, sizeof judge->moved);
    judge->store = store;
    return STORE_OK;
}

void judge_fini(struct judge *judge)
{
    free(judge->bets);
    judge->bets = NULL;
    judge->bets_cap = 0;
}

enum store_code judge_write(struct judge *judge)
{
    for (unsigned agency = 1; agency <= judge->rounds.agencies; agency++) {
        if (!judge->moved[agency])
            continue;
        if (store_agency_put(judge->store, (uint8_t)agency, &judge->rounds.agency[agency]) != STORE_OK)
            return STORE_FAILED;
        judge->moved[agency] = false;
    }
    return STORE_OK;
}

/* ---- Who may speak --------------------------------------------------------------------------- */

static bool speaks_for_another(const struct peer *peer, uint8_t agency)
{
    return peer->agency != 0 && peer->agency != agency;
}

static bool is_older(const struct judge *judge, const struct peer *peer, uint8_t agency)
{
    return claims_is_older(&judge->claims, peer->port, agency, &peer->claim);
}

/* The frame is taken: from now on this connection speaks for the agency, and no older one does. */
static void take(struct judge *judge, struct peer *peer, uint8_t agency, struct judgement *judgement)
{
    peer->agency = agency;
    judgement->supersedes = claims_take(&judge->claims, peer->port, agency, &peer->claim, &judgement->superseded);
}

static enum store_code refuse(struct peer *peer, struct judgement *judgement, const char *reason)
{
    peer->refused = true;
    judgement->verdict = VERDICT_REFUSED;
    judgement->reason = reason;
    return STORE_OK;
}

static enum store_code close_peer(struct peer *peer, struct judgement *judgement, const char *reason)
{
    peer->closed = true;
    judgement->verdict = VERDICT_CLOSE;
    judgement->reason = reason;
    return STORE_OK;
}

static enum store_code abort_peer(struct peer *peer, struct judgement *judgement)
{
    peer->closed = true;
    judgement->verdict = VERDICT_ABORT;
    judgement->reason = "a newer connection speaks for its agency";
    return STORE_OK;
}

/* ---- Bets ------------------------------------------------------------------------------------ */

static const char *wrong_sender(const struct judge *judge, const struct peer *peer, const struct frame *frame)
{
    uint8_t agency = frame->bets[0].agency;
    if (!rounds_serves(&judge->rounds, agency))
        return "an agency that is not served";
    for (size_t i = 1; i < frame->count; i++)
        if (frame->bets[i].agency != agency)
            return "bets of two agencies";
    if (speaks_for_another(peer, agency))
        return "another agency than the connection's";
    return NULL;
}

static enum store_code store_bets(struct judge *judge, uint8_t agency, enum key_use use, const struct frame *frame)
{
    uint32_t round = judge->rounds.agency[agency].round;
    struct key_record record = { .use = use, .round = round };

    judge->moved[agency] = true;
    if (store_append(judge->store, round, frame->bets, frame->count) != STORE_OK)
        return STORE_FAILED;
    if (judge->dialect != SORTEO_KEYED)
        return STORE_OK;
    frame_digest(frame, record.digest);
    return store_key_put(judge->store, agency, frame->key, &record);
}

/* A KEY that is known: 0 for the same bytes, in any state, and 1 for others (section 8). */
static enum store_code judge_known_bets(struct judge *judge, struct peer *peer, enum key_use use,
                                        const struct frame *frame, const struct key_record *record,
                                        struct judgement *judgement)
{
    uint64_t digest[2];
    frame_digest(frame, digest);
    if (record->use != use || memcmp(digest, record->digest, sizeof digest) != 0)
        return refuse(peer, judgement, "its key was used for something else");
    take(judge, peer, frame->bets[0].agency, judgement);
    judgement->verdict = VERDICT_STORED;
    judgement->repeated = true;
    return STORE_OK;
}

static enum store_code judge_bets(struct judge *judge, struct peer *peer, enum key_use use, const struct frame *frame,
                                  struct judgement *judgement)
{
    const char *wrong = wrong_sender(judge, peer, frame);
    uint8_t agency = frame->bets[0].agency;
    struct key_record record;

    if (wrong != NULL)
        return refuse(peer, judgement, wrong);
    if (is_older(judge, peer, agency))
        return abort_peer(peer, judgement);
    if (judge->dialect == SORTEO_KEYED) {
        judgement->repeated = true; /* until the store has said that it is not: see verdict_taken_back */
        enum store_code known = store_key_get(judge->store, agency, frame->key, &record);
        if (known == STORE_OK)
            return judge_known_bets(judge, peer, use, frame, &record, judgement);
        if (known != STORE_NONE)
            return STORE_FAILED;
        judgement->repeated = false;
    }
    if (!rounds_take_bets(&judge->rounds, agency, use, (uint16_t)frame->count))
        return refuse(peer, judgement, "no bets are taken before the agency's next round");
    take(judge, peer, agency, judgement);
    judgement->verdict = VERDICT_STORED;
    return store_bets(judge, agency, use, frame);
}

/* ---- FINISH, the draw, RECEIPT --------------------------------------------------------------- */

enum store_code judge_draw_if_due(struct judge *judge, struct judgement *judgement)
{
    uint32_t round;
    judgement->drew = false;
    if (!rounds_all_wait(&judge->rounds, &round))
        return STORE_OK;
    if (store_draw(judge->store, round, judge->winning_number, &judgement->winners) != STORE_OK)
        return STORE_FAILED;
    FAULT_POINT("draw-stored");
    rounds_draw(&judge->rounds);
    memset(judge->moved, true, sizeof judge->moved);
    judgement->drew = true;
    judgement->round = round;
    return STORE_OK;
}

/* A FINISH whose KEY is new, or in a dialect without keys: the rounds decide what it does. */
static enum store_code judge_new_finish(struct judge *judge, struct peer *peer, uint8_t agency, uint64_t key,
                                        struct judgement *judgement)
{
    bool keyed = judge->dialect == SORTEO_KEYED;
    struct rounds_finish finish = rounds_finish(&judge->rounds, agency, keyed, peer->receipt_for);
    struct key_record record = { .use = KEY_FINISH, .round = finish.round };

    judgement->round = finish.round;
    judgement->closes_round = finish.closes;
    if (finish.closes)
        judge->moved[agency] = true;
    if (keyed && store_key_put(judge->store, agency, key, &record) != STORE_OK)
        return STORE_FAILED;
    FAULT_POINT("finish-stored");
    return finish.closes ? judge_draw_if_due(judge, judgement) : STORE_OK;
}

static enum store_code judge_finish(struct judge *judge, struct peer *peer, const struct frame *frame,
                                    struct judgement *judgement)
{
    uint8_t agency = frame->agency;
    struct key_record record;
    enum store_code known = STORE_NONE;

    if (!rounds_serves(&judge->rounds, agency))
        return close_peer(peer, judgement, "an agency that is not served");
    if (speaks_for_another(peer, agency))
        return close_peer(peer, judgement, "another agency than the connection's");
    if (peer->refused)
        return close_peer(peer, judgement, "a frame before it was refused");
    if (is_older(judge, peer, agency))
        return abort_peer(peer, judgement);
    if (judge->dialect == SORTEO_KEYED)
        known = store_key_get(judge->store, agency, frame->key, &record);
    if (known == STORE_OK && record.use != KEY_FINISH)
        return close_peer(peer, judgement, "its key was used for bets");
    if (known == STORE_OK) {
        judgement->round = record.round;
        judgement->repeated = true;
    } else if (known != STORE_NONE || judge_new_finish(judge, peer, agency, frame->key, judgement) != STORE_OK) {
        return STORE_FAILED;
    }
    take(judge, peer, agency, judgement);
    peer->winners_round = judgement->round;
    judgement->verdict = rounds_is_drawn(&judge->rounds, agency, judgement->round) ? VERDICT_DRAWN : VERDICT_WAITING;
    return STORE_OK;
}

static enum store_code judge_receipt(struct judge *judge, struct peer *peer, struct judgement *judgement)
{
    if (peer->winners_round == 0)
        return close_peer(peer, judgement, "a receipt without winners");
    if (is_older(judge, peer, peer->agency))
        return abort_peer(peer, judgement);
    judgement->agency = peer->agency;
    judgement->round = peer->winners_round;
    judgement->verdict = VERDICT_COLLECTED;
    if (rounds_receipt(&judge->rounds, peer->agency, peer->winners_round))
        judge->moved[peer->agency] = true;
    else
        judgement->repeated = true;
    peer->receipt_for = peer->winners_round;
    FAULT_POINT("receipt-judged");
    return STORE_OK;
}

/* ---- The door -------------------------------------------------------------------------------- */

/* Reads a frame and says in *judgement what it is. False if it is none. */
static bool read_frame(struct judge *judge, struct frame *frame, enum frame_kind kind, const uint8_t *bytes, size_t len,
                       struct judgement *judgement)
{
    *frame = (struct frame){ .bets = judge->bets, .cap = judge->bets_cap };
    bool whole = frame_read(frame, judge->dialect, kind, bytes, len);
    judge->bets = frame->bets;
    judge->bets_cap = frame->cap;
    if (!whole)
        return false;
    judgement->agency = frame->agency;
    judgement->bets = (uint16_t)frame->count;
    judgement->document = kind == FRAME_FINISH ? 0 : frame->bets[0].document;
    judgement->number = kind == FRAME_FINISH ? 0 : frame->bets[0].number;
    return true;
}

void judge_describe(struct judge *judge, enum frame_kind kind, const uint8_t *bytes, size_t len,
                    struct judgement *judgement)
{
    struct frame frame;
    *judgement = (struct judgement){ .repeated = judge->dialect == SORTEO_KEYED };
    if (kind != FRAME_RECEIPT)
        (void)read_frame(judge, &frame, kind, bytes, len, judgement);
}

enum store_code judge_frame(struct judge *judge, struct peer *peer, enum frame_kind kind, const uint8_t *bytes,
                            size_t len, struct judgement *judgement)
{
    struct frame frame;

    *judgement = (struct judgement){ 0 };
    if (peer->closed)
        return close_peer(peer, judgement, NULL);
    if (kind == FRAME_RECEIPT)
        return judge_receipt(judge, peer, judgement);
    if (!read_frame(judge, &frame, kind, bytes, len, judgement))
        return close_peer(peer, judgement, "a worker handed over what is no frame");
    if (kind == FRAME_FINISH)
        return judge_finish(judge, peer, &frame, judgement);
    return judge_bets(judge, peer, kind == FRAME_SINGLE ? KEY_SINGLE : KEY_BATCH, &frame, judgement);
}

enum store_code judge_winners(struct judge *judge, struct peer *peer, uint32_t round, uint32_t from,
                              struct judgement *judgement)
{
    uint8_t agency = peer->agency;

    *judgement = (struct judgement){ .verdict = VERDICT_DRAWN, .round = round, .agency = agency };
    if (peer->closed || round == 0 || round != peer->winners_round || !rounds_is_drawn(&judge->rounds, agency, round))
        return close_peer(peer, judgement, "winners that it may not have");
    if (is_older(judge, peer, agency))
        return abort_peer(peer, judgement);
    if (store_winners_count(judge->store, round, agency, &judgement->winners) != STORE_OK)
        return STORE_FAILED;
    if (judgement->winners > sorteo_winners_max(judge->dialect)) {
        if (rounds_pass_over(&judge->rounds, agency, round))
            judge->moved[agency] = true;
        return close_peer(peer, judgement, "more winners than the frame can list: see sorteo export --winners");
    }
    if (from == 0 && rounds_announce(&judge->rounds, agency, round))
        judge->moved[agency] = true;
    FAULT_POINT("winners-announced");
    return STORE_OK;
}
