/* Each call on an open store goes to the implementation that opened it: see store.h. Which one that
 * is, is decided in open.c. */
#include "store/operations.h"

/* A reader of the count, perhaps in another process, sees whether a call is under way. */
static void count(const struct store *store)
{
    if (store->calls != NULL)
        ++*store->calls;
}

static void enter(const struct store *store)
{
    count(store);
}

static enum store_code leave(const struct store *store, enum store_code code)
{
    count(store);
    return code;
}

void store_close(struct store *store)
{
    if (store == NULL)
        return;
    volatile uint32_t *calls = store->calls;
    enter(store);
    store->operations->close(store);
    if (calls != NULL)
        ++*calls; /* the store is gone */
}

const char *store_error_text(const struct store *store)
{
    return store->operations->error_text(store);
}

uint8_t store_agencies(const struct store *store)
{
    return store->operations->agencies(store);
}

bool store_was_made(const struct store *store)
{
    return store->operations->was_made(store);
}

const char *store_warning(const struct store *store)
{
    return store->operations->warning(store);
}

bool store_is_moved(struct store *store)
{
    enter(store);
    bool moved = store->operations->is_moved(store);
    count(store);
    return moved;
}

/* ---- A transaction --------------------------------------------------------------------------- */

enum store_code store_begin(struct store *store)
{
    enter(store);
    return leave(store, store->operations->begin(store));
}

enum store_code store_commit(struct store *store)
{
    enter(store);
    return leave(store, store->operations->commit(store));
}

enum store_code store_rollback(struct store *store)
{
    enter(store);
    return leave(store, store->operations->rollback(store));
}

enum store_code store_checkpoint(struct store *store)
{
    enter(store);
    return leave(store, store->operations->checkpoint(store));
}

uint64_t store_checkpoints(const struct store *store)
{
    return store->checkpoints;
}

/* ---- Several servers ------------------------------------------------------------------------- */

bool store_is_overtaken(const struct store *store)
{
    return store->operations->is_overtaken != NULL && store->operations->is_overtaken(store);
}

bool store_is_shared(const struct store *store)
{
    return store->operations->look != NULL;
}

enum store_code store_look(struct store *store, bool *changed)
{
    *changed = false;
    if (store->operations->look == NULL)
        return STORE_OK;
    enter(store);
    return leave(store, store->operations->look(store, changed));
}

bool store_another_speaks(const struct store *store, unsigned port, uint8_t agency)
{
    return store_is_shared(store) && store->operations->another_speaks(store, port, agency);
}

bool store_is_surely_older(const struct store *store, unsigned port, uint8_t agency, uint64_t accepted_ns)
{
    return store_is_shared(store) && store->operations->is_surely_older(store, port, agency, accepted_ns);
}

enum store_code store_speaker_put(struct store *store, unsigned port, uint8_t agency, uint64_t accepted_ns)
{
    enter(store);
    return leave(store, store->operations->speaker_put(store, port, agency, accepted_ns));
}

/* ---- Writes ---------------------------------------------------------------------------------- */

enum store_code store_append(struct store *store, uint32_t round, const struct store_frame *frame)
{
    enter(store);
    return leave(store, store->operations->append(store, round, frame));
}

enum store_code store_key_put(struct store *store, uint8_t agency, uint64_t key, const struct key_record *record)
{
    enter(store);
    return leave(store, store->operations->key_put(store, agency, key, record));
}

enum store_code store_agency_put(struct store *store, uint8_t agency, const struct agency_state *state)
{
    enter(store);
    return leave(store, store->operations->agency_put(store, agency, state));
}

enum store_code store_draw(struct store *store, uint32_t round, uint16_t winning_number, struct store_draw *draw)
{
    enter(store);
    return leave(store, store->operations->draw(store, round, winning_number, draw));
}

enum store_code store_finish_put(struct store *store, const struct finish_record *record)
{
    enter(store);
    return leave(store, store->operations->finish_put(store, record));
}

/* ---- Reads ----------------------------------------------------------------------------------- */

enum store_code store_agency_get(struct store *store, uint8_t agency, struct agency_state *state)
{
    enter(store);
    return leave(store, store->operations->agency_get(store, agency, state));
}

enum store_code store_key_get(struct store *store, uint8_t agency, uint64_t key, struct key_record *record)
{
    enter(store);
    return leave(store, store->operations->key_get(store, agency, key, record));
}

enum store_code store_draw_get(struct store *store, uint32_t round, struct store_draw *draw)
{
    enter(store);
    return leave(store, store->operations->draw_get(store, round, draw));
}

enum store_code store_winners_count(struct store *store, uint32_t round, uint8_t agency, uint64_t *count)
{
    enter(store);
    return leave(store, store->operations->winners_count(store, round, agency, count));
}

enum store_code store_winners(struct store *store, uint32_t round, uint8_t agency, uint64_t from, uint32_t *documents,
                              size_t cap, size_t *count)
{
    enter(store);
    return leave(store, store->operations->winners(store, round, agency, from, documents, cap, count));
}

/* ---- Export ---------------------------------------------------------------------------------- */

enum store_code store_each(struct store *store, const struct store_filter *filter,
                           bool (*row)(void *context, uint32_t round, const struct sorteo_bet *bet), void *context)
{
    enter(store);
    return leave(store, store->operations->each(store, filter, row, context));
}

enum store_code store_each_finish(struct store *store, bool (*row)(void *context, const struct finish_record *record),
                                  void *context)
{
    return store->operations->each_finish(store, row, context);
}

/* ---- A copy ---------------------------------------------------------------------------------- */

enum store_code store_copy_begin(struct store *store, int fd, struct store_copy **out, struct store_error *error)
{
    enter(store);
    return leave(store, store->operations->copy_begin(store, fd, out, error));
}

enum store_code store_copy_step(struct store_copy *copy, struct store_copied *copied, struct store_error *error)
{
    enter(copy->store);
    return leave(copy->store, copy->store->operations->copy_step(copy, copied, error));
}

void store_copy_end(struct store_copy *copy)
{
    if (copy != NULL)
        copy->store->operations->copy_end(copy);
}
