/*
 * The draw: the right winners, in the order stored, once; and rounds, which do not see one
 * another.
 */
#include "unit/store/draw_fixture.h"

#include "store/sqlite/sqlite_store.h"

static void draw_lists_winners_in_the_order_stored(void **state)
{
    struct store *store = open_store(*state);

    OK(store, store_begin(store));
    append(store, 1, 2, 900, 7574);
    append(store, 1, 1, 50, 7574);
    append(store, 1, 1, 10, 7573);
    append(store, 1, 2, 100, 7574);
    append(store, 1, 1, 40, 7574);
    append(store, 1, 3, 60, 7575);
    append(store, 1, 1, 50, 7574); /* the same person again */
    append(store, 1, 2, 500, 7574);
    OK(store, store_commit(store));
    assert_int_equal(draw(store, 1, 7574), 6);

    for (int i = 0; i < 2; i++) {
        WINNERS(store, 1, 1, 50, 40, 50);
        WINNERS(store, 1, 2, 900, 100, 500);
        assert_winners(store, 1, 3, NULL, 0);
        assert_winners(store, 1, 255, NULL, 0);
        store = reopen_store(*state);
    }
}

static void draw_counts_bets_of_its_own_transaction(void **state)
{
    struct store *store = open_store(*state);

    OK(store, store_begin(store));
    append(store, 1, 1, 1, 9);
    append(store, 1, 1, 2, 9);
    assert_int_equal(draw_whole(store, 1, 9), 2);
    WINNERS(store, 1, 1, 1, 2); /* and they can be read before the commit */
    OK(store, store_commit(store));
    WINNERS(store, 1, 1, 1, 2);
}

static void draw_happens_once(void **state)
{
    struct store *store = open_store(*state);
    struct store_draw again = { .winners = 77 };

    OK(store, store_begin(store));
    append(store, 1, 1, 11, 1);
    append(store, 1, 1, 22, 2);
    OK(store, store_commit(store));
    draw(store, 1, 1);

    OK(store, store_begin(store));
    assert_int_equal(store_draw(store, 1, 2, &again), STORE_FAILED);
    assert_int_equal(again.winners, 77);
    assert_non_null(strstr(store_error_text(store), "round 1 was drawn already"));
    OK(store, store_rollback(store));
    WINNERS(store, 1, 1, 11);
}

static void draw_that_is_rolled_back_did_not_happen(void **state)
{
    struct store *store = open_store(*state);
    uint64_t count = 77;

    store_some(store, 1, 1, 100, 3);
    OK(store, store_begin(store));
    assert_int_equal(draw_whole(store, 1, 0), 1);
    OK(store, store_rollback(store));
    count = 77;
    assert_int_equal(store_winners_count(store, 1, 1, &count), STORE_NONE);
    assert_int_equal(count, 77);
    assert_int_equal(draw(store, 1, 2), 1);
    WINNERS(store, 1, 1, 102);
}

static void draw_of_a_round_without_bets_has_no_winners(void **state)
{
    struct store *store = open_store(*state);

    assert_int_equal(draw(store, 1, 7574), 0);
    assert_winners(store, 1, 1, NULL, 0);
    OK(store, store_begin(store));
    append(store, 2, 1, 5, 7574);
    OK(store, store_commit(store));
    assert_int_equal(draw(store, 2, 7574), 1);
    assert_winners(store, 1, 1, NULL, 0);
    WINNERS(store, 2, 1, 5);
}

static void draw_takes_every_number(void **state)
{
    struct store *store = open_store(*state);

    for (uint32_t round = 1; round <= 2; round++) {
        OK(store, store_begin(store));
        append(store, round, 1, 1, 0);
        append(store, round, 1, 2, UINT16_MAX);
        OK(store, store_commit(store));
    }
    assert_int_equal(draw(store, 1, 0), 1);
    assert_int_equal(draw(store, 2, UINT16_MAX), 1);
    WINNERS(store, 1, 1, 1);
    WINNERS(store, 2, 1, 2);
}

static void drawn_round_takes_no_more_bets(void **state)
{
    struct store *store = open_store(*state);
    struct sorteo_bet bet = bet_of(1, 1, 1);

    store_some(store, 1, 1, 1, 3);
    draw(store, 1, 1);
    OK(store, store_begin(store));
    assert_int_equal(append_bets(store, 1, &bet, 1), STORE_FAILED);
    assert_non_null(strstr(store_error_text(store), "drawn already"));
    OK(store, store_rollback(store));
    assert_int_equal(count_bets(store), 3);
}

/* ---- Rounds ---------------------------------------------------------------------------------- */

static void rounds_remember_their_first_bet(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = open_store(fixture);
    struct sorteo_bet bet = bet_of(1, 1, 1);

    store_some(store, 1, 1, 1, 70);
    OK(store, store_begin(store)); /* a round that begins in a transaction that does not last … */
    draw_whole(store, 1, 1);
    OK(store, append_bets(store, 2, &bet, 1));
    OK(store, store_rollback(store));
    store_some(store, 1, 2, 1, 30);
    draw(store, 1, 1);

    store = reopen_store(fixture); /* … and one after a restart, after bets that were held back */
    OK(store, store_begin(store));
    OK(store, append_bets(store, 2, &bet, 1));
    OK(store, append_bets(store, 2, &bet, 1));
    draw_whole(store, 2, 1);
    OK(store, append_bets(store, 3, &bet, 1));
    OK(store, store_commit(store));
    store_close(store);
    fixture->store = NULL;

    assert_int_equal(ask(fixture->path, "SELECT first_bet FROM rounds WHERE round = 1"), 1);
    assert_int_equal(ask(fixture->path, "SELECT first_bet FROM rounds WHERE round = 2"), 101);
    assert_int_equal(ask(fixture->path, "SELECT first_bet FROM rounds WHERE round = 3"), 103);
    assert_int_equal(ask(fixture->path, "SELECT count(*) FROM rounds"), 3);
    assert_int_equal(ask(fixture->path, "SELECT count(*) FROM rounds JOIN bets ON bets.id = first_bet "
                                        "WHERE rounds.round = bets.round"),
                     3);
}

/* What is known of a round whose first bets were rolled back must be forgotten, or the draw would
 * not find the next ones. */
static void rounds_begin_again_after_a_rollback(void **state)
{
    struct store *store = open_store(*state);

    for (int i = 0; i < 2; i++) {
        OK(store, store_begin(store));
        append(store, 1, 1, 5, 7);
        OK(store, i == 0 ? store_rollback(store) : store_commit(store));
    }
    assert_int_equal(draw(store, 1, 7), 1);
    WINNERS(store, 1, 1, 5);
}

static void rounds_do_not_see_one_another(void **state)
{
    struct store *store = open_store(*state);

    for (uint32_t round = 1; round <= 4; round++) {
        OK(store, store_begin(store));
        append(store, round, 1, round * 10, 5);
        append(store, round, 2, round * 10 + 1, 6);
        OK(store, store_commit(store));
        assert_int_equal(draw(store, round, round % 2 == 0 ? 5 : 6), 1);
    }
    WINNERS(store, 1, 2, 11);
    WINNERS(store, 2, 1, 20);
    WINNERS(store, 3, 2, 31);
    WINNERS(store, 4, 1, 40);
    assert_winners(store, 4, 2, NULL, 0);
}

/* A later draw costs what its own bets cost, not what all before them do. */
static void draw_looks_only_from_the_first_bet_on(void **state)
{
    struct store *store = open_store(*state);
    uint64_t before, after;

    store_some(store, 1, 1, 1, 20000);
    draw(store, 1, 1);
    before = sqlite_store_of(store)->draw.looked_at;
    store_some(store, 2, 1, 1, 10);
    draw(store, 2, 1);
    after = sqlite_store_of(store)->draw.looked_at - before;
    assert_int_equal(before, 20000);
    assert_int_equal(after, 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = { STORE_TEST(draw_lists_winners_in_the_order_stored),
                                        STORE_TEST(draw_counts_bets_of_its_own_transaction),
                                        STORE_TEST(draw_happens_once),
                                        STORE_TEST(draw_that_is_rolled_back_did_not_happen),
                                        STORE_TEST(draw_of_a_round_without_bets_has_no_winners),
                                        STORE_TEST(draw_takes_every_number),
                                        STORE_TEST(drawn_round_takes_no_more_bets),
                                        STORE_TEST(rounds_remember_their_first_bet),
                                        STORE_TEST(rounds_begin_again_after_a_rollback),
                                        STORE_TEST(rounds_do_not_see_one_another),
                                        STORE_TEST(draw_looks_only_from_the_first_bet_on) };
    return cmocka_run_group_tests_name("store_draw", tests, NULL, NULL);
}
