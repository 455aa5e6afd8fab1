/* A store in memory, whose disk fails on demand: see memory_store.h and store.h. */
#include "store/memory/memory_store.h"

#include <stdio.h>
#include <stdlib.h>

static const struct store_operations memory_operations;
static enum store_code memory_key_get(struct store *base, uint8_t agency, uint64_t key, struct key_record *record);

/* What its callers must ensure. A violation is a bug of theirs, which a fuzzer or a test has to
 * notice. */
static void must(bool holds, const char *property)
{
    if (holds)
        return;
    fprintf(stderr, "memory store: violated: %s\n", property);
    abort();
}

static struct memory_store *memory_store_of(struct store *store)
{
    return (struct memory_store *)store; /* it is the first in it */
}

void memory_store_init(struct memory_store *store, uint8_t agencies)
{
    store->base.operations = &memory_operations;
    store->agencies = agencies;
    store->now = (struct memory_size){ 0 };
    for (unsigned agency = 0; agency <= MEMORY_AGENCIES; agency++)
        store->now.agency[agency].round = 1;
    store->durable = store->now;
    store->in_transaction = false;
    store->fault = MEMORY_SOUND;
    store->draw_piece = 0;
}

void memory_store_reopen(struct memory_store *store)
{
    store->now = store->durable;
    store->in_transaction = false;
    store->fault = MEMORY_SOUND;
}

static const char *memory_error_text(const struct store *base)
{
    (void)base;
    return "the disk in memory failed, as it was told to";
}

static uint8_t memory_agencies(const struct store *base)
{
    return ((const struct memory_store *)base)->agencies;
}

/* memory_store_init did, and no call of store_open. */
static bool memory_was_made(const struct store *base)
{
    (void)base;
    return false;
}

static const char *memory_warning(const struct store *base)
{
    (void)base;
    return NULL;
}

static bool memory_is_moved(struct store *base)
{
    (void)base;
    return false;
}

static void memory_close(struct store *base)
{
    memory_store_reopen(memory_store_of(base));
}

/* ---- A transaction --------------------------------------------------------------------------- */

static enum store_code memory_begin(struct store *base)
{
    struct memory_store *store = memory_store_of(base);

    must(!store->in_transaction, "one transaction begins when the one before it has ended");
    store->in_transaction = true;
    return store->fault == MEMORY_BEGIN_FAILS ? STORE_FAILED : STORE_OK;
}

static enum store_code memory_commit(struct store *base)
{
    struct memory_store *store = memory_store_of(base);
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

static enum store_code memory_rollback(struct store *base)
{
    struct memory_store *store = memory_store_of(base);
    memory_store_reopen(store);
    return STORE_OK;
}

/* There is no log that could grow. */
static enum store_code memory_checkpoint(struct store *base)
{
    (void)base;
    return STORE_OK;
}

/* ---- Writes ---------------------------------------------------------------------------------- */

static enum store_code may_write(struct memory_store *store)
{
    must(store->in_transaction, "writes are part of a transaction");
    if (store->fault == MEMORY_WRITE_FAILS && store->writes_left-- == 0)
        return STORE_FAILED;
    return STORE_OK;
}

static enum store_code memory_append(struct store *base, uint32_t round, const struct store_frame *frame)
{
    struct memory_store *store = memory_store_of(base);

    if (may_write(store) != STORE_OK)
        return STORE_FAILED;
    for (size_t i = 0; i < frame->count; i++) {
        const struct sorteo_bet *bet = &frame->bets[i];
        must(store->now.bets < MEMORY_BETS, "the store in memory has room");
        store->bets[store->now.bets++] = (struct memory_bet){
            .round = round, .agency = bet->agency, .document = bet->document, .number = bet->number
        };
    }
    return STORE_OK;
}

static enum store_code memory_key_put(struct store *base, uint8_t agency, uint64_t key, const struct key_record *record)
{
    struct memory_store *store = memory_store_of(base);
    struct key_record known;

    if (may_write(store) != STORE_OK)
        return STORE_FAILED;
    must(memory_key_get(base, agency, key, &known) == STORE_NONE, "a key is put once");
    must(store->now.keys < MEMORY_KEYS, "the store in memory has room");
    store->keys[store->now.keys++] = (struct memory_key){ .key = key, .record = *record, .agency = agency };
    return STORE_OK;
}

static enum store_code memory_agency_put(struct store *base, uint8_t agency, const struct agency_state *state)
{
    struct memory_store *store = memory_store_of(base);

    if (may_write(store) != STORE_OK)
        return STORE_FAILED;
    store->now.agency[agency] = *state;
    return STORE_OK;
}

static enum store_code memory_draw(struct store *base, uint32_t round, uint16_t winning_number, struct store_draw *draw)
{
    struct memory_store *store = memory_store_of(base);
    struct memory_size *now = &store->now;

    if (may_write(store) != STORE_OK)
        return STORE_FAILED;
    must(round == now->draws + 1 && now->draws < MEMORY_DRAWS, "rounds are drawn once, and in order");
    if (!now->drawing) {
        store->winning[now->draws] = winning_number;
        now->drawing = true;
        now->looked_at = 0;
        now->winners = 0;
    }
    for (size_t n = 0; now->looked_at < now->bets && (store->draw_piece == 0 || n < store->draw_piece); n++) {
        const struct memory_bet *bet = &store->bets[now->looked_at++];
        now->winners += bet->round == round && bet->number == store->winning[now->draws];
    }
    now->drawing = now->looked_at < now->bets;
    *draw = (struct store_draw){ .done = !now->drawing, .number = store->winning[now->draws], .winners = now->winners };
    now->draws += !now->drawing;
    return STORE_OK;
}

static enum store_code memory_finish_put(struct store *base, const struct finish_record *record)
{
    struct memory_store *store = memory_store_of(base);

    if (may_write(store) != STORE_OK)
        return STORE_FAILED;
    must(store->now.finishes < MEMORY_FINISHES, "the store in memory has room");
    store->finishes[store->now.finishes++] = (struct memory_finish){
        .round = record->round, .agency = record->agency, .bets = record->bets, .uid = record->uid
    };
    return STORE_OK;
}

/* ---- Reads ----------------------------------------------------------------------------------- */

static enum store_code memory_agency_get(struct store *base, uint8_t agency, struct agency_state *state)
{
    struct memory_store *store = memory_store_of(base);

    *state = store->now.agency[agency];
    return STORE_OK;
}

static enum store_code memory_key_get(struct store *base, uint8_t agency, uint64_t key, struct key_record *record)
{
    struct memory_store *store = memory_store_of(base);

    for (size_t i = 0; i < store->now.keys; i++) {
        if (store->keys[i].agency == agency && store->keys[i].key == key) {
            *record = store->keys[i].record;
            return STORE_OK;
        }
    }
    return STORE_NONE;
}

static enum store_code memory_draw_get(struct store *base, uint32_t round, struct store_draw *draw)
{
    struct memory_store *store = memory_store_of(base);
    const struct memory_size *now = &store->now;
    struct store_draw found = { .done = round <= now->draws };

    if (round == 0 || round > now->draws + now->drawing)
        return STORE_NONE;
    found.number = store->winning[round - 1];
    for (size_t i = 0; i < now->bets; i++)
        found.winners += store->bets[i].round == round && store->bets[i].number == found.number;
    *draw = found;
    return STORE_OK;
}

static bool is_winner(const struct memory_store *store, const struct memory_bet *bet, uint32_t round, uint8_t agency)
{
    return bet->round == round && bet->agency == agency && bet->number == store->winning[round - 1];
}

static enum store_code memory_winners_count(struct store *base, uint32_t round, uint8_t agency, uint64_t *count)
{
    struct memory_store *store = memory_store_of(base);

    if (round == 0 || round > store->now.draws)
        return STORE_NONE;
    *count = 0;
    for (size_t i = 0; i < store->now.bets; i++)
        *count += is_winner(store, &store->bets[i], round, agency);
    return STORE_OK;
}

static enum store_code memory_winners(struct store *base, uint32_t round, uint8_t agency, uint64_t from,
                                      uint32_t *documents, size_t cap, size_t *count)
{
    struct memory_store *store = memory_store_of(base);

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

/* ---- Export ---------------------------------------------------------------------------------- */

static bool passes(const struct memory_store *store, const struct memory_bet *bet, const struct store_filter *filter)
{
    if ((filter->round != 0 && filter->round != bet->round) || (filter->agency != 0 && filter->agency != bet->agency))
        return false;
    return !filter->winners || (bet->round <= store->now.draws && is_winner(store, bet, bet->round, bet->agency));
}

static enum store_code memory_each(struct store *base, const struct store_filter *filter,
                                   bool (*row)(void *context, uint32_t round, const struct sorteo_bet *bet),
                                   void *context)
{
    const struct memory_store *store = memory_store_of(base);
    const struct sorteo_text none = { .bytes = "", .len = 0 };

    for (uint64_t i = filter->after; i < store->now.bets; i++) {
        const struct memory_bet *kept = &store->bets[i];
        const struct sorteo_bet bet = { .agency = kept->agency,
                                        .name = none,
                                        .surname = none,
                                        .document = kept->document,
                                        .birthdate = none,
                                        .number = kept->number };
        if (passes(store, kept, filter) && !row(context, kept->round, &bet))
            break;
    }
    return STORE_OK;
}

static enum store_code memory_each_finish(struct store *base,
                                          bool (*row)(void *context, const struct finish_record *record), void *context)
{
    const struct memory_store *store = memory_store_of(base);

    for (size_t i = 0; i < store->now.finishes; i++) {
        const struct memory_finish *kept = &store->finishes[i];
        const struct finish_record record = { .round = kept->round,
                                              .agency = kept->agency,
                                              .bets = kept->bets,
                                              .uid = kept->uid,
                                              .user = "",
                                              .host = "",
                                              .at = "" };
        if (!row(context, &record))
            break;
    }
    return STORE_OK;
}

/* There is no file to copy. */
static enum store_code memory_copy_begin(struct store *base, int fd, struct store_copy **out, struct store_error *error)
{
    (void)base;
    (void)fd;
    (void)out;
    snprintf(error->text, sizeof error->text, "the store in memory cannot be copied");
    return STORE_FAILED;
}

/* No `open`: the caller has it already. */
static const struct store_operations memory_operations = {
    .close = memory_close,
    .error_text = memory_error_text,
    .agencies = memory_agencies,
    .was_made = memory_was_made,
    .warning = memory_warning,
    .is_moved = memory_is_moved,

    .begin = memory_begin,
    .commit = memory_commit,
    .rollback = memory_rollback,
    .checkpoint = memory_checkpoint,

    .append = memory_append,
    .key_put = memory_key_put,
    .agency_put = memory_agency_put,
    .draw = memory_draw,
    .finish_put = memory_finish_put,

    .agency_get = memory_agency_get,
    .key_get = memory_key_get,
    .draw_get = memory_draw_get,
    .winners_count = memory_winners_count,
    .winners = memory_winners,
    .each = memory_each,
    .each_finish = memory_each_finish,
    .copy_begin = memory_copy_begin, /* without the rest: none begins */
};
