/*
 * The winners of a draw: read page by page, however many they are, and shown to people.
 */
#include "unit/store/draw_fixture.h"

static void winners_are_paged_through_whatever_their_number(void **state)
{
    enum { COUNT = 70000, PAGE = 999 };
    struct store *store = open_store(*state);
    uint32_t documents[PAGE + 1];
    uint64_t total = 0;
    size_t count = 0;
    uint32_t from = 0;

    OK(store, store_begin(store));
    for (uint32_t i = 0; i < COUNT; i++) {
        append(store, 1, 1, i * 3, 7574);
        append(store, 1, 2, i, (uint16_t)(i % 2 == 0 ? 7574 : 1));
    }
    OK(store, store_commit(store));
    assert_int_equal(draw(store, 1, 7574), COUNT + COUNT / 2);
    OK(store, store_winners_count(store, 1, 1, &total));
    assert_int_equal(total, COUNT);
    do {
        documents[PAGE] = 77;
        OK(store, store_winners(store, 1, 1, from, documents, PAGE, &count));
        assert_int_equal(count, COUNT - from < PAGE ? COUNT - from : PAGE);
        for (size_t i = 0; i < count; i++)
            assert_int_equal(documents[i], (from + i) * 3);
        assert_int_equal(documents[PAGE], 77);
        from += (uint32_t)count;
    } while (count == PAGE);
    assert_int_equal(from, COUNT);
}

static void winners_beyond_the_last_are_none(void **state)
{
    struct store *store = open_store(*state);
    const uint64_t beyond[] = { 3, 4, INT64_MAX, UINT64_C(1) << 63, UINT64_MAX };
    uint32_t documents[4] = { 77 };
    size_t count;

    OK(store, store_begin(store));
    for (uint32_t i = 0; i < 3; i++)
        append(store, 1, 1, i, 5);
    OK(store, store_commit(store));
    draw(store, 1, 5);
    for (unsigned i = 0; i < 5; i++) {
        count = 77;
        OK(store, store_winners(store, 1, 1, beyond[i], documents, 4, &count));
        assert_int_equal(count, 0);
    }
    OK(store, store_winners(store, 1, 1, 0, documents, 0, &count));
    assert_int_equal(count, 0);
    assert_int_equal(documents[0], 77);
    OK(store, store_winners(store, 1, 1, 2, documents, SIZE_MAX, &count));
    assert_int_equal(count, 1);
    assert_int_equal(documents[0], 2);
}

static void winners_of_an_undrawn_round_are_none(void **state)
{
    struct store *store = open_store(*state);
    uint64_t total = 77;
    uint32_t document = 77;
    size_t count = 77;

    store_some(store, 1, 1, 1, 3);
    assert_int_equal(store_winners_count(store, 1, 1, &total), STORE_NONE);
    assert_int_equal(store_winners_count(store, 2, 1, &total), STORE_NONE);
    assert_int_equal(total, 77);
    OK(store, store_winners(store, 1, 1, 0, &document, 1, &count));
    assert_int_equal(count, 0);
    assert_int_equal(document, 77);
}

static bool expect_document(void *context, uint32_t round, const struct sorteo_bet *bet)
{
    const uint32_t **next = context;

    (void)round;
    assert_int_equal(bet->document, **next);
    ++*next;
    return true;
}

static void each_gives_winning_bets_in_the_order_stored(void **state)
{
    struct store *store = open_store(*state);
    const struct {
        struct store_filter filter;
        uint32_t documents[4];
        unsigned count;
    } cases[] = { { { .winners = true }, { 30, 10, 20, 5 }, 4 },
                  { { .winners = true, .round = 1 }, { 30, 10, 20 }, 3 },
                  { { .winners = true, .round = 2 }, { 5 }, 1 },
                  { { .winners = true, .agency = 2 }, { 30, 20 }, 2 },
                  { { .winners = true, .agency = 1, .round = 1 }, { 10 }, 1 },
                  { { .winners = true, .round = 3 }, { 0 }, 0 } };

    OK(store, store_begin(store));
    append(store, 1, 2, 30, 7);
    append(store, 1, 1, 10, 7);
    append(store, 1, 1, 11, 8);
    append(store, 1, 2, 20, 7);
    OK(store, store_commit(store));
    draw(store, 1, 7);
    OK(store, store_begin(store));
    append(store, 2, 1, 5, 8);
    append(store, 2, 1, 6, 7);
    OK(store, store_commit(store));
    draw(store, 2, 8);
    OK(store, store_begin(store));
    append(store, 3, 1, 9, 8);
    OK(store, store_commit(store));

    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const uint32_t *next = cases[i].documents;
        OK(store, store_each(store, &cases[i].filter, expect_document, &next));
        assert_int_equal(next - cases[i].documents, cases[i].count);
    }
}

static void winning_bets_are_a_view_for_people(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = open_store(fixture);

    OK(store, store_begin(store));
    append(store, 1, 2, 30, 7);
    append(store, 1, 2, 31, 8);
    append(store, 1, 2, 32, 7);
    OK(store, store_commit(store));
    draw(store, 1, 7);
    store_close(store);
    fixture->store = NULL;
    assert_int_equal(ask(fixture->path, "SELECT document FROM winning_bets WHERE agency = 2 AND position = 2 "
                                        "AND round = 1 AND surname = 'Lorca' AND number = 7"),
                     32);
    assert_int_equal(ask(fixture->path, "SELECT winners * 100000 + winning_number FROM rounds"), 200007);
}

int main(void)
{
    const struct CMUnitTest tests[] = { STORE_TEST(winners_are_paged_through_whatever_their_number),
                                        STORE_TEST(winners_beyond_the_last_are_none),
                                        STORE_TEST(winners_of_an_undrawn_round_are_none),
                                        STORE_TEST(each_gives_winning_bets_in_the_order_stored),
                                        STORE_TEST(winning_bets_are_a_view_for_people) };
    return cmocka_run_group_tests_name("store_winners", tests, NULL, NULL);
}
