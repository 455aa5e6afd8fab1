/* One schedule: see schedule.h. */
#include "schedule.h"

#include "agencies.h"
#include "audit.h"
#include "chance.h"
#include "database.h"
#include "link.h"
#include "seen.h"
#include "server.h"
#include "shared_store.h"
#include "surroundings.h"
#include "trace.h"

#define MS 1000000u
#define BEGIN_NS UINT64_C(10000000000)
#define QUIET_MS 50u
#define QUIET_ROUNDS 500u /* turns of everybody: 25 s */
#define LAST_TURNS 8u     /* after that, for what is still under way */

static struct database db;
static unsigned servers, agencies;
static bool has_failovers;

/* ---- States ---------------------------------------------------------------------------------- */

static uint64_t fold(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 32;
}

static uint64_t fold_agency_state(uint64_t hash, const struct agency_state *state)
{
    return fold(hash, (uint64_t)state->round << 32 | (uint64_t)state->phase << 16 | (uint64_t)state->announced << 12 |
                          (state->bets & 0xff));
}

static uint64_t fold_server(uint64_t hash, const struct server *server)
{
    const struct commit_cycle *cycle = &server->cycle;

    hash = fold(hash, server->is_alive);
    if (!server->is_alive)
        return hash;
    hash = fold(hash, (uint64_t)cycle->group.open << 20 | cycle->group.count << 8 | cycle->drawn << 2 |
                          (uint64_t)(cycle->recovery.store != NULL));
    for (unsigned agency = 1; agency <= agencies; agency++)
        hash = fold_agency_state(hash, &cycle->judge.rounds.agency[agency]);
    return fold(hash, server->inbox.len << 16 | server->worker->channel.in.len);
}

static uint64_t fold_link(uint64_t hash, const struct link *link)
{
    if (!link->is_used)
        return fold(hash, 0);
    return fold(hash, link->up_len << 40 | link->down_len << 24 | (uint64_t)link->session.phase << 8 |
                          (uint64_t)link->server << 4 | (uint64_t)link->is_given_up << 2 |
                          (uint64_t)link->server_is_gone << 1 | 1);
}

static uint64_t fold_sessions(uint64_t hash)
{
    uint64_t cut = 0, locked = 0, count = 0;

    for (unsigned i = 0; i < DB_SESSIONS; i++) {
        const struct db_session *session = &db.sessions[i];
        count += session->id != 0;
        cut += session->id != 0 && session->is_cut;
        locked += session->id != 0 && session->has_lock;
    }
    return fold(hash, count << 16 | cut << 8 | locked);
}

/* Without times and names: what differs in these alone is the same state. */
static void note_state(void)
{
    uint64_t hash = fold(db.is_down, db.now.bet_count << 16 | db.now.key_count);

    hash = fold_sessions(hash);
    for (unsigned agency = 1; agency <= agencies; agency++) {
        const struct agency *at = agency_at(agency);
        hash = fold_agency_state(hash, &db.now.agencies[agency]);
        hash = fold(hash, (uint64_t)at->round << 32 | at->does << 24 | at->stored << 16 | at->unanswered_count << 8 |
                              (at->link != NULL));
    }
    for (unsigned i = 0; i < servers; i++)
        hash = fold_server(hash, server_at(i));
    for (unsigned i = 0; i < LINKS_MAX; i++)
        hash = fold_link(hash, link_at(i));
    seen_add(hash);
}

/* ---- While things fail ----------------------------------------------------------------------- */

static struct link *any_link(void)
{
    return link_at(chance_below(LINKS_MAX));
}

/* The first link in use from a random one on. */
static struct link *some_link(void)
{
    const unsigned first = chance_below(LINKS_MAX);

    for (unsigned i = 0; i < LINKS_MAX; i++)
        if (link_at((first + i) % LINKS_MAX)->is_used)
            return link_at((first + i) % LINKS_MAX);
    return any_link();
}

static size_t some_bytes(void)
{
    return chance_one_in(3) ? 1 + chance_below(40) : LINK_BYTES;
}

static bool lose_some_link(void)
{
    struct link *link = some_link();

    if (!link->is_used || (!link->is_given_up && !chance_one_in(4)))
        return false;
    link_lose(link);
    return true;
}

static bool break_database(void)
{
    if (db.is_down) {
        db.is_down = false;
        return true;
    }
    if (!chance_one_in(25))
        return db_end_a_cut_session(&db);
    db_crash(&db, has_failovers && chance_one_in(2));
    return true;
}

static bool break_server(struct server *server)
{
    if (!server->is_alive)
        return server_start(server);
    return chance_one_in(12) && server_die(server);
}

static void pass_time(void)
{
    true_ns += chance_one_in(12) ? chance_below(400 * MS) : chance_below(3 * MS);
}

static bool try_step(void)
{
    struct server *server = server_at(chance_below(servers));

    switch (chance_below(32)) {
    case 0:
    case 1:
    case 2:
    case 3:
    case 4:
    case 5:
    case 6:
    case 7:
        return agency_step(agency_at(1 + chance_below(agencies)), false);
    case 8:
    case 9:
    case 10:
    case 11:
    case 12:
    case 13:
        return link_deliver(some_link(), some_bytes());
    case 14:
    case 15:
    case 16:
    case 17:
        return link_answer(some_link(), some_bytes());
    case 18:
    case 19:
    case 20:
        return server_read(server, 1 + chance_below(4));
    case 21:
    case 22:
        return server_end_turn(server);
    case 23:
    case 24:
        return server_fire(server);
    case 25:
    case 26:
    case 27:
        return server_tell(server);
    case 28:
        return lose_some_link();
    case 29:
        return break_database();
    case 30:
        return break_server(server);
    default:
        return db_end_a_cut_session(&db);
    }
}

static void step(void)
{
    counts.steps++;
    pass_time();
    for (unsigned tries = 0; tries < 6 && !try_step(); tries++)
        ;
    note_state();
}

/* ---- When nothing fails any more ------------------------------------------------------------- */

/* The server has read all that an agency sent before it gave up, and sees the end then. */
static bool is_left_behind(const struct link *link)
{
    return link->is_used && link->is_given_up && link->up_len == 0;
}

static void turn_of_links(void)
{
    for (unsigned i = 0; i < LINKS_MAX; i++) {
        (void)link_deliver(link_at(i), LINK_BYTES);
        if (is_left_behind(link_at(i)))
            link_lose(link_at(i));
    }
}

static void turn_of_server(struct server *server)
{
    if (!server->is_alive)
        (void)server_start(server);
    (void)server_fire(server);
    (void)server_read(server, 64);
    (void)server_end_turn(server);
    while (server_tell(server))
        ;
}

/* Everything that can go on does, once. */
static void quiet_turn(void)
{
    counts.steps++;
    true_ns += QUIET_MS * MS;
    db.is_down = false;
    while (db_end_a_cut_session(&db))
        ;
    for (unsigned agency = 1; agency <= agencies; agency++)
        for (unsigned i = 0; i < 6 && agency_step(agency_at(agency), true); i++)
            ;
    turn_of_links();
    for (unsigned i = 0; i < servers; i++)
        turn_of_server(server_at(i));
    for (unsigned i = 0; i < LINKS_MAX; i++)
        (void)link_answer(link_at(i), LINK_BYTES);
    note_state();
}

static bool have_all_completed(uint32_t round)
{
    for (unsigned agency = 1; agency <= agencies; agency++)
        if (agency_at(agency)->round <= round)
            return false;
    return true;
}

/* Everybody completes the round that the first one is in. Returns it. */
static uint32_t come_to_rest(void)
{
    uint32_t last = 0;

    for (unsigned agency = 1; agency <= agencies; agency++)
        if (agency_at(agency)->round > last)
            last = agency_at(agency)->round;
    trace("---- from here on nothing fails; everybody has to complete round %u", last);
    agencies_end_with(last);
    for (unsigned turns = 0; turns < QUIET_ROUNDS && !have_all_completed(last) && audit_finding() == NULL; turns++)
        quiet_turn();
    if (!have_all_completed(last))
        audit_find("not everybody comes through round %u when nothing fails any more", last);
    for (unsigned turns = 0; turns < LAST_TURNS && audit_finding() == NULL; turns++)
        quiet_turn();
    return last;
}

/* ---- The whole ------------------------------------------------------------------------------- */

static void meanwhile(void)
{
    if (!shared_store_world.has_faults)
        quiet_turn();
    else
        step();
}

/* Times of two primaries are not compared (section 11), which is no matter with keys alone. */
static void begin(const struct schedule_options *with, uint64_t number)
{
    chance_begin(with->seed, number);
    process_current = NULL;
    true_ns = BEGIN_NS;
    servers = with->servers > 0 ? with->servers : chance_one_in(4) ? 3 : 2;
    agencies = 2 + chance_below(DB_AGENCIES - 1);
    has_failovers = with->dialect == SORTEO_KEYED;
    db_init(&db);
    audit_init();
    surroundings_on_draw = audit_draw;
    surroundings_on_request = audit_request;
    server_draws_without_a_store = audit_draw_without_a_store;
    shared_store_world = (struct shared_store_world){ .db = &db, .has_faults = false, .meanwhile = meanwhile };
    servers_init(servers, with->dialect, (uint8_t)agencies, chance_one_in(3) ? 1 + chance_below(3) : 1000);
    agencies_init(agencies, with->dialect, servers);
    for (unsigned i = 0; i < servers; i++)
        (void)server_start(server_at(i));
}

const char *schedule_run(const struct schedule_options *with, uint64_t number)
{
    begin(with, number);
    shared_store_world.has_faults = true;
    const unsigned steps = 30 + chance_below(chance_one_in(4) ? 400 : 120);
    for (unsigned i = 0; i < steps && audit_finding() == NULL; i++)
        step();
    shared_store_world.has_faults = false;
    if (audit_finding() == NULL) {
        const uint32_t completed = come_to_rest();
        if (audit_finding() == NULL)
            audit_database(&db, agencies, completed);
    }
    servers_fini();
    return audit_finding();
}
