/* Transactions, and what other servers do: see transaction.c, watch.c and speakers.c of
 * src/store/postgresql, whose rules these are. */
#include <string.h>

#include "audit.h"
#include "base/system.h"
#include "chance.h"
#include "rules.h"
#include "shared_store_parts.h"
#include "trace.h"

#define LOOK_MS 1000u
#define COMMIT_US 900u /* at most */

static bool comes(uint32_t many)
{
    return shared_store_world.has_faults && chance_one_in(many);
}

/* ---- What others have changed ---------------------------------------------------------------- */

static bool is_behind(const struct shared_store *store)
{
    return rule_holds(RULE_CHANGE_COUNTER) && store->change != store->seen + 1;
}

static void read_speakers(struct shared_store *store)
{
    const struct db_contents *now = &shared_store_world.db->now;

    memset(store->speakers, 0, sizeof store->speakers);
    for (unsigned port = 0; port < DB_PORTS; port++)
        for (unsigned agency = 1; rule_holds(RULE_SPEAKERS_READ_AGAIN) && agency <= DB_AGENCIES; agency++)
            store->speakers[port][agency].row = now->speakers[port][agency];
}

static void catch_up(struct shared_store *store)
{
    const struct db_contents *now = &shared_store_world.db->now;

    store->next_bet = (now->bet_count == 0 ? 0 : now->bets[now->bet_count - 1].id) + 1;
    read_speakers(store);
}

bool shared_is_overtaken(const struct store *base)
{
    const struct shared_store *store = (const struct shared_store *)base;

    return store->condition == STORE_IN_TRANSACTION && is_behind(store);
}

/* ---- Begin ----------------------------------------------------------------------------------- */

static bool return_to_place(struct shared_store *store)
{
    const bool is_back = shared_resolve(store) == STORE_OK;

    store->condition = is_back ? STORE_IN_TRANSACTION : STORE_BROKEN;
    return is_back;
}

static enum store_code begin_group(struct shared_store *store)
{
    if (shared_begin_group(store) == STORE_OK)
        return STORE_OK;
    return store->is_cut_off && return_to_place(store) ? shared_begin_group(store) : STORE_FAILED;
}

enum store_code shared_begin(struct store *base)
{
    struct shared_store *store = shared_store_of(base);

    if (store->condition != STORE_IDLE)
        return STORE_FAILED;
    store->condition = STORE_IN_TRANSACTION;
    if (begin_group(store) != STORE_OK)
        return STORE_FAILED;
    trace("begins group %lld (change %lld%s)", (long long)store->group, (long long)store->change,
          is_behind(store) ? ", overtaken" : "");
    if (is_behind(store) || store->next_bet == 0)
        catch_up(store);
    return STORE_OK;
}

/* ---- Commit ---------------------------------------------------------------------------------- */

static enum store_code end_stored(struct shared_store *store)
{
    store->condition = STORE_IDLE;
    store->seen = store->change;
    counts.groups++;
    trace("commits group %lld", (long long)store->group);
    return STORE_OK;
}

static enum store_code end_failed(struct shared_store *store)
{
    store->condition = STORE_TRANSACTION_FAILED;
    return STORE_FAILED;
}

static enum store_code find_out(struct shared_store *store)
{
    counts.lost_answers++;
    trace("the answer to COMMIT of group %lld is lost", (long long)store->group);
    if (!rule_holds(RULE_LOST_IS_NO_FAILURE) || !rule_holds(RULE_LOST_IS_NO_SUCCESS)) {
        const bool counts_as_stored = !rule_holds(RULE_LOST_IS_NO_SUCCESS);
        (void)shared_resolve(store);
        return counts_as_stored ? end_stored(store) : end_failed(store);
    }
    switch (shared_resolve(store)) {
    case STORE_OK:
        counts.found_stored++;
        return end_stored(store);
    case STORE_FAILED:
        counts.found_taken_back++;
        return end_failed(store);
    default:
        counts.not_found_out++;
        store->condition = STORE_BROKEN;
        return STORE_UNKNOWN;
    }
}

/* The process is gone, and its COMMIT was under way. */
static enum store_code die_in_commit(struct shared_store *store, struct db_session *session)
{
    trace("dies in COMMIT");
    db_cut(session, true);
    store->process->dies = true;
    store->condition = STORE_BROKEN;
    return STORE_UNKNOWN;
}

enum store_code shared_commit(struct store *base)
{
    struct shared_store *store = shared_store_of(base);
    struct database *db = shared_store_world.db;
    struct db_session *session;

    if (store->condition != STORE_IN_TRANSACTION || shared_try(store) != STORE_OK)
        return STORE_FAILED;
    session = shared_session(store);
    true_ns += 1000 * (uint64_t)chance_below(COMMIT_US);
    if (comes(60))
        return die_in_commit(store, session);
    if (comes(15)) {
        db_cut(session, true);
        (void)shared_fail(store);
        return find_out(store);
    }
    if (!db_commit(db, session)) {
        audit_find("server %u would store a row that is there already", store->process->server + 1);
        session->is_open = true; /* it waits for ROLLBACK */
        return end_failed(store);
    }
    if (comes(30)) {
        db_cut(session, false);
        (void)shared_fail(store);
        return find_out(store);
    }
    return end_stored(store);
}

enum store_code shared_rollback(struct store *base)
{
    struct shared_store *store = shared_store_of(base);
    struct db_session *session;

    store->seen = CHANGE_UNKNOWN;
    if (store->condition == STORE_BROKEN)
        return STORE_FAILED;
    session = shared_session(store);
    if (session == NULL) {
        store->condition = STORE_BROKEN;
        return STORE_FAILED;
    }
    db_rollback(session);
    store->condition = STORE_IDLE;
    trace("rolls back");
    return STORE_OK;
}

/* ---- Between transactions -------------------------------------------------------------------- */

static bool is_told(struct shared_store *store)
{
    struct db_session *session = db_session(shared_store_world.db, store->session);
    const bool told = session == NULL || session->is_cut || session->is_told;

    if (session != NULL)
        session->is_told = false;
    return told;
}

static bool ask_once(struct shared_store *store, int64_t *change)
{
    const struct database *db = shared_store_world.db;

    if (shared_try(store) != STORE_OK)
        return false;
    store_clock_begin(&store->clock);
    true_ns += 1000 * (uint64_t)chance_below(200);
    store_clock_end(&store->clock, db_now_us(db));
    *change = db->now.change;
    return true;
}

static bool ask_change(struct shared_store *store, int64_t *change)
{
    if (ask_once(store, change))
        return true;
    if (!store->is_cut_off || shared_resolve(store) != STORE_OK)
        return false;
    store->condition = STORE_IDLE;
    return ask_once(store, change);
}

enum store_code shared_look(struct store *base, bool *is_changed)
{
    struct shared_store *store = shared_store_of(base);
    int64_t change = 0;

    *is_changed = false;
    if (store->condition != STORE_IDLE)
        return store->condition == STORE_IN_TRANSACTION ? STORE_OK : STORE_FAILED;
    if (!rule_holds(RULE_LOOK) || (!is_told(store) && clock_ms() - store->looked_ms < LOOK_MS))
        return STORE_OK;
    store->looked_ms = clock_ms();
    if (!ask_change(store, &change))
        return STORE_FAILED;
    *is_changed = change != store->seen && change != store->looked;
    store->looked = change;
    if (*is_changed)
        read_speakers(store);
    return STORE_OK;
}

/* ---- Who speaks ------------------------------------------------------------------------------ */

static struct moment moment_of(const struct shared_store *store, uint64_t accepted_ns)
{
    if (rule_holds(RULE_CLOCK_DISTANCE))
        return store_clock_moment(&store->clock, accepted_ns);
    const int64_t at_us = (int64_t)(accepted_ns / 1000);
    return (struct moment){ .earliest_us = at_us, .latest_us = at_us };
}

bool shared_another_speaks(const struct store *base, unsigned port, uint8_t agency)
{
    const struct shared_store *store = (const struct shared_store *)base;
    const struct db_speaker *speaker = &store->speakers[port][agency].row;

    return speaker->process != 0 && speaker->process != store->process->number;
}

bool shared_is_surely_older(const struct store *base, unsigned port, uint8_t agency, uint64_t accepted_ns)
{
    const struct shared_store *store = (const struct shared_store *)base;
    const struct db_speaker *speaker = &store->speakers[port][agency].row;
    const struct moment accepted = moment_of(store, accepted_ns);

    return rule_holds(RULE_OLDER_CONNECTIONS) && shared_another_speaks(base, port, agency) &&
           speaker->timeline == store->timeline && moment_is_before(&accepted, &speaker->accepted);
}

enum store_code shared_speaker_put(struct store *base, unsigned port, uint8_t agency, uint64_t accepted_ns)
{
    struct shared_store *store = shared_store_of(base);
    struct db_session *session = shared_session(store);
    struct known_speaker *speaker = &store->speakers[port][agency];

    if (store->condition != STORE_IN_TRANSACTION || session == NULL)
        return STORE_FAILED;
    if (speaker->row.process == store->process->number && speaker->accepted_ns == accepted_ns)
        return STORE_OK;
    *speaker = (struct known_speaker){ .row = { .process = store->process->number,
                                                .timeline = store->timeline,
                                                .accepted = moment_of(store, accepted_ns) },
                                       .accepted_ns = accepted_ns };
    session->speakers[port][agency] = speaker->row;
    session->speakers_written[port] |= 1u << agency;
    return STORE_OK;
}
