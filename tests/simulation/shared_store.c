/* The store that several servers share: see shared_store.h. Reads, writes, opening and closing;
 * what its servers owe one another is in shared_place.c and shared_transaction.c. */
#include "shared_store.h"

#include <stdlib.h>
#include <string.h>

#include "chance.h"
#include "rules.h"
#include "shared_store_parts.h"
#include "trace.h"

#define LOCK_WAITS 12u /* things that happen meanwhile: then it has waited for too long */

struct shared_store_world shared_store_world;

static bool comes(uint32_t many)
{
    return shared_store_world.has_faults && chance_one_in(many);
}

/* ---- The session ----------------------------------------------------------------------------- */

struct db_session *shared_session(struct shared_store *store)
{
    struct db_session *session = db_session(shared_store_world.db, store->session);

    if (session != NULL && !session->is_cut)
        return session;
    store->is_cut_off = true;
    return NULL;
}

enum store_code shared_fail(struct shared_store *store)
{
    (void)shared_session(store);
    if (store->is_cut_off)
        store->condition = STORE_BROKEN;
    else if (store->condition == STORE_IN_TRANSACTION)
        store->condition = STORE_TRANSACTION_FAILED;
    return STORE_FAILED;
}

enum store_code shared_try(struct shared_store *store)
{
    struct db_session *session = shared_session(store);

    if (session == NULL)
        return shared_fail(store);
    if (comes(120)) {
        trace("its session is cut");
        db_cut(session, false);
        return shared_fail(store);
    }
    if (comes(120)) {
        counts.failures++;
        trace("a statement fails");
        return shared_fail(store);
    }
    return STORE_OK;
}

bool shared_lock(struct shared_store *store)
{
    const struct database *db = shared_store_world.db;
    struct db_session *session = shared_session(store);

    if (!rule_holds(RULE_LOCK))
        return session != NULL;
    counts.lock_waits += session != NULL && db_is_locked(db, session);
    for (unsigned i = 0; session != NULL && db_is_locked(db, session) && i < LOCK_WAITS; i++) {
        shared_store_world.meanwhile();
        session = shared_session(store);
    }
    if (session == NULL || db_is_locked(db, session)) {
        counts.lock_timeouts += session != NULL;
        (void)shared_fail(store);
        return false;
    }
    session->has_lock = true;
    return true;
}

static struct db_session *writing(struct shared_store *store)
{
    if (store->condition != STORE_IN_TRANSACTION || shared_try(store) != STORE_OK)
        return NULL;
    return shared_session(store);
}

/* What is read now can be believed: outside of a transaction or in one. *session is NULL
 * outside. */
static bool reads(struct shared_store *store, struct db_session **session)
{
    if ((store->condition != STORE_IDLE && store->condition != STORE_IN_TRANSACTION) || shared_try(store) != STORE_OK)
        return false;
    *session = shared_session(store);
    return true;
}

/* ---- Opening and closing --------------------------------------------------------------------- */

static const struct store_operations shared_operations;

enum store_code store_open(const struct store_options *options, struct store **out, struct store_error *error)
{
    struct shared_store *store = calloc(1, sizeof *store);

    error->text[0] = '\0';
    if (store == NULL)
        abort();
    store->base.operations = &shared_operations;
    store->process = process_current;
    store->agencies = options->agencies;
    store->draw_piece = options->draw_piece;
    if (shared_place_take(store) == STORE_OK) {
        *out = &store->base;
        return STORE_OK;
    }
    shared_operations.close(&store->base);
    return STORE_FAILED;
}

static void shared_close(struct store *base)
{
    struct shared_store *store = shared_store_of(base);
    struct db_session *session = db_session(shared_store_world.db, store->session);

    if (session != NULL && !session->is_cut)
        db_cut(session, false);
    free(store);
}

static const char *shared_error_text(const struct store *base)
{
    (void)base;
    return "the simulated database failed";
}

static uint8_t shared_agencies(const struct store *base)
{
    return ((const struct shared_store *)base)->agencies;
}

static bool shared_was_made(const struct store *base)
{
    (void)base;
    return false;
}

static const char *shared_warning(const struct store *base)
{
    (void)base;
    return NULL;
}

static bool shared_is_moved(struct store *base)
{
    (void)base;
    return false;
}

static enum store_code shared_checkpoint(struct store *base)
{
    const struct shared_store *store = shared_store_of(base);

    return store->condition == STORE_IDLE ? STORE_OK : STORE_FAILED;
}

/* ---- Writes ---------------------------------------------------------------------------------- */

static struct db_round *write_round(struct db_session *session, uint32_t round)
{
    session->rounds[round] = *db_round(shared_store_world.db, session, round);
    session->rounds_written |= 1u << round;
    return &session->rounds[round];
}

static void hold_bet(struct db_session *session, const struct db_bet *bet)
{
    struct db_contents *now = &shared_store_world.db->now;

    db_must_fit(session->bet_count < DB_HELD_BETS && now->bet_count < DB_BETS);
    if (rule_holds(RULE_ONE_TRANSACTION))
        session->bets[session->bet_count++] = *bet;
    else
        now->bets[now->bet_count++] = *bet;
}

static enum store_code shared_append(struct store *base, uint32_t round, const struct store_frame *frame)
{
    struct shared_store *store = shared_store_of(base);
    struct db_session *session = writing(store);

    if (session == NULL)
        return STORE_FAILED;
    if (db_round(shared_store_world.db, session, round)->began)
        return shared_fail(store);
    if (!db_round(shared_store_world.db, session, round)->exists)
        *write_round(session, round) = (struct db_round){ .exists = true, .first_bet = store->next_bet };
    for (size_t i = 0; i < frame->count; i++)
        hold_bet(session, &(struct db_bet){ .id = store->next_bet++,
                                            .round = round,
                                            .document = frame->bets[i].document,
                                            .number = frame->bets[i].number,
                                            .agency = frame->bets[i].agency });
    return STORE_OK;
}

static enum store_code shared_key_put(struct store *base, uint8_t agency, uint64_t key, const struct key_record *record)
{
    struct db_session *session = writing(shared_store_of(base));

    if (session == NULL)
        return STORE_FAILED;
    db_must_fit(session->key_count < DB_HELD_KEYS);
    session->keys[session->key_count++] = (struct db_key){ .key = key, .record = *record, .agency = agency };
    return STORE_OK;
}

static enum store_code shared_agency_put(struct store *base, uint8_t agency, const struct agency_state *state)
{
    struct shared_store *store = shared_store_of(base);
    struct db_session *session = shared_session(store);

    if (store->condition != STORE_IN_TRANSACTION || session == NULL)
        return STORE_FAILED;
    if (agency > DB_AGENCIES)
        return STORE_OK; /* judge.c writes all that it serves */
    session->agencies[agency] = *state;
    session->agencies_written |= 1u << agency;
    return STORE_OK;
}

/* Bets from the first to the last of them that win, as the transaction sees them. */
static uint64_t count_winners(const struct db_session *session, uint32_t round, uint16_t number, int64_t first,
                              int64_t last)
{
    uint64_t found = 0;
    const struct db_bet *bet;

    for (size_t i = 0; (bet = db_bet_at(shared_store_world.db, session, i)) != NULL; i++)
        found += bet->id >= first && bet->id <= last && bet->round == round && bet->number == number;
    return found;
}

static enum store_code shared_draw(struct store *base, uint32_t round, uint16_t winning_number, struct store_draw *draw)
{
    struct shared_store *store = shared_store_of(base);
    struct db_session *session = writing(store);

    if (session == NULL || db_round(shared_store_world.db, session, round)->drawn)
        return shared_fail(store);
    struct db_round *record = write_round(session, round);
    if (!record->began)
        record->number = winning_number;
    record->exists = record->began = true;
    const int64_t end = record->first_bet == 0 ? 0 : store->next_bet - 1;
    const int64_t first = record->looked_at > 0 ? record->looked_at + 1 : record->first_bet;
    const int64_t last = end - first < store->draw_piece ? end : first + store->draw_piece - 1;
    if (first <= last)
        record->winners += count_winners(session, round, record->number, first, last);
    record->looked_at = last;
    record->drawn = last >= end;
    record->drawn_by = record->drawn ? store->process->number : 0;
    *draw = (struct store_draw){ .done = record->drawn, .number = record->number, .winners = record->winners };
    trace("draws round %u%s", round, record->drawn ? "" : ": a piece");
    return STORE_OK;
}

/* None is finished by hand here. */
static enum store_code shared_finish_put(struct store *base, const struct finish_record *record)
{
    (void)record;
    return shared_fail(shared_store_of(base));
}

/* ---- Reads ----------------------------------------------------------------------------------- */

static enum store_code shared_agency_get(struct store *base, uint8_t agency, struct agency_state *state)
{
    struct db_session *session;

    if (!reads(shared_store_of(base), &session))
        return STORE_FAILED;
    *state = *db_agency(shared_store_world.db, session, agency);
    return STORE_OK;
}

static enum store_code shared_key_get(struct store *base, uint8_t agency, uint64_t key, struct key_record *record)
{
    struct db_session *session;
    const struct db_key *found;

    if (!reads(shared_store_of(base), &session))
        return STORE_FAILED;
    found = db_key(shared_store_world.db, session, agency, key);
    if (found == NULL)
        return STORE_NONE;
    *record = found->record;
    return STORE_OK;
}

static enum store_code shared_draw_get(struct store *base, uint32_t round, struct store_draw *draw)
{
    struct shared_store *store = shared_store_of(base);
    struct db_session *session;

    if (!reads(store, &session))
        return STORE_FAILED;
    const struct db_round *record = db_round(shared_store_world.db, session, round);
    if (!record->began)
        return STORE_NONE;
    *draw = (struct store_draw){ .done = record->drawn,
                                 .number = record->number,
                                 .winners = record->winners,
                                 .elsewhere = record->drawn && record->drawn_by != store->process->number };
    return STORE_OK;
}

static bool wins(const struct db_bet *bet, uint32_t round, uint8_t agency, const struct db_round *record)
{
    return bet->round == round && bet->agency == agency && bet->number == record->number &&
           bet->id <= record->looked_at;
}

static enum store_code shared_winners(struct store *base, uint32_t round, uint8_t agency, uint64_t from,
                                      uint32_t *documents, size_t cap, size_t *count)
{
    const struct database *db = shared_store_world.db;
    struct db_session *session;
    const struct db_bet *bet;

    *count = 0;
    if (!reads(shared_store_of(base), &session))
        return STORE_FAILED;
    const struct db_round *record = db_round(db, session, round);
    for (size_t i = 0; record->drawn && *count < cap && (bet = db_bet_at(db, session, i)) != NULL; i++) {
        if (!wins(bet, round, agency, record))
            continue;
        if (from > 0)
            from--;
        else
            documents[(*count)++] = bet->document;
    }
    return STORE_OK;
}

static enum store_code shared_winners_count(struct store *base, uint32_t round, uint8_t agency, uint64_t *count)
{
    uint32_t documents[DB_BETS];
    struct db_session *session;
    size_t found;

    if (!reads(shared_store_of(base), &session))
        return STORE_FAILED;
    if (!db_round(shared_store_world.db, session, round)->drawn)
        return STORE_NONE;
    if (shared_winners(base, round, agency, 0, documents, DB_BETS, &found) != STORE_OK)
        return STORE_FAILED;
    *count = found;
    return STORE_OK;
}

static const struct store_operations shared_operations = {
    .is_remote = true,
    .close = shared_close,
    .error_text = shared_error_text,
    .agencies = shared_agencies,
    .was_made = shared_was_made,
    .warning = shared_warning,
    .is_moved = shared_is_moved,

    .begin = shared_begin,
    .commit = shared_commit,
    .rollback = shared_rollback,
    .checkpoint = shared_checkpoint,
    .is_overtaken = shared_is_overtaken,
    .look = shared_look,
    .another_speaks = shared_another_speaks,
    .is_surely_older = shared_is_surely_older,
    .speaker_put = shared_speaker_put,

    .append = shared_append,
    .key_put = shared_key_put,
    .agency_put = shared_agency_put,
    .draw = shared_draw,
    .finish_put = shared_finish_put,

    .agency_get = shared_agency_get,
    .key_get = shared_key_get,
    .draw_get = shared_draw_get,
    .winners_count = shared_winners_count,
    .winners = shared_winners,
};
