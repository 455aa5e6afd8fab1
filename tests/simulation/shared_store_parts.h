/* What the files of the shared store use of each other. All other code uses shared_store.h. */
#ifndef SIMULATION_SHARED_STORE_PARTS_H
#define SIMULATION_SHARED_STORE_PARTS_H

#include "shared_store.h"
#include "store/operations.h"

/* As in postgresql_store.h. */
enum store_condition { STORE_IDLE, STORE_IN_TRANSACTION, STORE_TRANSACTION_FAILED, STORE_BROKEN };

#define CHANGE_UNKNOWN (-2)

struct known_speaker {
    struct db_speaker row;
    uint64_t accepted_ns; /* of one of ours, by our clock */
};

struct shared_store {
    struct store base; /* must be first */
    struct process *process;
    uint32_t session; /* 0: none */
    enum store_condition condition;
    bool is_cut_off;
    uint8_t agencies;
    uint32_t draw_piece;
    unsigned place;
    int64_t incarnation, tried, group;
    int64_t change, seen, looked;
    uint64_t looked_ms;
    int64_t timeline, next_bet;
    struct store_clock clock;
    struct known_speaker speakers[DB_PORTS][DB_AGENCIES + 1];
};

static inline struct shared_store *shared_store_of(struct store *base)
{
    return (struct shared_store *)base;
}

/* ---- The session (shared_store.c) ------------------------------------------------------------ */

/* NULL, and the handle knows it, if it has ended. */
struct db_session *shared_session(struct shared_store *store);

/* A statement failed, or its session was cut. FAILED. */
enum store_code shared_fail(struct shared_store *store);

/* Before each statement: OK, or what chance makes of it. */
enum store_code shared_try(struct shared_store *store);

/* Waits until no other session has the lottery's row. False: for too long, or the session ended. */
bool shared_lock(struct shared_store *store);

/* ---- The place among the servers (shared_place.c) -------------------------------------------- */

/* Connects, and measures the database's clock. False: it is away. */
bool shared_connect(struct shared_store *store);
/* OK or FAILED. */
enum store_code shared_place_take(struct shared_store *store);
/* OK or FAILED: then the place may be another's, and the store is broken. */
enum store_code shared_begin_group(struct shared_store *store);
/* OK: the last group is stored; FAILED: it is not; UNKNOWN. */
enum store_code shared_resolve(struct shared_store *store);

/* ---- Transactions, and what others do (shared_transaction.c) --------------------------------- */

enum store_code shared_begin(struct store *base);
enum store_code shared_commit(struct store *base);
enum store_code shared_rollback(struct store *base);
bool shared_is_overtaken(const struct store *base);
enum store_code shared_look(struct store *base, bool *is_changed);
bool shared_another_speaks(const struct store *base, unsigned port, uint8_t agency);
bool shared_is_surely_older(const struct store *base, unsigned port, uint8_t agency, uint64_t accepted_ns);
enum store_code shared_speaker_put(struct store *base, unsigned port, uint8_t agency, uint64_t accepted_ns);

#endif
