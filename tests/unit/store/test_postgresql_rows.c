/*
 * What the store in PostgreSQL keeps in its tables, and people see there. What all stores
 * promise is in test_contract.c.
 */
#include "unit/store/postgresql_fixture.h"

#include "store/postgresql/postgresql_store.h"

static const struct sorteo_bet *expected;

static bool expect_row(void *context, uint32_t round, const struct sorteo_bet *bet)
{
    const struct sorteo_bet *wanted = &expected[(*(unsigned *)context)++];

    assert_int_equal(round, 4294967295u);
    assert_int_equal(bet->agency, wanted->agency);
    assert_int_equal(bet->document, wanted->document);
    assert_int_equal(bet->number, wanted->number);
    assert_int_equal(bet->name.len, wanted->name.len);
    assert_memory_equal(bet->name.bytes, wanted->name.bytes, wanted->name.len);
    assert_memory_equal(bet->surname.bytes, wanted->surname.bytes, wanted->surname.len);
    assert_memory_equal(bet->birthdate.bytes, wanted->birthdate.bytes, wanted->birthdate.len);
    return true;
}

static void append_keeps_every_field(void **state)
{
    struct store *store = open_store(*state);
    struct sorteo_bet bets[] = { bet_of(1, 30904465, 2201), bet_of(255, UINT32_MAX, UINT16_MAX), bet_of(0, 0, 0) };
    const struct store_filter all = { .round = 0 };
    unsigned seen = 0;

    bets[1].name = text_of("Tiago Nicolás \"el 9\", O'Higgins; \\N -- ''");
    bets[1].surname = text_of("Ñandú 山田 Ωμέγα 🎲");
    bets[2].name = text_of("");
    OK(store, store_begin(store));
    OK(store, append_bets(store, 4294967295u, bets, 3));
    OK(store, store_commit(store));
    expected = bets;
    OK(store, store_each(reopen_store(*state), &all, expect_row, &seen));
    assert_int_equal(seen, 3);
}

/* More than one COPY takes at once, and more than a reader gets at once. */
static void append_keeps_many_and_their_numbers_have_no_gap(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = open_store(fixture);
    const struct sorteo_bet lost = bet_of(1, 1, 1);

    OK(store, store_begin(store));
    OK(store, append_bets(store, 1, &lost, 1));
    OK(store, store_rollback(store));
    store_some(store, 1, 1, 1, 30000);
    store_some(store, 1, 2, 1, 1);
    assert_int_equal(count_bets(store), 30001);
    assert_int_equal(administer(fixture->path, "SELECT max(id) FROM bets"), 30001);
    assert_int_equal(administer(fixture->path, "SELECT first_bet FROM rounds"), 1);
}

static void rows_that_a_trigger_takes_away_are_missed(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = open_store(fixture);
    const struct sorteo_bet bet = bet_of(1, 1, 1);

    administer(fixture->path, "CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';"
                              "CREATE TRIGGER planted BEFORE INSERT ON bets FOR EACH ROW EXECUTE FUNCTION nothing()");
    OK(store, store_begin(store));
    OK(store, append_bets(store, 1, &bet, 1));
    assert_int_equal(store_commit(store), STORE_FAILED);
    assert_non_null(strstr(store_error_text(store), "0 of 1 rows were taken"));
    OK(store, store_rollback(store));
}

static void key_is_put_once(void **state)
{
    struct store *store = open_store(*state);
    const struct key_record first = { .use = KEY_BATCH, .digest = { 1, 1 }, .round = 1 };
    struct key_record read;

    for (uint64_t key = 0; key < 2 * HELD_KEYS_MAX; key++) {
        OK(store, store_begin(store));
        OK(store, store_key_put(store, 1, key, &first));
        assert_int_equal(store_key_put(store, 1, key, &first), STORE_FAILED); /* of this transaction */
        OK(store, store_rollback(store));
        key += HELD_KEYS_MAX / 2;
    }
    OK(store, store_begin(store));
    for (uint64_t key = 0; key < 2 * HELD_KEYS_MAX; key++)
        OK(store, store_key_put(store, 1, key, &first));
    OK(store, store_commit(store));
    for (uint64_t key = 0; key < 2 * HELD_KEYS_MAX; key += 100)
        OK(store, store_key_get(store, 1, key, &read));
    OK(store, store_begin(store)); /* of an earlier one */
    OK(store, store_key_put(store, 1, 5, &first));
    assert_int_equal(store_commit(store), STORE_FAILED);
    OK(store, store_rollback(store));
    assert_int_equal(store_key_get(store, 1, 5, &read), STORE_OK);
}

static void people_see_what_is_there(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = open_store(fixture);
    const struct agency_state waiting = { .round = 1, .phase = AGENCY_WAITING, .bets = 3 };

    store_some(store, 1, 1, 100, 3);
    OK(store, store_begin(store));
    OK(store, store_agency_put(store, 1, &waiting));
    assert_int_equal(draw_whole(store, 1, 2), 1);
    OK(store, store_commit(store));
    assert_int_equal(administer(fixture->path, "SELECT document FROM winning_bets WHERE surname = 'Lorca'"), 102);
    assert_int_equal(administer(fixture->path, "SELECT winners * 100 + winning_number FROM rounds"), 102);
    assert_int_equal(administer(fixture->path, "SELECT bets FROM agencies WHERE phase = 'waiting'"), 3);
}

static void copy_is_left_to_pg_dump(void **state)
{
    struct store *store = open_store(*state);
    struct store_copy *copy = NULL;
    struct store_error error = { "" };

    assert_int_equal(store_copy_begin(store, -1, &copy, &error), STORE_FAILED);
    assert_non_null(strstr(error.text, "use pg_dump"));
}

int main(void)
{
    const struct CMUnitTest tests[] = { POSTGRESQL_TEST(append_keeps_every_field),
                                        POSTGRESQL_TEST(append_keeps_many_and_their_numbers_have_no_gap),
                                        POSTGRESQL_TEST(rows_that_a_trigger_takes_away_are_missed),
                                        POSTGRESQL_TEST(key_is_put_once),
                                        POSTGRESQL_TEST(people_see_what_is_there),
                                        POSTGRESQL_TEST(copy_is_left_to_pg_dump) };

    return run_postgresql_tests("store_postgresql_rows", tests, sizeof tests / sizeof *tests);
}
