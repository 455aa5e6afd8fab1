/*
 * The store's bets: as they were appended, in that order, and those that were asked for.
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(append_keeps_every_field_and_the_order), STORE_TEST(append_keeps_every_count_in_every_piece),
        STORE_TEST(append_copies_texts_before_it_returns),  STORE_TEST(append_takes_the_longest_names_and_no_longer),
        STORE_TEST(each_filters_by_round_and_agency),       STORE_TEST(each_ends_when_told_and_sees_bets_held_back)
    };
    return cmocka_run_group_tests_name("store_bets", tests, NULL, NULL);
}
