/*
 * Transactions: begin, commit, rollback.
 *
 * Knows no table. COMMIT is sent when the reply to every statement before it has come, and never
 * twice: what became of one whose own reply is lost, the row of our place says (place.c).
 */
#include "store/postgresql/postgresql_store.h"

#include <string.h>

#include "base/fault.h"

/* The database was started again between two transactions, or another one took its place: where our
 * last one is there, all that we know is still true. */
static bool return_to_place(struct postgresql_store *store)
{
    const bool is_back = place_resolve(store) == STORE_OK;

    store->condition = is_back ? STORE_IN_TRANSACTION : STORE_BROKEN;
    return is_back;
}

static enum store_code begin_group(struct postgresql_store *store)
{
    if (place_begin_group(store) == STORE_OK)
        return STORE_OK;
    return store->is_cut_off && return_to_place(store) ? place_begin_group(store) : STORE_FAILED;
}

enum store_code postgresql_begin(struct store *base)
{
    struct postgresql_store *store = postgresql_store_of(base);
    enum store_code code;

    if (store->condition == STORE_IN_TRANSACTION)
        return postgresql_fail_because(store, "begin a transaction", "one is under way");
    if (store->condition != STORE_IDLE)
        return STORE_FAILED;                 /* the first failure is the one to tell */
    store->condition = STORE_IN_TRANSACTION; /* so that a failure needs a rollback */
    store->knows_agencies = false;
    code = begin_group(store);
    return code == STORE_OK && watch_is_behind(store) ? watch_catch_up(store) : code;
}

/* ---- COMMIT ---------------------------------------------------------------------------------- */

static enum store_code end_stored(struct postgresql_store *store)
{
    store->condition = STORE_IDLE;
    store->seen = store->change;
    store->knows_agencies = false;
    return STORE_OK;
}

/* Nothing of it is stored, and the caller rolls back. */
static enum store_code end_failed(struct postgresql_store *store)
{
    store->condition = STORE_TRANSACTION_FAILED;
    return STORE_FAILED;
}

static enum store_code find_out(struct postgresql_store *store)
{
    const struct store_error lost = store->error;

    switch (place_resolve(store)) {
    case STORE_OK:
        return end_stored(store);
    case STORE_FAILED:
        store->error = lost;
        return end_failed(store);
    default:
        store->condition = STORE_BROKEN;
        return STORE_UNKNOWN;
    }
}

enum store_code postgresql_commit(struct store *base)
{
    struct postgresql_store *store = postgresql_store_of(base);
    static const char what[] = "commit";
    PGresult *result;

    if (postgresql_check_write(store, what) != STORE_OK || postgresql_flush(store) != STORE_OK)
        return STORE_FAILED;
    store->is_doubted = false;
    FAULT_POINT("commit-is-sent");
    result = PQexec(store->connection, "COMMIT");
    FAULT_POINT("commit-is-answered");
    const bool is_done = PQresultStatus(result) == PGRES_COMMAND_OK && strcmp(PQcmdStatus(result), "COMMIT") == 0;
    if (is_done && !store->is_doubted) {
        PQclear(result);
        return end_stored(store);
    }
    if (is_done) {
        PQclear(result);
        (void)postgresql_fail_because(store, what, "the standby that has to confirm did not");
        return find_out(store);
    }
    (void)postgresql_fail(store, what, result);
    return store->condition == STORE_BROKEN ? find_out(store) : end_failed(store);
}

/* ---- ROLLBACK -------------------------------------------------------------------------------- */

enum store_code postgresql_rollback(struct store *base)
{
    struct postgresql_store *store = postgresql_store_of(base);
    static const char what[] = "roll back";

    postgresql_forget(store);
    if (store->condition == STORE_BROKEN)
        return STORE_FAILED;
    if (PQtransactionStatus(store->connection) != PQTRANS_IDLE &&
        postgresql_execute(store, "ROLLBACK", what) != STORE_OK) {
        store->condition = STORE_BROKEN;
        return STORE_FAILED;
    }
    store->condition = STORE_IDLE;
    return STORE_OK;
}

/* PostgreSQL makes its own. */
enum store_code postgresql_checkpoint(struct store *base)
{
    struct postgresql_store *store = postgresql_store_of(base);

    if (store->condition == STORE_IN_TRANSACTION)
        return postgresql_fail_because(store, "make a checkpoint", "a transaction is under way");
    return store->condition == STORE_IDLE ? STORE_OK : STORE_FAILED;
}
