/*
 * Opening and closing: who may use the store, and that what it holds is on stable storage before
 * anyone is told of it.
 *
 * Knows no table.
 */
#include "store/postgresql/postgresql_store.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DRAW_PIECE 1000000u /* bets: some tenths of a second */

static enum store_code collect_warnings(struct postgresql_store *store)
{
    uint32_t round = 0;
    uint16_t number = 0;
    const bool draws = store->number >= 0;
    enum store_code code = draws ? postgresql_round_find_other(store, &round, &number) : STORE_NONE;

    if (store->is_unsafe)
        snprintf(store->warning, sizeof store->warning,
                 "its fsync or full_page_writes is off: a crash there loses bets that were acknowledged");
    if (code == STORE_OK) {
        const size_t len = strlen(store->warning);
        snprintf(store->warning + len, sizeof store->warning - len,
                 "%sround %" PRIu32 " was opened with the winning number %" PRIu16 ", and is drawn with it; %" PRId32
                 " is for the rounds after it",
                 len > 0 ? "; " : "", round, number, store->number);
    }
    return code == STORE_FAILED ? code : STORE_OK;
}

/* Taking the place is a transaction of our own, written to the log after all that an earlier server
 * wrote: when it is confirmed, so is that. A server that opens its store again has agencies that
 * wait, and counted every bet when it started. */
static enum store_code prepare(struct postgresql_store *store, const struct store_options *options)
{
    const bool again = options->existing && options->agencies != 0;
    enum store_code code = postgresql_connect(store);

    if (code == STORE_OK)
        code = schema_prepare(store, options);
    if (code == STORE_OK && !options->read_only)
        code = place_take(store, options);
    if (code == STORE_OK && !again)
        code = schema_check_counts(store);
    return code == STORE_OK ? collect_warnings(store) : code;
}

enum store_code postgresql_open(const struct store_options *options, struct store **out, struct store_error *error)
{
    size_t path_size = strlen(options->path) + 1;
    const char *why_not = libpq_load();
    struct postgresql_store *store;
    enum store_code code;

    if (why_not != NULL) {
        snprintf(error->text, sizeof error->text,
                 "PostgreSQL cannot be used: %s: install its client library (Debian: libpq5)", why_not);
        return STORE_REFUSED;
    }
    store = calloc(1, sizeof *store + path_size);
    if (store == NULL) {
        snprintf(error->text, sizeof error->text, "PostgreSQL cannot be used: out of memory");
        return STORE_FAILED;
    }
    store->base.operations = &postgresql_operations;
    memcpy(store->path, options->path, path_size);
    store->read_only = options->read_only;
    store->may_lose = options->may_lose;
    store->number = -1;
    store->draw_piece = options->draw_piece == 0 ? DRAW_PIECE : options->draw_piece;
    code = prepare(store, options);
    if (code == STORE_OK) {
        *out = &store->base;
        return STORE_OK;
    }
    *error = store->error;
    postgresql_close(&store->base);
    return code;
}

/* A transaction under way ends with its session. */
void postgresql_close(struct store *base)
{
    struct postgresql_store *store = postgresql_store_of(base);

    postgresql_disconnect(store);
    rows_fini(&store->bets);
    free(store);
}

const char *postgresql_error_text(const struct store *base)
{
    return ((const struct postgresql_store *)base)->error.text;
}

uint8_t postgresql_agencies(const struct store *base)
{
    return ((const struct postgresql_store *)base)->agencies;
}

bool postgresql_was_made(const struct store *base)
{
    return ((const struct postgresql_store *)base)->made;
}

const char *postgresql_warning(const struct store *base)
{
    const struct postgresql_store *store = (const struct postgresql_store *)base;

    return store->warning[0] != '\0' ? store->warning : NULL;
}

/* Tables have no other name: one that is gone makes a statement fail. */
bool postgresql_is_moved(struct store *base)
{
    (void)base;
    return false;
}

/* PostgreSQL's own tools do that, without this server. */
enum store_code postgresql_copy_begin(struct store *base, int fd, struct store_copy **out, struct store_error *error)
{
    const struct postgresql_store *store = postgresql_store_of(base);

    (void)fd;
    (void)out;
    snprintf(error->text, sizeof error->text, "%s is not copied into a file: use pg_dump, also while a server runs",
             store->name);
    return STORE_FAILED;
}
