/* A store in memory, whose disk fails when it is told to: see memory_store.h and store.h. */
#include "store/memory/memory_store.h"

#include <stdio.h>
#include <stdlib.h>

/* What its callers promise. A broken promise is a bug of theirs, which a fuzzer or a test has to
 * notice. */
static void must(bool holds, const char *property)
{
    if (holds)
        return;
    fprintf(stderr, "memory store: violated: %s\n", property);
    abort();
}

void memory_store_init(struct store *store, uint8_t agencies)
{
    store->agencies = agencies;
    store->now = (struct memory_size){ 0 };
    for (unsigned agency = 0; agency <= MEMORY_AGENCIES; agency++)
        store->now.agency[agency].round = 1;
    store->durable = store->now;
    store->in_transaction = false;
    store->fault = MEMORY_SOUND;
}

void memory_store_reopen(struct store *store)
{
    store->now = store->durable;
    store->in_transaction = false;
    store->fault = MEMORY_SOUND;
}

const char *store_error_text(const struct store *store)
{
    (void)store;
    return "the disk in memory failed, as it was told to";
}

uint8_t store_agencies(const struct store *store)
{
    return store->agencies;
}

/* ---- A transaction --------------------------------------------------------------------------- */

enum store_code store_begin(struct store *store)
{
    must(!store->in_transaction, "one transaction begins when the one before it has ended");
    store->in_transaction = true;
    return store->fault == MEMORY_BEGIN_FAILS ? STORE_FAILED : STORE_OK;
}

enum store_code store_commit(struct store *store)
{
    const enum memory_fault fault = store->fault;

    must(store->in_transaction, "only what has begun is committed");
    if (fault == MEMORY_COMMIT_FAILS)
        return STORE_FAILED;
    if (fault == MEMORY_SOUND || fault == MEMORY_WRITE_FAILS || fault == MEMORY_COMMIT_UNKNOWN_KEPT)
        store->durable = store->now;
    store->in_transaction = false;
    store->fault = MEMORY_SOUND;
    return fault == MEMORY_COMMIT_UNKNOWN_KEPT || fault == MEMORY_COMMIT_UNKNOWN_LOST ? STORE_UNKNOWN : STORE_OK;
}

enum store_code store_rollback(struct store *store)
{
    memory_store_reopen(store);
    return STORE_OK;
}

/* ---- Writes ---------------------------------------------------------------------------------- */

static enum store_code may_write(struct store *store)
{
    must(store->in_transaction, "writes are part of a transaction");
    if (store->fault == MEMORY_WRITE_FAILS && store->writes_left-- == 0)
        return STORE_FAILED;
    return STORE_OK;
}

enum store_code store_append(struct store *store, uint32_t round, const struct sorteo_bet *bets, size_t count)
{
    if (may_write(store) != STORE_OK)
        return STORE_FAILED;
    for (size_t i = 0; i < count; i++) {
        must(store->now.bets < MEMORY_BETS, "the store in memory has room");
        store->bets[store->now.bets++] = (struct memory_bet){
            .round = round, .agency = bets[i].agency, .document = bets[i].document, .number = bets[i].number
        };
    }
    return STORE_OK;
}

enum store_code store_key_put(struct store *store, uint8_t agency, uint64_t key, const struct key_record *record)
{
    struct key_record known;

    if (may_write(store) != STORE_OK)
        return STORE_FAILED;
    must(store_key_get(store, agency, key, &known) == STORE_NONE, "a key is put once");
    must(store->now.keys < MEMORY_KEYS, "the store in memory has room");
    store->keys[store->now.keys++] = (struct memory_key){ .key = key, .record = *record, .agency = agency };
    return STORE_OK;
}

enum store_code store_agency_put(struct store *store, uint8_t agency, const struct agency_state *state)
{
    if (may_write(store) != STORE_OK)
        return STORE_FAILED;
    store->now.agency[agency] = *state;
    return STORE_OK;
}

enum store_code store_draw(struct store *store, uint32_t round, uint16_t winning_number, uint64_t *winners)
{
    if (may_write(store) != STORE_OK)
        return STORE_FAILED;
    must(round == store->now.draws + 1 && store->now.draws < MEMORY_DRAWS, "rounds are drawn once, and in order");
    store->winning[store->now.draws++] = winning_number;
    *winners = 0;
    for (size_t i = 0; i < store->now.bets; i++)
        *winners += store->bets[i].round == round && store->bets[i].number == winning_number;
    return STORE_OK;
}

/* ---- Reads ----------------------------------------------------------------------------------- */

enum store_code store_agency_get(struct store *store, uint8_t agency, struct agency_state *state)
{
    *state = store->now.agency[agency];
    return STORE_OK;
}

enum store_code store_key_get(struct store *store, uint8_t agency, uint64_t key, struct key_record *record)
{
    for (size_t i = 0; i < store->now.keys; i++) {
        if (store->keys[i].agency == agency && store->keys[i].key == key) {
            *record = store->keys[i].record;
            return STORE_OK;
        }
    }
    return STORE_NONE;
}

static bool is_winner(const struct store *store, const struct memory_bet *bet, uint32_t round, uint8_t agency)
{
    return bet->round == round && bet->agency == agency && bet->number == store->winning[round - 1];
}

enum store_code store_winners_count(struct store *store, uint32_t round, uint8_t agency, uint64_t *count)
{
    if (round == 0 || round > store->now.draws)
        return STORE_NONE;
    *count = 0;
    for (size_t i = 0; i < store->now.bets; i++)
        *count += is_winner(store, &store->bets[i], round, agency);
    return STORE_OK;
}

enum store_code store_winners(struct store *store, uint32_t round, uint8_t agency, uint64_t from, uint32_t *documents,
                              size_t cap, size_t *count)
{
    *count = 0;
    for (size_t i = 0; round >= 1 && round <= store->now.draws && i < store->now.bets && *count < cap; i++) {
        if (!is_winner(store, &store->bets[i], round, agency))
            continue;
        if (from > 0)
            from--;
        else
            documents[(*count)++] = store->bets[i].document;
    }
    return STORE_OK;
}
