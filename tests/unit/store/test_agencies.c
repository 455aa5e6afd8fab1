/*
 * The states and the keys of agencies in the store, also where somebody has damaged them.
 */
#include "unit/store/store_fixture.h"

/* ---- Agencies -------------------------------------------------------------------------------- */

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
    const struct CMUnitTest tests[] = { STORE_TEST(agency_state_is_kept_and_starts_open),
                                        STORE_TEST(keys_are_faithful_in_all_their_bits),
                                        STORE_TEST(keys_unknown_leave_the_record_unchanged),
                                        STORE_TEST(keys_are_put_once), STORE_TEST(rows_that_were_damaged_are_told) };
    return cmocka_run_group_tests_name("store_agencies", tests, NULL, NULL);
}
