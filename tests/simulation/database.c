/* The one database: see database.h. */
#include "database.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "chance.h"
#include "rules.h"
#include "trace.h"

void db_must_fit(bool fits)
{
    if (fits)
        return;
    fprintf(stderr, "simulation: the database is too small for this schedule\n");
    _exit(DB_TOO_SMALL);
}

void db_init(struct database *db)
{
    struct db_contents *now = &db->now;

    now->change = 0;
    memset(now->speakers, 0, sizeof now->speakers);
    memset(now->rounds, 0, sizeof now->rounds);
    memset(now->places, 0, sizeof now->places);
    for (unsigned agency = 0; agency <= DB_AGENCIES; agency++)
        now->agencies[agency] = (struct agency_state){ .round = 1, .phase = AGENCY_OPEN };
    now->bet_count = now->key_count = 0;
    for (unsigned i = 0; i < DB_SESSIONS; i++)
        db->sessions[i].id = 0;
    if (!rule_holds(RULE_DURABLE_COMMIT))
        db->before = db->now;
    db->last_session = 0;
    db->is_down = false;
    db->timeline = 1;
    drifting_clock_draw(&db->clock);
    memset(db->draws, 0, sizeof db->draws);
}

int64_t db_now_us(const struct database *db)
{
    return drifting_clock_ns(&db->clock) / 1000;
}

/* ---- Sessions -------------------------------------------------------------------------------- */

static void forget_writes(struct db_session *session)
{
    session->is_open = session->has_lock = session->counts = false;
    session->agencies_written = session->rounds_written = session->places_written = 0;
    memset(session->speakers_written, 0, sizeof session->speakers_written);
    session->bet_count = session->key_count = 0;
}

struct db_session *db_connect(struct database *db)
{
    if (db->is_down)
        return NULL;
    for (unsigned i = 0; i < DB_SESSIONS; i++) {
        struct db_session *session = &db->sessions[i];
        if (session->id != 0)
            continue;
        session->id = ++db->last_session;
        session->is_cut = session->commit_is_sent = session->is_told = false;
        forget_writes(session);
        return session;
    }
    return NULL; /* its limit of connections */
}

struct db_session *db_session(struct database *db, uint32_t id)
{
    for (unsigned i = 0; id != 0 && i < DB_SESSIONS; i++)
        if (db->sessions[i].id == id)
            return &db->sessions[i];
    return NULL;
}

bool db_is_locked(const struct database *db, const struct db_session *session)
{
    for (unsigned i = 0; i < DB_SESSIONS; i++)
        if (db->sessions[i].id != 0 && db->sessions[i].has_lock && &db->sessions[i] != session)
            return true;
    return false;
}

void db_cut(struct db_session *session, bool commit_is_sent)
{
    session->is_cut = true;
    session->commit_is_sent = commit_is_sent;
    counts.cuts++;
}

static void end_session(struct database *db, struct db_session *session)
{
    const bool arrives = session->commit_is_sent && session->is_open && chance_one_in(2);

    if (arrives && db_commit(db, session))
        trace("database: session %u ends; its COMMIT had arrived", session->id);
    else
        trace("database: session %u ends; nothing more of it is stored", session->id);
    forget_writes(session);
    session->id = 0;
}

bool db_end_a_cut_session(struct database *db)
{
    const unsigned first = chance_below(DB_SESSIONS);

    for (unsigned i = 0; rule_holds(RULE_SESSIONS_END) && i < DB_SESSIONS; i++) {
        struct db_session *session = &db->sessions[(first + i) % DB_SESSIONS];
        if (session->id == 0 || !session->is_cut)
            continue;
        end_session(db, session);
        return true;
    }
    return false;
}

void db_crash(struct database *db, bool new_primary)
{
    trace("database: %s", new_primary ? "another machine takes its place" : "crash");
    for (unsigned i = 0; i < DB_SESSIONS; i++)
        if (db->sessions[i].id != 0)
            end_session(db, &db->sessions[i]);
    if (!rule_holds(RULE_DURABLE_COMMIT))
        db->now = db->before;
    db->is_down = true;
    counts.crashes++;
    if (!new_primary)
        return;
    counts.failovers++;
    db->timeline++;
    drifting_clock_draw(&db->clock);
}

/* ---- Transactions ---------------------------------------------------------------------------- */

void db_begin(struct db_session *session)
{
    forget_writes(session);
    session->is_open = true;
}

void db_rollback(struct db_session *session)
{
    forget_writes(session);
}

static int64_t last_id(const struct db_contents *now)
{
    return now->bet_count == 0 ? 0 : now->bets[now->bet_count - 1].id;
}

/* The primary keys of its tables. */
static bool is_unique(const struct database *db, const struct db_session *session)
{
    if (session->bet_count > 0 && session->bets[0].id <= last_id(&db->now))
        return false;
    for (size_t i = 0; i < session->key_count; i++)
        if (db_key(db, NULL, session->keys[i].agency, session->keys[i].key) != NULL)
            return false;
    return true;
}

static void store_rows(struct database *db, const struct db_session *session)
{
    struct db_contents *now = &db->now;

    db_must_fit(session->bet_count <= DB_BETS - now->bet_count && session->key_count <= DB_KEYS - now->key_count);
    for (size_t i = 0; i < session->bet_count; i++)
        now->bets[now->bet_count++] = session->bets[i];
    for (size_t i = 0; i < session->key_count; i++)
        now->keys[now->key_count++] = session->keys[i];
    for (unsigned agency = 1; agency <= DB_AGENCIES; agency++)
        if (session->agencies_written & 1u << agency)
            now->agencies[agency] = session->agencies[agency];
    for (unsigned port = 0; port < DB_PORTS; port++)
        for (unsigned agency = 1; agency <= DB_AGENCIES; agency++)
            if (session->speakers_written[port] & 1u << agency)
                now->speakers[port][agency] = session->speakers[port][agency];
    for (unsigned place = 0; place < DB_PLACES; place++)
        if (session->places_written & 1u << place)
            now->places[place] = session->places[place];
    if (session->counts)
        now->change = session->change;
}

/* A NOTIFY may be lost. */
static void tell_of_draw(struct database *db)
{
    for (unsigned i = 0; i < DB_SESSIONS; i++)
        if (db->sessions[i].id != 0 && !chance_one_in(4))
            db->sessions[i].is_told = true;
}

static void store_rounds(struct database *db, const struct db_session *session)
{
    for (unsigned round = 0; round < DB_ROUNDS; round++) {
        if (!(session->rounds_written & 1u << round))
            continue;
        if (session->rounds[round].drawn) {
            db->draws[round]++;
            counts.draws++;
            tell_of_draw(db);
        }
        db->now.rounds[round] = session->rounds[round];
    }
}

bool db_commit(struct database *db, struct db_session *session)
{
    const bool is_stored = is_unique(db, session);

    if (is_stored && !rule_holds(RULE_DURABLE_COMMIT))
        db->before = db->now;
    if (is_stored) {
        store_rows(db, session);
        store_rounds(db, session);
    }
    forget_writes(session);
    return is_stored;
}

/* ---- What is seen ---------------------------------------------------------------------------- */

const struct agency_state *db_agency(const struct database *db, const struct db_session *session, unsigned agency)
{
    const bool is_own = session != NULL && session->agencies_written & 1u << agency;

    return is_own ? &session->agencies[agency] : &db->now.agencies[agency];
}

const struct db_round *db_round(const struct database *db, const struct db_session *session, uint32_t round)
{
    db_must_fit(round < DB_ROUNDS);
    const bool is_own = session != NULL && session->rounds_written & 1u << round;
    return is_own ? &session->rounds[round] : &db->now.rounds[round];
}

const struct db_place *db_place(const struct database *db, const struct db_session *session, unsigned place)
{
    const bool is_own = session != NULL && session->places_written & 1u << place;

    return is_own ? &session->places[place] : &db->now.places[place];
}

static const struct db_key *find_key(const struct db_key *keys, size_t count, uint8_t agency, uint64_t key)
{
    for (size_t i = 0; i < count; i++)
        if (keys[i].key == key && keys[i].agency == agency)
            return &keys[i];
    return NULL;
}

const struct db_key *db_key(const struct database *db, const struct db_session *session, uint8_t agency, uint64_t key)
{
    const struct db_key *own = session == NULL ? NULL : find_key(session->keys, session->key_count, agency, key);

    return own != NULL ? own : find_key(db->now.keys, db->now.key_count, agency, key);
}

const struct db_bet *db_bet_at(const struct database *db, const struct db_session *session, size_t index)
{
    if (index < db->now.bet_count)
        return &db->now.bets[index];
    index -= db->now.bet_count;
    return session != NULL && index < session->bet_count ? &session->bets[index] : NULL;
}
