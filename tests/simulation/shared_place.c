/* The places of servers in the database, and lost answers: see src/store/postgresql/place.c, whose
 * rules these are. */
#include "chance.h"
#include "rules.h"
#include "shared_store_parts.h"
#include "trace.h"

#define RESOLVE_TRIES 4u
#define ASKING_US 400u /* at most, in each direction */

static bool comes(uint32_t many)
{
    return shared_store_world.has_faults && chance_one_in(many);
}

/* ---- Connecting ------------------------------------------------------------------------------ */

static void measure_clock(struct shared_store *store)
{
    struct database *db = shared_store_world.db;

    store_clock_begin(&store->clock);
    true_ns += 1000 * (uint64_t)chance_below(ASKING_US);
    const int64_t now_us = db_now_us(db);
    true_ns += 1000 * (uint64_t)chance_below(ASKING_US);
    if (db->timeline != store->timeline)
        store_clock_forget(&store->clock);
    store->timeline = db->timeline;
    store_clock_end(&store->clock, now_us);
}

static void disconnect(struct shared_store *store)
{
    struct db_session *session = db_session(shared_store_world.db, store->session);

    if (session != NULL && !session->is_cut)
        db_cut(session, false);
    store->session = 0;
    store->is_cut_off = false;
    store->change = store->seen = store->looked = CHANGE_UNKNOWN;
}

bool shared_connect(struct shared_store *store)
{
    struct db_session *session;

    disconnect(store);
    if (comes(8) || (session = db_connect(shared_store_world.db)) == NULL) {
        store->is_cut_off = true;
        return false;
    }
    store->session = session->id;
    measure_clock(store);
    return true;
}

/* ---- Taking a place -------------------------------------------------------------------------- */

static bool lives(const struct db_place *place)
{
    return db_session(shared_store_world.db, place->session) != NULL;
}

/* In a transaction that has the lock. The answer to its COMMIT may be lost, too. */
static enum store_code become_holder(struct shared_store *store, unsigned place, int64_t incarnation,
                                     int64_t last_group)
{
    struct database *db = shared_store_world.db;
    struct db_session *session = shared_session(store);

    store->tried = incarnation;
    if (session == NULL)
        return STORE_FAILED;
    session->places[place] =
        (struct db_place){ .incarnation = incarnation, .last_group = last_group, .session = session->id };
    session->places_written |= 1u << place;
    if (comes(20)) {
        db_cut(session, true);
        return shared_fail(store);
    }
    if (!db_commit(db, session))
        return shared_fail(store);
    store->place = place;
    store->incarnation = incarnation;
    store->group = last_group;
    trace("has place %u, incarnation %lld, group %lld", place, (long long)incarnation, (long long)last_group);
    return STORE_OK;
}

static int64_t next_incarnation(int64_t before)
{
    return before + 1 + (int64_t)chance_below(1000000);
}

enum store_code shared_place_take(struct shared_store *store)
{
    const struct database *db = shared_store_world.db;
    unsigned place = 0;

    if (!shared_connect(store))
        return STORE_FAILED;
    db_begin(shared_session(store));
    if (!shared_lock(store))
        return STORE_FAILED;
    while (place < DB_PLACES && db->now.places[place].incarnation != 0 && lives(&db->now.places[place]))
        place++;
    if (place == DB_PLACES)
        return STORE_FAILED;
    return become_holder(store, place, next_incarnation(db->now.places[place].incarnation), 0);
}

/* ---- Transactions ---------------------------------------------------------------------------- */

enum store_code shared_begin_group(struct shared_store *store)
{
    struct database *db = shared_store_world.db;
    struct db_session *session;

    if (shared_try(store) != STORE_OK)
        return STORE_FAILED;
    db_begin(shared_session(store));
    const int64_t before = db->now.change;
    if (!shared_lock(store))
        return STORE_FAILED;
    session = shared_session(store);
    session->counts = true;
    session->change = db->now.change + 1;
    store->change = rule_holds(RULE_READ_AFTER_LOCK) ? session->change : before + 1;
    const struct db_place *place = db_place(db, session, store->place);
    if (rule_holds(RULE_INCARNATION) && place->incarnation != store->incarnation) {
        trace("another server has taken its place");
        store->condition = STORE_BROKEN;
        return STORE_FAILED;
    }
    session->places[store->place] = *place;
    if (rule_holds(RULE_LAST_GROUP))
        session->places[store->place].last_group = store->group + 1;
    session->places_written |= 1u << store->place;
    store->group++;
    if (comes(150)) { /* the answer to these statements is lost */
        db_cut(session, false);
        return shared_fail(store);
    }
    return STORE_OK;
}

/* ---- A lost answer --------------------------------------------------------------------------- */

/* A server that is not simulated has come, has taken the place of one whose session has ended, and
 * may have stored something unimportant. */
static void let_a_stranger_take_it(struct shared_store *store)
{
    struct db_place *place = &shared_store_world.db->now.places[store->place];

    if (!comes(6) || lives(place))
        return;
    place->incarnation = next_incarnation(place->incarnation);
    place->last_group = (int64_t)chance_below(4);
    place->session = 0;
    shared_store_world.db->now.change += 1 + place->last_group;
    counts.places_taken++;
    trace("a stranger takes its place, and ends with group %lld", (long long)place->last_group);
}

/* REFUSED: another server has the place. */
static enum store_code ask_own(struct shared_store *store)
{
    const int64_t group = store->group;
    const struct db_place place = shared_store_world.db->now.places[store->place];

    if (rule_holds(RULE_INCARNATION) && place.incarnation != store->incarnation && place.incarnation != store->tried)
        return STORE_REFUSED;
    store->incarnation = place.incarnation;
    if (become_holder(store, store->place, next_incarnation(place.incarnation), place.last_group) != STORE_OK)
        return STORE_UNKNOWN;
    return place.last_group == group ? STORE_OK : STORE_FAILED;
}

static enum store_code ask_row(struct shared_store *store)
{
    enum store_code code;

    db_begin(shared_session(store));
    if (rule_holds(RULE_LOCK_TO_LOOK_UP) && !shared_lock(store))
        return STORE_UNKNOWN;
    let_a_stranger_take_it(store);
    code = ask_own(store);
    if (code == STORE_REFUSED && shared_session(store) != NULL)
        db_rollback(shared_session(store));
    return code;
}

static const char *name_of(enum store_code code)
{
    return code == STORE_OK ? "stored" : code == STORE_FAILED ? "taken back" : "not to be found out";
}

enum store_code shared_resolve(struct shared_store *store)
{
    enum store_code code = STORE_UNKNOWN;

    for (unsigned tries = 0; code == STORE_UNKNOWN && tries < RESOLVE_TRIES; tries++) {
        if (shared_connect(store))
            code = ask_row(store);
        if (code == STORE_UNKNOWN)
            shared_store_world.meanwhile();
    }
    if (code == STORE_REFUSED)
        code = rule_holds(RULE_TAKEN_PLACE_IS_UNKNOWN) ? STORE_UNKNOWN : STORE_FAILED;
    trace("what became of its group %lld: %s", (long long)store->group, name_of(code));
    return code;
}
