/*
 * The store: bets, agencies and keys in transactions that are whole or not at all, on a disk that
 * fails and in a process that dies.
 */
#include "unit/store/store_fixture.h"

#include "store/sqlite/sqlite_store.h"

/* ---- Reading back ---------------------------------------------------------------------------- */

/* Rows that are expected, one after the other. */
struct expected {
    const struct sorteo_bet *bets;
    unsigned count;
    unsigned seen;
    uint32_t round;
};

static void assert_text_equal(struct sorteo_text actual, struct sorteo_text wanted)
{
    assert_int_equal(actual.len, wanted.len);
    if (wanted.len > 0)
        assert_memory_equal(actual.bytes, wanted.bytes, wanted.len);
}

static bool expect_row(void *context, uint32_t round, const struct sorteo_bet *bet)
{
    struct expected *expected = context;
    const struct sorteo_bet *wanted = &expected->bets[expected->seen];

    assert_true(expected->seen < expected->count);
    assert_int_equal(round, expected->round);
    assert_int_equal(bet->agency, wanted->agency);
    assert_int_equal(bet->document, wanted->document);
    assert_int_equal(bet->number, wanted->number);
    assert_text_equal(bet->name, wanted->name);
    assert_text_equal(bet->surname, wanted->surname);
    assert_text_equal(bet->birthdate, wanted->birthdate);
    expected->seen++;
    return true;
}

static void assert_holds(struct store *store, uint32_t round, const struct sorteo_bet *bets, unsigned count)
{
    struct expected expected = { .bets = bets, .count = count, .round = round };
    const struct store_filter all = { .round = 0 };

    OK(store, store_each(store, &all, expect_row, &expected));
    assert_int_equal(expected.seen, count);
}

/* ---- Bets ------------------------------------------------------------------------------------ */

static void append_keeps_every_field_and_the_order(void **state)
{
    struct store *store = open_store(*state);
    struct sorteo_bet bets[] = { bet_of(1, 30904465, 2201), bet_of(255, UINT32_MAX, UINT16_MAX), bet_of(0, 0, 0),
                                 bet_of(3, 7, 7574), bet_of(3, 7, 7574) };

    bets[1].name = text_of("Tiago Nicolás \"el 9\", O'Higgins; -- ''");
    bets[1].surname = text_of("Ñandú 山田 Ωμέγα 🎲");
    bets[2].name = (struct sorteo_text){ .bytes = NULL, .len = 0 };
    bets[2].surname = text_of("");
    bets[2].birthdate = text_of("0001-01-01");
    OK(store, store_begin(store));
    OK(store, append_bets(store, 4294967295u, bets, 5));
    OK(store, append_bets(store, 4294967295u, NULL, 0));
    OK(store, store_commit(store));
    assert_holds(store, 4294967295u, bets, 5);
    assert_holds(reopen_store(*state), 4294967295u, bets, 5);
}

/* Around the number of rows that are written together, and in pieces that do not fit it. */
static void append_keeps_every_count_in_every_piece(void **state)
{
    enum { COUNT = 3 * HELD_ROWS_MAX + 108 };
    static struct sorteo_bet bets[COUNT];
    const size_t pieces[] = { 1, HELD_ROWS_MAX - 1, HELD_ROWS_MAX, HELD_ROWS_MAX + 1, 7, 100 };
    struct store *store = open_store(*state);
    size_t used = 0;

    for (unsigned i = 0; i < COUNT; i++)
        bets[i] = bet_of((uint8_t)(1 + i % AGENCIES), 1000 + i, (uint16_t)i);
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        if (i % 2 == 0)
            OK(store, store_begin(store));
        OK(store, append_bets(store, 1, bets + used, pieces[i]));
        used += pieces[i];
        if (i % 2 == 1)
            OK(store, store_commit(store));
    }
    assert_int_equal(used, COUNT);
    assert_holds(store, 1, bets, COUNT);
    assert_holds(reopen_store(*state), 1, bets, COUNT);
}

static void append_copies_texts_before_it_returns(void **state)
{
    struct store *store = open_store(*state);
    struct sorteo_bet wanted[2] = { bet_of(1, 1, 1), bet_of(1, 2, 2) };
    struct sorteo_bet bet = wanted[0];
    char name[] = "Santiago Lionel";

    bet.name = (struct sorteo_text){ .bytes = name, .len = strlen(name) };
    OK(store, store_begin(store));
    OK(store, append_bets(store, 1, &bet, 1));
    memset(name, 'x', sizeof name - 1);
    OK(store, append_bets(store, 1, &wanted[1], 1));
    OK(store, store_commit(store));
    assert_holds(store, 1, wanted, 2);
}

static void append_takes_the_longest_names_and_no_longer(void **state)
{
    struct store *store = open_store(*state);
    char *text = calloc(1, HELD_BYTES_MAX + 1);
    struct sorteo_bet bets[3];

    assert_non_null(text);
    memset(text, 'n', 65535);
    for (unsigned i = 0; i < 3; i++) {
        bets[i] = bet_of(1, i, 1);
        bets[i].name = bets[i].surname = (struct sorteo_text){ .bytes = text, .len = 65535 };
    }
    OK(store, store_begin(store));
    OK(store, append_bets(store, 1, bets, 3));
    OK(store, store_commit(store));
    assert_holds(store, 1, bets, 3);

    const struct store_frame longer = {
        .is_single = true, .bytes = (const uint8_t *)text, .len = HELD_BYTES_MAX + 1, .bets = bets, .count = 1
    };
    OK(store, store_begin(store));
    OK(store, append_bets(store, 1, &bets[0], 1));
    assert_int_equal(store_append(store, 1, &longer), STORE_FAILED);
    assert_non_null(strstr(store_error_text(store), "longer than"));
    assert_int_equal(store_commit(store), STORE_FAILED);
    OK(store, store_rollback(store));
    assert_int_equal(count_bets(store), 3);
    free(text);
}

static void each_filters_by_round_and_agency(void **state)
{
    struct store *store = open_store(*state);
    const struct store_filter filters[] = { { .round = 1 },  { .round = 2 },  { .round = 3 },
                                            { .agency = 2 }, { .agency = 3 }, { .round = 2, .agency = 2 } };
    const unsigned wanted[] = { 30, 5, 0, 15, 0, 5 };

    store_some(store, 1, 1, 100, 20);
    store_some(store, 1, 2, 200, 10);
    store_some(store, 2, 2, 300, 5);
    for (unsigned i = 0; i < 6; i++) {
        unsigned count = 0;
        OK(store, store_each(store, &filters[i], count_row, &count));
        assert_int_equal(count, wanted[i]);
    }
}

static bool stop_at_three(void *context, uint32_t round, const struct sorteo_bet *bet)
{
    count_row(context, round, bet);
    return *(unsigned *)context < 3;
}

static void each_ends_when_told_and_sees_bets_held_back(void **state)
{
    struct store *store = open_store(*state);
    const struct store_filter all = { .round = 0 };
    struct sorteo_bet bets[5] = { { .agency = 0 } };
    unsigned count = 0;

    for (unsigned i = 0; i < 5; i++)
        bets[i] = bet_of(1, i, 1);
    OK(store, store_begin(store));
    OK(store, append_bets(store, 1, bets, 5));
    assert_int_equal(count_bets(store), 5);
    OK(store, store_each(store, &all, stop_at_three, &count));
    assert_int_equal(count, 3);
    OK(store, append_bets(store, 1, bets, 1));
    OK(store, store_commit(store));
    assert_int_equal(count_bets(store), 6);
}

/* ---- Transactions ---------------------------------------------------------------------------- */

static void write_everything(struct store *store)
{
    const struct agency_state waiting = { .round = 2, .phase = AGENCY_WAITING, .bets = 70 };
    const struct key_record record = { .use = KEY_BATCH, .digest = { 1, 2 }, .round = 1 };
    struct sorteo_bet bet = bet_of(1, 1, 1);

    for (unsigned i = 0; i < 70; i++)
        OK(store, append_bets(store, 1, &bet, 1));
    OK(store, store_agency_put(store, 1, &waiting));
    OK(store, store_key_put(store, 1, 9, &record));
    assert_int_equal(draw_whole(store, 1, 1), 70);
}

static void assert_nothing(struct store *store)
{
    struct agency_state agency;
    struct key_record record;
    uint64_t count;

    assert_int_equal(count_bets(store), 0);
    OK(store, store_agency_get(store, 1, &agency));
    assert_int_equal(agency.round, 1);
    assert_int_equal(agency.phase, AGENCY_OPEN);
    assert_int_equal(store_key_get(store, 1, 9, &record), STORE_NONE);
    assert_int_equal(store_winners_count(store, 1, 1, &count), STORE_NONE);
}

static void rollback_leaves_nothing(void **state)
{
    struct store *store = open_store(*state);

    OK(store, store_begin(store));
    write_everything(store);
    OK(store, store_rollback(store));
    assert_nothing(store);
    OK(store, store_rollback(store)); /* nothing under way: nothing to do */

    OK(store, store_begin(store)); /* and what was held back is not written by the next one */
    OK(store, store_commit(store));
    assert_nothing(store);
    OK(store, store_begin(store));
    write_everything(store);
    OK(store, store_commit(store));
    assert_int_equal(count_bets(store), 70);
}

static void close_without_commit_leaves_nothing(void **state)
{
    struct store *store = open_store(*state);

    OK(store, store_begin(store));
    write_everything(store);
    assert_nothing(reopen_store(*state));
}

static void transactions_refuse_what_is_out_of_order(void **state)
{
    struct store *store = open_store(*state);
    const struct agency_state agency = { .round = 1 };
    const struct key_record record = { .use = KEY_BATCH };
    struct sorteo_bet bet = bet_of(1, 1, 1);
    struct store_draw draw = { .winners = 77 };

    assert_int_equal(store_commit(store), STORE_FAILED);
    assert_non_null(strstr(store_error_text(store), "no transaction was begun"));
    assert_int_equal(append_bets(store, 1, &bet, 1), STORE_FAILED);
    assert_int_equal(store_agency_put(store, 1, &agency), STORE_FAILED);
    assert_int_equal(store_key_put(store, 1, 1, &record), STORE_FAILED);
    assert_int_equal(store_draw(store, 1, 1, &draw), STORE_FAILED);
    assert_int_equal(draw.winners, 77);

    OK(store, store_begin(store));
    OK(store, append_bets(store, 1, &bet, 1));
    assert_int_equal(store_begin(store), STORE_FAILED);
    OK(store, store_rollback(store));
    OK(store, store_begin(store));
    assert_int_equal(store_checkpoint(store), STORE_FAILED);
    OK(store, store_rollback(store));
    assert_int_equal(count_bets(store), 0);
}

/* ---- A process that dies --------------------------------------------------------------------- */

static void commit_and_die_in_the_next(struct fixture *fixture)
{
    struct store *store = open_store(fixture);

    store_some(store, 1, 1, 1000, 200);
    OK(store, store_begin(store));
    OK(store, sqlite3_exec(sqlite_store_of(store)->db, "PRAGMA cache_size = 1", NULL, NULL, NULL) == SQLITE_OK
                  ? STORE_OK
                  : STORE_FAILED);
    for (uint32_t i = 0; i < 5000; i++) { /* enough that part of it is in the -wal file */
        struct sorteo_bet bet = bet_of(2, i, 1);
        OK(store, append_bets(store, 1, &bet, 1));
    }
}

static void store_of_a_killed_process_holds_what_was_committed(void **state)
{
    struct fixture *fixture = *state;
    struct store *store;

    assert_true(run_and_die(commit_and_die_in_the_next, fixture));
    store = open_store(fixture);
    assert_int_equal(count_bets(store), 200);
    store_some(store, 1, 1, 5000, 1);
    assert_int_equal(count_bets(reopen_store(fixture)), 201);
}

static void commit_and_die(struct fixture *fixture)
{
    store_some(open_store(fixture), 1, 1, 1000, 200);
}

static void store_killed_between_transactions_goes_on(void **state)
{
    struct fixture *fixture = *state;
    unsigned bets = 0;

    for (int i = 0; i < 5; i++) {
        assert_true(run_and_die(commit_and_die, fixture));
        bets += 200;
    }
    assert_int_equal(count_bets(open_store(fixture)), bets);
    store_close(fixture->store);
    fixture->store = NULL;
    assert_int_equal(ask(fixture->path, "SELECT first_bet FROM rounds WHERE round = 1"), 1);
}

/* ---- A disk that fails ----------------------------------------------------------------------- */

static void limit_pages(struct store *store, int pages)
{
    char sql[64];

    snprintf(sql, sizeof sql, "PRAGMA max_page_count = %d", pages);
    assert_int_equal(sqlite3_exec(sqlite_store_of(store)->db, sql, NULL, NULL, NULL), SQLITE_OK);
}

/* SQLite rolls back by itself when the disk is full: nothing that follows may be stored alone. */
static void full_disk_fails_the_whole_transaction(void **state)
{
    struct store *store = open_store(*state);
    const struct agency_state agency = { .round = 9 };
    struct agency_state read = { .round = 77 };
    struct sorteo_bet bet = bet_of(1, 1, 1);
    enum store_code code = STORE_OK;
    unsigned appended = 0;

    store_some(store, 1, 1, 1, 10);
    limit_pages(store, 20);
    OK(store, store_begin(store));
    while (code == STORE_OK && ++appended < 100000)
        code = append_bets(store, 1, &bet, 1);
    assert_int_equal(code, STORE_FAILED);
    assert_non_null(strstr(store_error_text(store), "full"));

    assert_int_equal(append_bets(store, 1, &bet, 1), STORE_FAILED);
    assert_int_equal(store_agency_put(store, 1, &agency), STORE_FAILED);
    assert_int_equal(store_agency_get(store, 1, &read), STORE_FAILED);
    assert_int_equal(read.round, 77);
    assert_int_equal(store_begin(store), STORE_FAILED);
    assert_int_equal(store_commit(store), STORE_FAILED);
    assert_non_null(strstr(store_error_text(store), "full")); /* still the first failure */
    OK(store, store_rollback(store));
    assert_int_equal(count_bets(store), 10);

    limit_pages(store, 100000);
    store_some(store, 1, 1, 100, 1000);
    assert_int_equal(count_bets(reopen_store(*state)), 1010);
}

/* SQLite ends the transaction behind the store's back, as it may after an I/O error. */
static void rollback_copes_with_a_transaction_that_ended_by_itself(void **state)
{
    struct store *store = open_store(*state);
    struct sorteo_bet bet = bet_of(1, 1, 1);

    OK(store, store_begin(store));
    OK(store, append_bets(store, 1, &bet, 1));
    assert_int_equal(sqlite3_exec(sqlite_store_of(store)->db, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(store_commit(store), STORE_FAILED);
    OK(store, store_rollback(store));
    assert_int_equal(count_bets(store), 0);
    store_some(store, 1, 1, 1, 3);
    assert_int_equal(count_bets(store), 3);
}

static void commit_is_synced_when_it_returns(void **state)
{
    struct store *store = open_store(*state);
    int syncs;

    store_some(store, 1, 1, 1, 1);
    syncs = disk.syncs;
    store_some(store, 1, 1, 2, 1);
    assert_true(disk.syncs > syncs);
}

static void commit_that_fails_is_unknown_and_the_last_on_its_handle(void **state)
{
    struct store *store = open_store(*state);
    struct sorteo_bet bets[100];
    struct agency_state read = { .round = 77 };
    unsigned count;
    int syncs;

    for (unsigned i = 0; i < 100; i++)
        bets[i] = bet_of(2, i, 1);
    store_some(store, 1, 1, 1, 10);
    OK(store, store_begin(store));
    OK(store, append_bets(store, 1, bets, 100));
    disk.sync_error = EIO;
    assert_int_equal(store_commit(store), STORE_UNKNOWN);
    assert_non_null(strstr(store_error_text(store), "I/O error"));
    disk.sync_error = 0;

    assert_int_equal(store_commit(store), STORE_FAILED);
    assert_int_equal(store_rollback(store), STORE_FAILED);
    assert_int_equal(store_begin(store), STORE_FAILED);
    assert_int_equal(store_checkpoint(store), STORE_FAILED);
    assert_int_equal(store_agency_get(store, 1, &read), STORE_FAILED);
    assert_int_equal(read.round, 77);

    syncs = disk.syncs;
    store_close(store);
    assert_int_equal(disk.syncs, syncs); /* closing does not try again what failed */
    ((struct fixture *)*state)->store = NULL;
    count = count_bets(open_store(*state));
    assert_true(count == 10 || count == 110); /* either may be true, but not a part of it */
}

/* ---- Checkpoints ----------------------------------------------------------------------------- */

static off_t wal_size(const struct fixture *fixture)
{
    char path[128];
    struct stat status;

    snprintf(path, sizeof path, "%s-wal", fixture->path);
    assert_int_equal(stat(path, &status), 0);
    return status.st_size;
}

static void checkpoint_bounds_the_log(void **state)
{
    struct store *store = open_store(*state);
    const off_t bound = 20 * 1024 * 1024;

    for (uint32_t i = 0; i < 36; i++) {
        store_long(store, 1, 1, i * 500, 500);
        OK(store, store_checkpoint(store));
        assert_true(wal_size(*state) < bound);
    }
    assert_int_equal(count_bets(store), 36 * 500);
    assert_int_equal(count_bets(reopen_store(*state)), 36 * 500);
}

/* A disk on which commits take long makes the next checkpoint larger. */
static void checkpoint_learns_from_what_commits_take(void **state)
{
    struct store *store = open_store(*state);

    store_some(store, 1, 1, 1, 1000);
    store_some(store, 1, 1, 1001, 1); /* the first one of a log is never moved before there is another */
    assert_int_equal(sqlite_store_of(store)->pace.commits, 2);
    assert_true(sqlite_store_of(store)->pace.commits_ns > 0);
    sqlite_store_of(store)->pace.commits_ns = (uint64_t)1 << 50;
    sqlite_store_of(store)->wal_pages += PACE_PAGES_MOST;
    OK(store, store_checkpoint(store));
    assert_int_equal(sqlite_store_of(store)->pace.pages, 2 * PACE_PAGES_LEAST);
    assert_int_equal(sqlite_store_of(store)->pace.commits, 0);
}

/* Another process looks at it: in a sync, which may last, it must find it odd, and even outside. */
static void count_of_calls_is_odd_while_one_is_under_way(void **state)
{
    struct fixture *fixture = *state;
    const struct store_options options = {
        .path = fixture->path, .agencies = AGENCIES, .lock_wait_ms = 2000, .calls = &disk.calls
    };
    const struct sorteo_bet bet = bet_of(1, 1, 1);
    struct store_error error;
    uint32_t calls;

    assert_int_equal(store_open(&options, &fixture->store, &error), STORE_OK);
    assert_int_equal(disk.calls_at_sync % 2, 1);
    assert_int_equal(disk.calls % 2, 0);
    OK(fixture->store, store_begin(fixture->store));
    OK(fixture->store, append_bets(fixture->store, 1, &bet, 1));
    calls = disk.calls;
    assert_int_equal(calls % 2, 0);
    OK(fixture->store, store_commit(fixture->store));
    assert_int_equal(disk.calls_at_sync, calls + 1);
    assert_int_equal(disk.calls, calls + 2);
    assert_false(store_is_moved(fixture->store));
    assert_int_equal(disk.calls, calls + 4);
    store_close(fixture->store);
    fixture->store = NULL;
    assert_int_equal(disk.calls, calls + 6);
}

static void checkpoint_that_fails_ends_the_handle(void **state)
{
    struct store *store = open_store(*state);

    store_long(store, 1, 1, 1, 5000);
    store_long(store, 1, 1, 5001, 5000);
    disk.sync_error = EIO;
    assert_int_equal(store_checkpoint(store), STORE_FAILED);
    disk.sync_error = 0;
    assert_int_equal(store_begin(store), STORE_FAILED);
    assert_int_equal(count_bets(reopen_store(*state)), 10000);
}

static void assert_checkpoint_is_put_off(struct fixture *fixture, int error, const char *reason)
{
    struct store *store = open_store(fixture);

    store_long(store, 1, 1, 1, 5000);
    store_long(store, 1, 1, 5001, 5000);
    disk.full = true;
    disk.full_error = error;
    assert_int_equal(store_checkpoint(store), STORE_FULL);
    assert_non_null(strstr(store_error_text(store), reason));
    OK(store, store_checkpoint(store)); /* not tried again at once */
    disk.full = false;
    store_long(store, 1, 1, 10001, 2000);
    OK(store, store_checkpoint(store));
    assert_int_equal(sqlite_store_of(store)->wal_pages, 0); /* all of it was moved */
    assert_int_equal(count_bets(reopen_store(fixture)), 12000);
}

static void checkpoint_without_room_is_put_off(void **state)
{
    assert_checkpoint_is_put_off(*state, ENOSPC, "full");
}

static void checkpoint_into_a_file_that_may_not_grow_is_put_off(void **state)
{
    assert_checkpoint_is_put_off(*state, EFBIG, "File too large");
}

/* As a server opens it that has agencies waiting. */
static struct store *reopen_in_service(struct fixture *fixture)
{
    const struct store_options again = { .path = fixture->path, .agencies = AGENCIES, .existing = true };
    struct store_error error;

    store_close(fixture->store);
    fixture->store = NULL;
    if (store_open(&again, &fixture->store, &error) != STORE_OK)
        fail_msg("%s", error.text);
    return fixture->store;
}

/* ---- Agencies -------------------------------------------------------------------------------- */

static void agency_state_is_kept_and_starts_open(void **state)
{
    struct store *store = open_store(*state);
    const struct agency_state states[] = {
        { .round = 1, .phase = AGENCY_WAITING, .bets = 3 },
        { .round = 2, .phase = AGENCY_DRAWN, .announced = true, .bets = UINT64_C(1) << 40 },
        { .round = UINT32_MAX, .phase = AGENCY_OPEN, .may_close_empty = true }
    };
    struct agency_state read;

    OK(store, store_agency_get(store, 255, &read));
    assert_true(read.round == 1 && read.phase == AGENCY_OPEN && read.bets == 0);
    assert_true(!read.announced && !read.may_close_empty);
    for (unsigned i = 0; i < 3; i++) {
        OK(store, store_begin(store));
        OK(store, store_agency_put(store, 255, &states[i]));
        OK(store, store_agency_get(store, 255, &read)); /* what this transaction put counts */
        assert_int_equal(read.round, states[i].round);
        OK(store, store_commit(store));
        store = reopen_in_service(*state); /* there are no bets that it could count */
        OK(store, store_agency_get(store, 255, &read));
        assert_int_equal(read.round, states[i].round);
        assert_int_equal(read.phase, states[i].phase);
        assert_int_equal(read.announced, states[i].announced);
        assert_int_equal(read.may_close_empty, states[i].may_close_empty);
        assert_int_equal(read.bets, states[i].bets);
    }
    OK(store, store_agency_get(store, 254, &read));
    assert_int_equal(read.round, 1);
}

/* ---- Keys ------------------------------------------------------------------------------------ */

static void keys_are_faithful_in_all_their_bits(void **state)
{
    struct store *store = open_store(*state);
    const uint64_t keys[] = { 0, 1, INT64_MAX, UINT64_C(1) << 63, UINT64_C(0x8000000000000001), UINT64_MAX };
    struct key_record record;

    OK(store, store_begin(store));
    for (unsigned i = 0; i < 6; i++) {
        record = (struct key_record){ .use = (enum key_use)(i % 3), .digest = { keys[i], ~keys[i] }, .round = i + 1 };
        OK(store, store_key_put(store, 255, keys[i], &record));
    }
    OK(store, store_key_get(store, 255, UINT64_MAX, &record)); /* what this transaction put counts */
    OK(store, store_commit(store));
    store = reopen_store(*state);
    for (unsigned i = 0; i < 6; i++) {
        OK(store, store_key_get(store, 255, keys[i], &record));
        assert_int_equal(record.use, i % 3);
        assert_true(record.digest[0] == keys[i] && record.digest[1] == ~keys[i]);
        assert_int_equal(record.round, i + 1);
    }
}

static void keys_unknown_leave_the_record_unchanged(void **state)
{
    struct store *store = open_store(*state);
    static const struct key_record before = { .use = KEY_FINISH, .digest = { 3, 4 }, .round = 7 };
    struct key_record record;

    memcpy(&record, &before, sizeof record); /* padding too: it is compared as memory */
    OK(store, store_begin(store));
    OK(store, store_key_put(store, 1, 5, &record));
    OK(store, store_commit(store));
    assert_int_equal(store_key_get(store, 2, 5, &record), STORE_NONE); /* of another agency */
    assert_int_equal(store_key_get(store, 1, 6, &record), STORE_NONE);
    assert_memory_equal(&record, &before, sizeof record);
}

static void keys_are_put_once(void **state)
{
    struct store *store = open_store(*state);
    const struct key_record first = { .use = KEY_BATCH, .digest = { 1, 1 }, .round = 1 };
    const struct key_record second = { .use = KEY_FINISH, .digest = { 2, 2 }, .round = 2 };
    struct key_record read;

    OK(store, store_begin(store));
    OK(store, store_key_put(store, 1, 5, &first));
    OK(store, store_commit(store));
    OK(store, store_begin(store));
    assert_int_equal(store_key_put(store, 1, 5, &second), STORE_FAILED);
    OK(store, store_rollback(store));
    OK(store, store_key_get(store, 1, 5, &read));
    assert_true(read.use == KEY_BATCH && read.digest[0] == 1 && read.round == 1);
}

/* Opening a store again looks for no damage: reading does. */
static void rows_that_were_damaged_are_told(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = open_store(fixture);
    const struct store_options again = { .path = fixture->path, .agencies = AGENCIES, .existing = true };
    struct store_error error;
    const struct key_record record = { .use = KEY_BATCH };
    struct key_record key_read = { .round = 77 };

    OK(store, store_begin(store));
    OK(store, store_key_put(store, 1, 5, &record));
    OK(store, store_commit(store));
    store_close(store);
    fixture->store = NULL;
    tell(fixture->path, "PRAGMA ignore_check_constraints = ON; UPDATE keys SET digest = x'00';"
                        "INSERT INTO agencies VALUES (1, 1, 'lost', 0, 0, 0)");
    assert_int_equal(store_open(&again, &fixture->store, &error), STORE_OK);
    store = fixture->store;
    assert_int_equal(store_key_get(store, 1, 5, &key_read), STORE_FAILED);
    assert_int_equal(key_read.round, 77);
    assert_non_null(strstr(store_error_text(store), "damaged"));
    assert_int_equal(store_agency_get(store, 1, &(struct agency_state){ .round = 1 }), STORE_FAILED);
    assert_non_null(strstr(store_error_text(store), "phase"));
}

int main(void)
{
    const struct CMUnitTest tests[] = { STORE_TEST(append_keeps_every_field_and_the_order),
                                        STORE_TEST(append_keeps_every_count_in_every_piece),
                                        STORE_TEST(append_copies_texts_before_it_returns),
                                        STORE_TEST(append_takes_the_longest_names_and_no_longer),
                                        STORE_TEST(each_filters_by_round_and_agency),
                                        STORE_TEST(each_ends_when_told_and_sees_bets_held_back),
                                        STORE_TEST(rollback_leaves_nothing),
                                        STORE_TEST(close_without_commit_leaves_nothing),
                                        STORE_TEST(transactions_refuse_what_is_out_of_order),
                                        STORE_TEST(store_of_a_killed_process_holds_what_was_committed),
                                        STORE_TEST(store_killed_between_transactions_goes_on),
                                        STORE_TEST(full_disk_fails_the_whole_transaction),
                                        STORE_TEST(rollback_copes_with_a_transaction_that_ended_by_itself),
                                        STORE_TEST(commit_is_synced_when_it_returns),
                                        STORE_TEST(commit_that_fails_is_unknown_and_the_last_on_its_handle),
                                        STORE_TEST(checkpoint_bounds_the_log),
                                        STORE_TEST(checkpoint_learns_from_what_commits_take),
                                        STORE_TEST(count_of_calls_is_odd_while_one_is_under_way),
                                        STORE_TEST(checkpoint_that_fails_ends_the_handle),
                                        STORE_TEST(checkpoint_without_room_is_put_off),
                                        STORE_TEST(checkpoint_into_a_file_that_may_not_grow_is_put_off),
                                        STORE_TEST(agency_state_is_kept_and_starts_open),
                                        STORE_TEST(keys_are_faithful_in_all_their_bits),
                                        STORE_TEST(keys_unknown_leave_the_record_unchanged),
                                        STORE_TEST(keys_are_put_once),
                                        STORE_TEST(rows_that_were_damaged_are_told) };
    return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
