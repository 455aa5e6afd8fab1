/*
 * The state of each agency, and the keys that it has used.
 *
 * Knows no rules about either: it returns what was put. Both are held back, and looked for there
 * first.
 */
#include "store/postgresql/postgresql_store.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const phase_names[] = {
    [AGENCY_OPEN] = "open", [AGENCY_WAITING] = "waiting", [AGENCY_DRAWN] = "drawn", NULL
};
static const char *const use_names[] = {
    [KEY_SINGLE] = "single", [KEY_BATCH] = "batch", [KEY_FINISH] = "finish", NULL
};

/* The index of the name; the schema admits no other. */
static unsigned index_of(const char *text, const char *const names[])
{
    unsigned i = 0;

    while (names[i] != NULL && strcmp(names[i], text) != 0)
        i++;
    return i;
}

/* ---- Agencies -------------------------------------------------------------------------------- */

static bool is_true(const PGresult *rows, int row, int column)
{
    return PQgetvalue(rows, row, column)[0] == 't';
}

#define STATE_COLUMNS "agency, round, phase, announced, may_close_empty, bets"
enum state_column { AGENCY, ROUND, PHASE, ANNOUNCED, MAY_CLOSE_EMPTY, BETS };

/* Reads a row into *state; false if it holds what no store_agency_put has written. */
static bool read_state(const PGresult *rows, int row, struct agency_state *state)
{
    unsigned phase = index_of(PQgetvalue(rows, row, PHASE), phase_names);

    if (phase > AGENCY_DRAWN)
        return false;
    *state = (struct agency_state){ .round = (uint32_t)postgresql_integer(rows, row, ROUND),
                                    .phase = (enum agency_phase)phase,
                                    .announced = is_true(rows, row, ANNOUNCED),
                                    .may_close_empty = is_true(rows, row, MAY_CLOSE_EMPTY),
                                    .bets = (uint64_t)postgresql_integer(rows, row, BETS) };
    return true;
}

static enum store_code fail_for_phase(struct postgresql_store *store, const char *what, unsigned agency)
{
    return postgresql_fail_because(store, what, "agency %u has an unknown phase", agency);
}

static const char what_is_read[] = "read where an agency stands";

/* One statement sees one moment. */
enum store_code postgresql_read_agencies(struct postgresql_store *store)
{
    PGresult *rows =
        postgresql_query(store, "SELECT " STATE_COLUMNS " FROM agencies ORDER BY agency", what_is_read, NULL, 0);
    enum store_code code = STORE_OK;

    if (rows == NULL)
        return STORE_FAILED;
    for (unsigned agency = 0; agency < 256; agency++)
        store->known[agency] = (struct agency_state){ .round = 1, .phase = AGENCY_OPEN };
    for (int row = 0; row < PQntuples(rows) && code == STORE_OK; row++) {
        const uint8_t agency = (uint8_t)postgresql_integer(rows, row, AGENCY);
        if (!read_state(rows, row, &store->known[agency]))
            code = fail_for_phase(store, what_is_read, agency);
    }
    PQclear(rows);
    store->knows_agencies = code == STORE_OK;
    return code;
}

enum store_code postgresql_agency_get(struct store *base, uint8_t agency, struct agency_state *state)
{
    struct postgresql_store *store = postgresql_store_of(base);
    static const char sql[] = "SELECT " STATE_COLUMNS " FROM agencies WHERE agency = $1";
    bool is_valid = true;
    PGresult *row;

    if (postgresql_check_read(store, what_is_read) != STORE_OK)
        return STORE_FAILED;
    if (store->agency_is_due[agency] || store->knows_agencies) {
        *state = store->agency_is_due[agency] ? store->due[agency] : store->known[agency];
        return STORE_OK;
    }
    row = POSTGRESQL_QUERY(store, sql, what_is_read, agency);
    if (row == NULL)
        return STORE_FAILED;
    if (PQntuples(row) == 0)
        *state = (struct agency_state){ .round = 1, .phase = AGENCY_OPEN };
    else
        is_valid = read_state(row, 0, state);
    PQclear(row);
    return is_valid ? STORE_OK : fail_for_phase(store, what_is_read, agency);
}

enum store_code postgresql_agency_put(struct store *base, uint8_t agency, const struct agency_state *state)
{
    struct postgresql_store *store = postgresql_store_of(base);

    if (postgresql_check_write(store, "write where an agency stands") != STORE_OK)
        return STORE_FAILED;
    store->agency_is_due[agency] = true;
    store->due[agency] = *state;
    return STORE_OK;
}

#define STATE_MAX 96 /* bytes of one of them as SQL */

static int write_state(char *sql, bool is_first, unsigned agency, const struct agency_state *state)
{
    return snprintf(sql, STATE_MAX, "%s(%u,%" PRIu32 ",'%s',%s,%s,%" PRIu64 ")", is_first ? "" : ",", agency,
                    state->round, phase_names[state->phase], state->announced ? "true" : "false",
                    state->may_close_empty ? "true" : "false", state->bets);
}

/* All of them in one statement. */
enum store_code postgresql_flush_agencies(struct postgresql_store *store)
{
    static const char begin[] = "INSERT INTO agencies (agency, round, phase, announced, may_close_empty, bets) VALUES ";
    static const char end[] =
        " ON CONFLICT (agency) DO UPDATE SET round = excluded.round, phase = excluded.phase, announced = "
        "excluded.announced, may_close_empty = excluded.may_close_empty, bets = excluded.bets";
    char sql[sizeof begin + 256 * STATE_MAX + sizeof end];
    const size_t begin_len = sizeof begin - 1;
    size_t len = begin_len;

    memcpy(sql, begin, begin_len);
    for (unsigned agency = 0; agency < 256; agency++)
        if (store->agency_is_due[agency])
            len += (size_t)write_state(sql + len, len == begin_len, agency, &store->due[agency]);
    if (len == begin_len)
        return STORE_OK;
    memcpy(sql + len, end, sizeof end);
    memset(store->agency_is_due, false, sizeof store->agency_is_due);
    store->knows_agencies = false;
    return postgresql_execute(store, sql, "write where agencies stand");
}

/* ---- Keys ------------------------------------------------------------------------------------ */

/* PostgreSQL's integers are signed: a key keeps its 64 bits, whatever they are. */
static int64_t key_integer(uint64_t key)
{
    int64_t integer;

    memcpy(&integer, &key, sizeof integer);
    return integer;
}

#define DIGEST_LEN 16

/* Big-endian, so that the digits are the same on every machine. */
static void write_digest(const uint64_t digest[2], uint8_t bytes[static DIGEST_LEN])
{
    for (int i = 0; i < DIGEST_LEN; i++)
        bytes[i] = (uint8_t)(digest[i / 8] >> (56 - 8 * (i % 8)));
}

/* "\x" and 32 digits. */
static bool read_digest(const char *text, uint64_t digest[2])
{
    char half[2][17] = { "", "" };
    int end = 0;

    if (sscanf(text, "\\x%16[0-9a-f]%16[0-9a-f]%n", half[0], half[1], &end) != 2 || end != 2 + 2 * DIGEST_LEN ||
        text[end] != '\0')
        return false;
    return sscanf(half[0], "%" SCNx64, &digest[0]) == 1 && sscanf(half[1], "%" SCNx64, &digest[1]) == 1;
}

static bool read_key(const PGresult *row, struct key_record *record)
{
    unsigned use = index_of(PQgetvalue(row, 0, 0), use_names);
    uint64_t digest[2];

    if (use > KEY_FINISH || !read_digest(PQgetvalue(row, 0, 1), digest))
        return false;
    *record = (struct key_record){ .use = (enum key_use)use,
                                   .digest = { digest[0], digest[1] },
                                   .round = (uint32_t)postgresql_integer(row, 0, 2) };
    return true;
}

static const struct held_key *find_held(const struct postgresql_store *store, uint8_t agency, uint64_t key)
{
    for (size_t i = 0; i < store->key_count; i++)
        if (store->keys[i].key == key && store->keys[i].agency == agency)
            return &store->keys[i];
    return NULL;
}

/* Prepared, since most frames of a dialect with keys ask it: planned once, not each time. */
static PGresult *ask_key(struct postgresql_store *store, uint8_t agency, uint64_t key, const char *what)
{
    static const char prepare[] = "PREPARE read_key (smallint, bigint) AS "
                                  "SELECT frame, digest, round FROM keys WHERE agency = $1 AND key = $2";
    char texts[2][24];
    const char *const values[] = { texts[0], texts[1] };
    PGresult *row;

    if (!store->reads_keys && postgresql_execute(store, prepare, what) != STORE_OK)
        return NULL;
    store->reads_keys = true;
    snprintf(texts[0], sizeof texts[0], "%u", agency);
    snprintf(texts[1], sizeof texts[1], "%" PRId64, key_integer(key));
    row = PQexecPrepared(store->connection, "read_key", 2, values, NULL, NULL, 0);
    if (PQresultStatus(row) == PGRES_TUPLES_OK)
        return row;
    (void)postgresql_fail(store, what, row);
    return NULL;
}

enum store_code postgresql_key_get(struct store *base, uint8_t agency, uint64_t key, struct key_record *record)
{
    struct postgresql_store *store = postgresql_store_of(base);
    static const char what[] = "read a key";
    const struct held_key *held = find_held(store, agency, key);
    PGresult *row;

    if (postgresql_check_read(store, what) != STORE_OK)
        return STORE_FAILED;
    if (held != NULL) {
        *record = held->record;
        return STORE_OK;
    }
    row = ask_key(store, agency, key, what);
    if (row == NULL)
        return STORE_FAILED;
    const bool is_there = PQntuples(row) == 1;
    const bool is_valid = !is_there || read_key(row, record);
    PQclear(row);
    if (!is_valid)
        return postgresql_fail_because(store, what, "a key of agency %d is damaged", agency);
    return is_there ? STORE_OK : STORE_NONE;
}

enum store_code postgresql_key_put(struct store *base, uint8_t agency, uint64_t key, const struct key_record *record)
{
    struct postgresql_store *store = postgresql_store_of(base);
    static const char what[] = "write a key";

    if (postgresql_check_write(store, what) != STORE_OK)
        return STORE_FAILED;
    if (find_held(store, agency, key) != NULL)
        return postgresql_fail_because(store, what, "agency %d has used it already", agency);
    if (store->key_count == HELD_KEYS_MAX && postgresql_flush_keys(store) != STORE_OK)
        return STORE_FAILED;
    store->keys[store->key_count++] = (struct held_key){ .agency = agency, .key = key, .record = *record };
    return STORE_OK;
}

static void add_key(struct rows *rows, const struct held_key *held)
{
    uint8_t digest[DIGEST_LEN];
    const char *use = use_names[held->record.use];

    write_digest(held->record.digest, digest);
    rows_begin(rows, 5);
    rows_put_integer(rows, held->agency, 2);
    rows_put_integer(rows, key_integer(held->key), 8);
    rows_put_bytes(rows, use, strlen(use));
    rows_put_bytes(rows, digest, DIGEST_LEN);
    rows_put_integer(rows, held->record.round, 8);
}

enum store_code postgresql_flush_keys(struct postgresql_store *store)
{
    static const char sql[] = "COPY keys (agency, key, frame, digest, round) FROM STDIN (FORMAT binary)";
    struct rows rows = { .bytes = NULL };

    for (size_t i = 0; i < store->key_count; i++)
        add_key(&rows, &store->keys[i]);
    store->key_count = 0;
    enum store_code code = postgresql_copy(store, sql, "write keys", &rows);
    rows_fini(&rows);
    return code;
}
