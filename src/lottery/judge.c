/*
 * The judge's rules: see judge.h. Reading a frame's bytes is in request.c; what the judge keeps
 * between frames is in judge_state.c.
 */
#include "lottery/judge.h"

#include <string.h>

#include "base/fault.h"

/* ---- Who may speak --------------------------------------------------------------------------- */

static const char uncertified_text[] = "agency not in the connection's certificate";

static bool speaks_for_another(const struct peer *peer, uint8_t agency)
{
    return peer->agency != 0 && peer->agency != agency;
}

/* Without a certificate a connection may speak for any agency. */
static bool may_speak_for(const struct peer *peer, uint8_t agency)
{
    return !peer->certified || byte_set_has(&peer->agencies, agency);
}

static bool is_older(const struct judge *judge, const struct peer *peer, uint8_t agency)
{
    return speakers_is_older(&judge->speakers, peer->port, agency, &peer->speaker) ||
           store_is_surely_older(judge->store, peer->port, agency, peer->speaker.number);
}

/* The frame is taken: from now on this connection speaks for the agency, and no older one does. */
static void let_speak(struct judge *judge, struct peer *peer, uint8_t agency, struct effects *effects)
{
    peer->agency = agency;
    judge->spoke[peer->port][agency] = true;
    refusals_take(&judge->refusals, agency);
    effects->supersedes = speakers_replace(&judge->speakers, peer->port, agency, &peer->speaker, &effects->superseded);
}

static enum store_code refuse(struct peer *peer, struct judgement *judgement, const char *reason)
{
    peer->refused = true;
    judgement->ruling = ruling_regardless(VERDICT_REFUSED, reason);
    return STORE_OK;
}

/* On bets whose KEY, if they have one, is not looked up yet. A repeat of what is stored must not be
 * called refused. */
static struct ruling ruling_on_unknown_key(const struct judge *judge)
{
    return ruling_if_committed(VERDICT_STORED, judge->has_keys ? VERDICT_CLOSE : VERDICT_REFUSED);
}

/* … and on those whose KEY is not known. As soon as a group is taken back, another server may store
 * an earlier copy of the frame: then 1 would not be true. */
static struct ruling ruling_on_new_bets(const struct judge *judge)
{
    const bool may_be_stored = judge->has_keys && store_is_shared(judge->store);

    return ruling_if_committed(VERDICT_STORED, may_be_stored ? VERDICT_CLOSE : VERDICT_REFUSED);
}

static enum store_code close_peer(struct peer *peer, struct judgement *judgement, const char *reason)
{
    peer->closed = true;
    judgement->ruling = ruling_regardless(VERDICT_CLOSE, reason);
    return STORE_OK;
}

/* No session hands this over, so the worker that did is not to be trusted. */
static enum store_code doubt(struct peer *peer, struct judgement *judgement, const char *why)
{
    judgement->doubt = why;
    return close_peer(peer, judgement, NULL);
}

static enum store_code abort_peer(struct peer *peer, struct judgement *judgement)
{
    peer->closed = true;
    judgement->ruling =
        ruling_regardless(VERDICT_ABORT, "a newer connection of its agency spoke, or its bets were counted");
    return STORE_OK;
}

/* ---- Bets ------------------------------------------------------------------------------------ */

static const char *wrong_sender(const struct judge *judge, const struct peer *peer, const struct request *request)
{
    uint8_t agency = request->bets[0].agency;
    if (!rounds_serves(&judge->rounds, agency))
        return "agency not served";
    for (size_t i = 1; i < request->count; i++)
        if (request->bets[i].agency != agency)
            return "batch with bets of two agencies";
    if (!may_speak_for(peer, agency))
        return uncertified_text;
    if (speaks_for_another(peer, agency))
        return "connection belongs to another agency";
    return NULL;
}

static enum store_code store_bets(struct judge *judge, uint8_t agency, enum key_use use, const struct request *request)
{
    uint32_t round = judge->rounds.agency[agency].round;
    struct key_record record = { .use = use, .round = round };

    const struct store_frame frame = { .dialect = judge->dialect,
                                       .is_single = use == KEY_SINGLE,
                                       .bytes = request->bytes,
                                       .len = request->len,
                                       .bets = request->bets,
                                       .count = request->count };

    judge->moved[agency] = true;
    if (store_append(judge->store, round, &frame) != STORE_OK)
        return STORE_FAILED;
    if (!judge->has_keys)
        return STORE_OK;
    request_digest(request, record.digest);
    return store_key_put(judge->store, agency, request->key, &record);
}

/* A KEY that is known: 0 for the same bytes, in any state, and 1 for others (section 8). */
static enum store_code judge_known_bets(struct judge *judge, struct peer *peer, enum key_use use,
                                        const struct request *request, const struct key_record *record,
                                        struct judgement *judgement)
{
    uint64_t digest[2];
    request_digest(request, digest);
    if (record->use != use || memcmp(digest, record->digest, sizeof digest) != 0)
        return refuse(peer, judgement, "key already used for another request");
    let_speak(judge, peer, request->bets[0].agency, &judgement->effects);
    /* An earlier copy is stored, so this one is never called refused. */
    judgement->ruling = ruling_if_committed(VERDICT_STORED, VERDICT_CLOSE);
    judgement->facts.repeated = true;
    return STORE_OK;
}

static enum store_code judge_bets(struct judge *judge, struct peer *peer, enum key_use use,
                                  const struct request *request, struct judgement *judgement)
{
    const char *wrong = wrong_sender(judge, peer, request);
    uint8_t agency = request->bets[0].agency;
    struct key_record record;

    if (wrong != NULL)
        return refuse(peer, judgement, wrong);
    if (is_older(judge, peer, agency))
        return abort_peer(peer, judgement);
    if (judge->has_keys) {
        judgement->ruling = ruling_on_unknown_key(judge);
        enum store_code known = store_key_get(judge->store, agency, request->key, &record);
        if (known == STORE_OK)
            return judge_known_bets(judge, peer, use, request, &record, judgement);
        if (known != STORE_NONE)
            return STORE_FAILED;
    }
    if (!rounds_take_bets(&judge->rounds, agency, use, (uint16_t)request->count))
        return refuse(peer, judgement, "no bets accepted before the agency's next round");
    let_speak(judge, peer, agency, &judgement->effects);
    judgement->ruling = ruling_on_new_bets(judge);
    return store_bets(judge, agency, use, request);
}

/* ---- FINISH, the draw, RECEIPT --------------------------------------------------------------- */

enum store_code judge_draw_if_due(struct judge *judge, struct draw *draw)
{
    struct store_draw piece;
    uint32_t round;

    *draw = (struct draw){ 0 };
    if (!rounds_all_wait(&judge->rounds, &round))
        return STORE_OK;
    if (store_draw(judge->store, round, judge->winning_number, &piece) != STORE_OK)
        return STORE_FAILED;
    judge->so_far = (struct draw){ .round = round, .number = piece.number, .winners = piece.winners };
    FAULT_POINT("draw-piece-stored");
    if (!piece.done)
        return STORE_OK;
    FAULT_POINT("draw-stored");
    rounds_draw(&judge->rounds);
    memset(judge->moved, true, sizeof judge->moved);
    *draw = judge->so_far;
    return STORE_OK;
}

bool judge_is_drawing(const struct judge *judge, struct draw *so_far)
{
    uint32_t round;

    if (!rounds_all_wait(&judge->rounds, &round))
        return false;
    *so_far = judge->so_far.round == round ? judge->so_far : (struct draw){ .round = round };
    return true;
}

enum store_code judge_latest_draw(const struct judge *judge, struct draw *draw)
{
    struct draw latest = { .round = rounds_latest_draw(&judge->rounds) };
    struct store_draw stored = { .done = false };

    if (latest.round > 0 && store_draw_get(judge->store, latest.round, &stored) != STORE_OK)
        return STORE_FAILED;
    latest.number = stored.number;
    latest.winners = stored.winners;
    latest.elsewhere = stored.elsewhere;
    *draw = latest;
    return STORE_OK;
}

/* A FINISH whose KEY is new, or in a dialect without keys: the rounds decide what it does. */
static enum store_code judge_new_finish(struct judge *judge, struct peer *peer, uint8_t agency, uint64_t key,
                                        struct judgement *judgement)
{
    const struct agency_state before = judge->rounds.agency[agency];
    struct rounds_finish finish = rounds_finish(&judge->rounds, agency, judge->has_keys, peer->receipt_for);
    if (finish.closes && judge->rounds.agency[agency].bets == 0 &&
        refusals_came_from(&judge->refusals, agency, peer->address)) {
        judge->rounds.agency[agency] = before;
        return close_peer(
            peer, judgement,
            "no bet of the agency is stored in this round, but bytes of it were refused: is the client of "
            "another dialect? sorteo finish closes such a round");
    }
    struct key_record record = { .use = KEY_FINISH, .round = finish.round };

    judgement->facts.round = finish.round;
    judgement->facts.repeated = !finish.closes;
    if (finish.closes)
        judge->moved[agency] = true;
    if (judge->has_keys && store_key_put(judge->store, agency, key, &record) != STORE_OK)
        return STORE_FAILED;
    FAULT_POINT("finish-stored");
    return finish.closes ? judge_draw_if_due(judge, &judgement->effects.draw) : STORE_OK;
}

static enum store_code judge_finish(struct judge *judge, struct peer *peer, const struct request *request,
                                    struct judgement *judgement)
{
    uint8_t agency = request->agency;
    struct facts *facts = &judgement->facts;
    struct key_record record;
    enum store_code known = STORE_NONE;

    if (!rounds_serves(&judge->rounds, agency))
        return close_peer(peer, judgement, "agency not served");
    if (!may_speak_for(peer, agency))
        return close_peer(peer, judgement, uncertified_text);
    if (speaks_for_another(peer, agency))
        return close_peer(peer, judgement, "connection belongs to another agency");
    if (peer->refused)
        return close_peer(peer, judgement, "an earlier frame was refused");
    if (is_older(judge, peer, agency))
        return abort_peer(peer, judgement);
    if (judge->has_keys)
        known = store_key_get(judge->store, agency, request->key, &record);
    if (known == STORE_OK && record.use != KEY_FINISH)
        return close_peer(peer, judgement, "key already used for bets");
    if (known == STORE_OK) {
        facts->round = record.round;
        facts->repeated = true;
    } else if (known != STORE_NONE || judge_new_finish(judge, peer, agency, request->key, judgement) != STORE_OK) {
        return STORE_FAILED;
    } else if (peer->closed) {
        return STORE_OK; /* it does not count */
    }
    let_speak(judge, peer, agency, &judgement->effects);
    peer->winners_round = facts->round;
    bool drawn = rounds_is_drawn(&judge->rounds, agency, facts->round);
    judgement->ruling = ruling_if_committed(drawn ? VERDICT_DRAWN : VERDICT_WAITING, VERDICT_CLOSE);
    judgement->ruling.round = facts->round;
    return STORE_OK;
}

static enum store_code judge_receipt(struct judge *judge, struct peer *peer, struct judgement *judgement)
{
    if (peer->winners_round == 0)
        return close_peer(peer, judgement, "receipt without winners");
    if (is_older(judge, peer, peer->agency))
        return abort_peer(peer, judgement);
    judgement->facts.agency = peer->agency;
    judgement->facts.round = peer->winners_round;
    judgement->ruling = ruling_if_committed(VERDICT_COLLECTED, VERDICT_CLOSE);
    if (rounds_receipt(&judge->rounds, peer->agency, peer->winners_round))
        judge->moved[peer->agency] = true;
    else
        judgement->facts.repeated = true;
    peer->receipt_for = peer->winners_round;
    FAULT_POINT("receipt-judged");
    return STORE_OK;
}

/* ---- Any frame ------------------------------------------------------------------------------- */

/* Reads a frame and says in *facts what it is. False if it is malformed. */
static bool read_request(struct judge *judge, struct request *request, enum frame_kind kind, const uint8_t *bytes,
                         size_t len, struct facts *facts)
{
    *request = (struct request){ .bets = judge->bets, .cap = judge->bets_cap };
    bool whole = request_read(request, judge->dialect, kind, bytes, len);
    judge->bets = request->bets;
    judge->bets_cap = request->cap;
    if (!whole)
        return false;
    facts->agency = request->agency;
    facts->bets = (uint16_t)request->count;
    facts->document = request->count == 0 ? 0 : request->bets[0].document;
    facts->number = request->count == 0 ? 0 : request->bets[0].number;
    return true;
}

void judge_without_store(struct judge *judge, enum frame_kind kind, const uint8_t *bytes, size_t len,
                         struct judgement *judgement)
{
    struct request request;
    bool bets = kind == FRAME_SINGLE || kind == FRAME_BATCH;

    *judgement = (struct judgement){ .ruling = bets ? ruling_on_unknown_key(judge)
                                                    : ruling_if_committed(VERDICT_CLOSE, VERDICT_CLOSE) };
    if (kind != FRAME_RECEIPT)
        (void)read_request(judge, &request, kind, bytes, len, &judgement->facts);
}

static bool is_receipt(const struct judge *judge, const uint8_t *bytes, size_t len)
{
    uint8_t receipt;
    size_t receipt_len;
    return sorteo_encode_receipt(judge->dialect, &receipt, sizeof receipt, &receipt_len) == SORTEO_E_OK &&
           len == receipt_len && memcmp(bytes, &receipt, len) == 0;
}

enum store_code judge_frame(struct judge *judge, struct peer *peer, enum frame_kind kind, const uint8_t *bytes,
                            size_t len, struct judgement *judgement)
{
    struct request request;

    *judgement = (struct judgement){ .ruling = ruling_if_committed(VERDICT_CLOSE, VERDICT_CLOSE) };
    if (peer->closed)
        return close_peer(peer, judgement, NULL);
    if (kind == FRAME_RECEIPT)
        return is_receipt(judge, bytes, len) ? judge_receipt(judge, peer, judgement)
                                             : doubt(peer, judgement, "bytes that are not a receipt");
    if (!read_request(judge, &request, kind, bytes, len, &judgement->facts))
        return doubt(peer, judgement, "a malformed frame, or no memory for it");
    if (kind == FRAME_FINISH)
        return judge_finish(judge, peer, &request, judgement);
    if (kind == FRAME_SINGLE || kind == FRAME_BATCH)
        return judge_bets(judge, peer, kind == FRAME_SINGLE ? KEY_SINGLE : KEY_BATCH, &request, judgement);
    return close_peer(peer, judgement, "a frame that the judge has no rule for"); /* the grammar has a new one */
}

enum store_code judge_winners(struct judge *judge, struct peer *peer, uint32_t round, uint32_t from,
                              struct judgement *judgement)
{
    uint8_t agency = peer->agency;
    struct facts *facts = &judgement->facts;

    *judgement = (struct judgement){ .ruling = ruling_if_committed(VERDICT_DRAWN, VERDICT_CLOSE),
                                     .facts = { .agency = agency, .round = round } };
    judgement->ruling.round = round;
    if (peer->closed || round == 0 || round != peer->winners_round || !rounds_is_drawn(&judge->rounds, agency, round))
        return close_peer(peer, judgement, "winners not due on this connection");
    if (is_older(judge, peer, agency))
        return abort_peer(peer, judgement);
    if (store_winners_count(judge->store, round, agency, &facts->winners) != STORE_OK)
        return STORE_FAILED;
    if (facts->winners > sorteo_winners_max(judge->dialect)) {
        if (rounds_pass_over(&judge->rounds, agency, round))
            judge->moved[agency] = true;
        return close_peer(peer, judgement, "more winners than the frame can list: see sorteo export --winners");
    }
    if (from > 0 && from >= facts->winners)
        return doubt(peer, judgement, "winners beyond the last");
    if (from == 0 && rounds_announce(&judge->rounds, agency, round))
        judge->moved[agency] = true;
    FAULT_POINT("winners-announced");
    return STORE_OK;
}

/* ---- When the transaction has ended ---------------------------------------------------------- */

enum verdict judge_settle(struct peer *peer, const struct ruling *ruling, enum outcome outcome)
{
    enum verdict verdict = ruling->verdict[outcome];

    if (peer->closed && verdict != VERDICT_ABORT)
        verdict = VERDICT_CLOSE; /* a frame before this one was not answered, so this one is not either */
    if (verdict == VERDICT_REFUSED)
        peer->refused = true;
    else
        peer->closed = true;
    return verdict;
}
