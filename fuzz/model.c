/* The server as the protocol describes it: see model.h. Section numbers are the protocol's. */
#include "model.h"

void model_init(struct model *model, enum sorteo_dialect dialect, unsigned agencies, uint16_t winning_number)
{
    model->dialect = dialect;
    model->agencies = agencies;
    model->winning_number = winning_number;
    model->drawn = 0;
    model->bet_count = model->key_count = 0;
    for (unsigned agency = 0; agency <= MODEL_AGENCIES; agency++) {
        model->agency[agency] = (struct model_agency){ .round = 1 };
        model->newest[0][agency] = model->newest[1][agency] = -1;
    }
}

/* ---- Words ----------------------------------------------------------------------------------- */

static bool has_keys(const struct model *model)
{
    return sorteo_dialect_parameters(model->dialect)->key_size > 0;
}

static struct model_verdict say(enum verdict verdict, uint32_t round)
{
    return (struct model_verdict){ .verdict = verdict, .round = round, .replaced = -1 };
}

static struct model_verdict refuse(struct model_peer *peer)
{
    peer->refused = true;
    return say(VERDICT_REFUSED, 0);
}

static struct model_verdict close_peer(struct model_peer *peer)
{
    peer->closed = true;
    return say(VERDICT_CLOSE, 0);
}

static struct model_verdict abort_peer(struct model_peer *peer)
{
    peer->closed = true;
    return say(VERDICT_ABORT, 0);
}

static bool is_served(const struct model *model, uint8_t agency)
{
    return agency >= 1 && agency <= model->agencies;
}

/* Section 6: did a frame of the agency come on a newer connection of that port? */
static bool is_older(const struct model *model, int peer, uint8_t agency)
{
    return peer < model->newest[model->peers[peer].port][agency];
}

/* Section 6: the first frame taken fixes the connection's agency, and one connection speaks for an
 * agency. */
static void take(struct model *model, int peer, uint8_t agency, struct model_verdict *verdict)
{
    int *newest = &model->newest[model->peers[peer].port][agency];

    model->peers[peer].agency = agency;
    verdict->replaced = *newest != peer ? *newest : -1;
    *newest = peer;
}

static void next_round(struct model_agency *agency, bool passed_over)
{
    *agency = (struct model_agency){ .round = agency->round + 1, .phase = MODEL_OPEN, .passed_over = passed_over };
}

static bool is_drawn(const struct model *model, uint32_t round)
{
    return round <= model->drawn;
}

/* ---- Keys (section 8) ------------------------------------------------------------------------ */

static struct model_key *find_key(struct model *model, uint8_t agency, uint64_t key)
{
    for (size_t i = 0; has_keys(model) && i < model->key_count; i++)
        if (model->keys[i].agency == agency && model->keys[i].key == key)
            return &model->keys[i];
    return NULL;
}

static void keep_key(struct model *model, const struct model_frame *frame, uint32_t round)
{
    if (!has_keys(model))
        return;
    FUZZ_MUST(model->key_count < MODEL_KEYS, "the model has room");
    model->keys[model->key_count++] =
        (struct model_key){ .key = frame->key, .agency = frame->agency, .frame = *frame, .round = round };
}

static bool is_same_request(const struct model_frame *one, const struct model_frame *other)
{
    return one->kind == other->kind && one->agency == other->agency && one->bets == other->bets &&
           one->last_agency == other->last_agency && one->document == other->document && one->number == other->number;
}

/* ---- Bets (sections 6 and 7) ----------------------------------------------------------------- */

static void store(struct model *model, const struct model_frame *frame)
{
    struct model_agency *agency = &model->agency[frame->agency];

    for (unsigned i = 0; i < frame->bets; i++) {
        FUZZ_MUST(model->bet_count < MODEL_BETS, "the model has room");
        model->bets[model->bet_count++] = (struct model_bet){
            .round = agency->round, .agency = frame->agency, .document = frame->document + i, .number = frame->number
        };
    }
    agency->bets += frame->bets;
    keep_key(model, frame, agency->round);
}

static struct model_verdict judge_bets(struct model *model, int number, const struct model_frame *frame)
{
    struct model_peer *peer = &model->peers[number];
    struct model_verdict verdict = say(VERDICT_STORED, 0);

    if (!is_served(model, frame->agency) || frame->last_agency != frame->agency)
        return refuse(peer);
    if (peer->agency != 0 && peer->agency != frame->agency)
        return refuse(peer);
    if (is_older(model, number, frame->agency))
        return abort_peer(peer);
    const struct model_key *known = find_key(model, frame->agency, frame->key);
    if (known != NULL && !is_same_request(&known->frame, frame))
        return refuse(peer);
    struct model_agency *agency = &model->agency[frame->agency];
    if (known == NULL) {
        if (agency->phase == MODEL_DRAWN && agency->told && frame->kind == FRAME_BATCH)
            next_round(agency, false);
        if (agency->phase != MODEL_OPEN)
            return refuse(peer);
        store(model, frame);
    }
    verdict.repeated = known != NULL;
    take(model, number, frame->agency, &verdict);
    return verdict;
}

/* ---- FINISH, the draw, RECEIPT (section 7) --------------------------------------------------- */

bool model_draw_if_due(struct model *model)
{
    for (unsigned agency = 1; agency <= model->agencies; agency++)
        if (model->agency[agency].phase != MODEL_WAITING)
            return false;
    for (unsigned agency = 1; agency <= model->agencies; agency++)
        model->agency[agency].phase = MODEL_DRAWN;
    model->drawn++;
    return true;
}

static bool may_close(const struct model *model, const struct model_agency *agency, const struct model_peer *peer)
{
    return agency->bets > 0 || agency->round == 1 || agency->passed_over || has_keys(model) ||
           (peer->receipt != 0 && peer->receipt == agency->round - 1);
}

/* A FINISH that is no repeat. Returns the round whose winners it gets. */
static uint32_t finish(struct model *model, const struct model_peer *peer, struct model_agency *agency, bool *drew)
{
    if (agency->phase == MODEL_DRAWN && agency->told && has_keys(model))
        next_round(agency, false);
    if (agency->phase != MODEL_OPEN)
        return agency->round;
    if (!may_close(model, agency, peer))
        return agency->round - 1;
    agency->phase = MODEL_WAITING;
    agency->passed_over = false;
    *drew = model_draw_if_due(model);
    return agency->round;
}

static struct model_verdict judge_finish(struct model *model, int number, const struct model_frame *frame)
{
    struct model_peer *peer = &model->peers[number];
    struct model_verdict verdict = say(VERDICT_WAITING, 0);

    if (!is_served(model, frame->agency) || (peer->agency != 0 && peer->agency != frame->agency) || peer->refused)
        return close_peer(peer);
    if (is_older(model, number, frame->agency))
        return abort_peer(peer);
    const struct model_key *known = find_key(model, frame->agency, frame->key);
    if (known != NULL && known->frame.kind != FRAME_FINISH)
        return close_peer(peer);
    if (known != NULL) {
        verdict.round = known->round;
    } else {
        verdict.round = finish(model, peer, &model->agency[frame->agency], &verdict.drew);
        keep_key(model, frame, verdict.round);
    }
    take(model, number, frame->agency, &verdict);
    peer->asked = verdict.round;
    if (is_drawn(model, verdict.round))
        verdict.verdict = VERDICT_DRAWN;
    return verdict;
}

static struct model_verdict judge_receipt(struct model *model, int number)
{
    struct model_peer *peer = &model->peers[number];
    struct model_agency *agency = &model->agency[peer->agency];

    if (peer->asked == 0)
        return close_peer(peer);
    if (is_older(model, number, peer->agency))
        return abort_peer(peer);
    if (agency->phase == MODEL_DRAWN && agency->round == peer->asked)
        next_round(agency, false);
    peer->receipt = peer->asked;
    return say(VERDICT_COLLECTED, peer->asked);
}

struct model_verdict model_judge(struct model *model, int peer, const struct model_frame *frame)
{
    if (model->peers[peer].closed)
        return say(VERDICT_CLOSE, 0);
    switch (frame->kind) {
    case FRAME_FINISH:
        return judge_finish(model, peer, frame);
    case FRAME_RECEIPT:
        return judge_receipt(model, peer);
    default:
        return judge_bets(model, peer, frame);
    }
}

/* ---- Winners --------------------------------------------------------------------------------- */

size_t model_winners(const struct model *model, uint32_t round, uint8_t agency, uint32_t *documents, size_t cap)
{
    size_t count = 0;

    for (size_t i = 0; i < model->bet_count; i++) {
        const struct model_bet *bet = &model->bets[i];

        if (bet->round != round || bet->agency != agency || bet->number != model->winning_number)
            continue;
        if (count < cap)
            documents[count] = bet->document;
        count++;
    }
    return count;
}

struct model_verdict model_tell(struct model *model, int number, uint32_t round, bool first)
{
    struct model_peer *peer = &model->peers[number];
    struct model_agency *agency = &model->agency[peer->agency];
    const bool is_now = agency->phase == MODEL_DRAWN && agency->round == round;

    if (peer->closed || round != peer->asked || !is_drawn(model, round))
        return close_peer(peer);
    if (is_older(model, number, peer->agency))
        return abort_peer(peer);
    if (model_winners(model, round, peer->agency, NULL, 0) > (sorteo_winners_max(model->dialect))) {
        if (is_now)
            next_round(agency, true);
        return close_peer(peer);
    }
    if (first && is_now)
        agency->told = true;
    return say(VERDICT_DRAWN, round);
}
