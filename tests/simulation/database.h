/*
 * The one database that all servers share: what is committed, and sessions with a transaction each.
 *
 * A transaction sees what it wrote itself and otherwise what is committed at that moment (READ
 * COMMITTED); what it wrote is seen by others when it is committed, all at once. A session whose
 * client is gone goes on until the database ends it: a COMMIT that was under way may still take
 * effect then, and all else is taken back. There is one lock, of the lottery's row.
 *
 * Knows no rules of rounds, and not who its clients are.
 */
#ifndef SIMULATION_DATABASE_H
#define SIMULATION_DATABASE_H

#include "process.h"
#include "store/postgresql/store_clock.h"
#include "store/store.h"

#define DB_AGENCIES 3u
#define DB_PORTS 2u
#define DB_BETS 512u
#define DB_KEYS 512u
#define DB_ROUNDS 16u
#define DB_PLACES 16u
#define DB_SESSIONS 32u
#define DB_HELD_BETS 192u /* in one transaction */
#define DB_HELD_KEYS 96u

struct db_bet {
    int64_t id;
    uint32_t round, document;
    uint16_t number;
    uint8_t agency;
};

struct db_key {
    uint64_t key;
    struct key_record record;
    uint8_t agency;
};

struct db_round {
    bool exists, began, drawn;
    uint16_t number;
    int64_t first_bet, looked_at;
    uint64_t winners;
    int64_t drawn_by;
};

struct db_speaker {
    int64_t process, timeline;
    struct moment accepted;
};

struct db_place {
    int64_t incarnation; /* 0: there is no such row */
    int64_t last_group;
    uint32_t session; /* of the server that has it */
};

/* What is committed. */
struct db_contents {
    int64_t change;
    struct agency_state agencies[DB_AGENCIES + 1];
    struct db_speaker speakers[DB_PORTS][DB_AGENCIES + 1];
    struct db_round rounds[DB_ROUNDS];
    struct db_place places[DB_PLACES];
    size_t bet_count, key_count;
    struct db_bet bets[DB_BETS];
    struct db_key keys[DB_KEYS];
};

/* A session and what its transaction has written; bits say which rows. */
struct db_session {
    uint32_t id; /* 0: a free slot */
    bool is_open, has_lock;
    bool is_cut;         /* its client is gone */
    bool commit_is_sent; /* … after it sent COMMIT */
    bool is_told;        /* of a draw, by NOTIFY */
    bool counts;         /* it has written `change` … */
    int64_t change;
    uint32_t agencies_written, rounds_written, speakers_written[DB_PORTS], places_written;
    struct agency_state agencies[DB_AGENCIES + 1];
    struct db_speaker speakers[DB_PORTS][DB_AGENCIES + 1];
    struct db_round rounds[DB_ROUNDS];
    struct db_place places[DB_PLACES];
    size_t bet_count, key_count;
    struct db_bet bets[DB_HELD_BETS];
    struct db_key keys[DB_HELD_KEYS];
};

struct database {
    struct db_contents now;
    struct db_contents before; /* the last commit: only where that may be lost */
    struct db_session sessions[DB_SESSIONS];
    uint32_t last_session;
    bool is_down;
    int64_t timeline;
    struct drifting_clock clock;
    unsigned draws[DB_ROUNDS]; /* of each round that were committed */
};

/* A schedule is short: what does not fit is an error of the simulation, and ends its process. */
#define DB_TOO_SMALL 3
void db_must_fit(bool fits);

void db_init(struct database *db);

/* NULL if it is down. */
struct db_session *db_connect(struct database *db);

/* NULL if it has ended. */
struct db_session *db_session(struct database *db, uint32_t id);

/* Does another session have the lottery's row? */
bool db_is_locked(const struct database *db, const struct db_session *session);

void db_begin(struct db_session *session);

/* False if a row is there already that must not be: then nothing is stored. */
bool db_commit(struct database *db, struct db_session *session);
void db_rollback(struct db_session *session);

/* The client is gone: the session goes on. With COMMIT sent, it may take effect. */
void db_cut(struct db_session *session, bool commit_is_sent);

/* The database notices that one of those is gone. False if there is none. */
bool db_end_a_cut_session(struct database *db);

/* It is started again, or another machine takes its place. All sessions are gone. */
void db_crash(struct database *db, bool new_primary);

int64_t db_now_us(const struct database *db);

/* ---- As the transaction of a session sees it (NULL: outside of one) -------------------------- */

const struct agency_state *db_agency(const struct database *db, const struct db_session *session, unsigned agency);
const struct db_round *db_round(const struct database *db, const struct db_session *session, uint32_t round);
const struct db_place *db_place(const struct database *db, const struct db_session *session, unsigned place);

/* NULL if there is none. */
const struct db_key *db_key(const struct database *db, const struct db_session *session, uint8_t agency, uint64_t key);

/* In the order of their ids, from the index 0 on; NULL after the last. */
const struct db_bet *db_bet_at(const struct database *db, const struct db_session *session, size_t index);

#endif
