/*
 * The judge over a real store: which bets it stores, refuses or closes for (protocol, section 6).
 */
#include "unit/lottery/judge_fixture.h"

#include "store/operations.h"

static void bets_are_stored_and_fix_the_agency_of_their_connection(void **state)
{
    struct worker_connection *peer = connection(0, 1);

    (void)state;
    assert_int_equal(bets_alone(peer, 3, 10), VERDICT_STORED);
    assert_int_equal(peer->peer.agency, 3);
    assert_int_equal(count_bets(judge.store), 1);
    assert_int_equal(judge.rounds.agency[3].bets, 1);
}

static void bets_of_an_agency_that_is_not_served_are_refused(void **state)
{
    static const uint8_t wrong[] = { 0, AGENCIES + 1, 255 };

    (void)state;
    for (uint32_t i = 0; i < sizeof wrong; i++) {
        struct worker_connection *peer = connection(0, i);
        assert_int_equal(bets_alone(peer, wrong[i], 10), VERDICT_REFUSED);
        assert_int_equal(peer->peer.agency, 0);
        assert_true(peer->peer.refused);
        assert_false(peer->peer.closed);
    }
    assert_int_equal(count_bets(judge.store), 0);
}

static void bets_of_two_agencies_are_refused(void **state)
{
    (void)state;
    make_two_agencies(1, 2);
    assert_int_equal(judge_alone(connection(0, 1), FRAME_BATCH), VERDICT_REFUSED);
    assert_int_equal(count_bets(judge.store), 0);
}

static void bets_of_another_agency_than_the_connections_are_refused(void **state)
{
    struct worker_connection *peer = connection(0, 1);

    (void)state;
    assert_int_equal(bets_alone(peer, 1, 10), VERDICT_STORED);
    assert_int_equal(bets_alone(peer, 2, 11), VERDICT_REFUSED);
    assert_int_equal(bets_alone(peer, 1, 12), VERDICT_STORED);
    assert_int_equal(count_bets(judge.store), 2);
}

static void refused_bets_do_not_fix_the_agency(void **state)
{
    struct worker_connection *peer = connection(0, 1);

    (void)state;
    assert_int_equal(bets_alone(peer, 9, 10), VERDICT_REFUSED);
    assert_int_equal(bets_alone(peer, 2, 11), VERDICT_STORED);
}

static void bets_in_waiting_are_refused(void **state)
{
    struct worker_connection *peer = connection(0, 1);

    (void)state;
    assert_int_equal(finish_alone(peer, 1), VERDICT_WAITING);
    assert_int_equal(bets_alone(connection(0, 2), 1, 10), VERDICT_REFUSED);
    assert_int_equal(count_bets(judge.store), 0);
}

static bool is_overtaken(const struct store *store)
{
    (void)store;
    return true;
}

/* As if another server had closed the agency's round in the same store. */
static void bets_are_judged_by_what_another_server_has_stored(void **state)
{
    const struct agency_state waiting = { .round = 1, .phase = AGENCY_WAITING };
    const struct store_operations *operations = judge.store->operations;
    struct store_operations shared = *operations;

    (void)state;
    shared.is_overtaken = is_overtaken;
    OK(judge.store, store_begin(judge.store));
    OK(judge.store, store_agency_put(judge.store, 1, &waiting));
    OK(judge.store, store_commit(judge.store));
    judge.store->operations = &shared;
    assert_int_equal(bets_alone(connection(0, 1), 1, 10), VERDICT_REFUSED);
    assert_int_equal(bets_alone(connection(0, 2), 2, 11), VERDICT_STORED);
    judge.store->operations = operations;
    assert_int_equal(bets_alone(connection(0, 3), 1, 12), VERDICT_REFUSED);
    assert_int_equal(count_bets(judge.store), 1);
}

static void single_is_judged_like_a_batch(void **state)
{
    (void)state;
    make_single(1, 1);
    assert_int_equal(judge_alone(connection(0, 1), FRAME_SINGLE), VERDICT_STORED);
    make_single(2, 77);
    assert_int_equal(judge_alone(connection(0, 1), FRAME_SINGLE), VERDICT_REFUSED);
}

/* The committer trusts no worker. */
static void bytes_that_are_no_frame_are_closed(void **state)
{
    (void)state;
    make_bets(1, 1, 1, 1, 2);
    frame_len--;
    assert_int_equal(judge_alone(connection(0, 1), FRAME_BATCH), VERDICT_CLOSE);
    make_bets(1, 1, 1, 1, 2);
    frame[frame_len++] = 0;
    assert_int_equal(judge_alone(connection(0, 2), FRAME_BATCH), VERDICT_CLOSE);
    make_finish(1, 1);
    assert_int_equal(judge_alone(connection(0, 3), FRAME_BATCH), VERDICT_CLOSE);
    frame[5] = 7;
    assert_int_equal(judge_alone(connection(0, 4), FRAME_SINGLE), VERDICT_CLOSE);
    assert_int_equal(count_bets(judge.store), 0);
}

/* No session hands it over: it is the worker that is at fault. */
static void frame_that_is_none_is_doubted(void **state)
{
    struct worker_connection *peer = connection(0, 1);
    size_t place;

    (void)state;
    make_bets(1, 1, 10, 1, 1);
    frame_len--;
    place = hand_over(peer, FRAME_BATCH);
    assert_non_null(judgement_of(place)->doubt);
    frame[0] = 2;
    frame_len = 1;
    place = hand_over(connection(0, 2), FRAME_RECEIPT);
    assert_non_null(judgement_of(place)->doubt);
    commit();
    assert_int_equal(verdict_of(place), VERDICT_CLOSE);
    assert_int_equal(count_bets(judge.store), 0);
}

static void nothing_of_a_closed_connection_is_looked_at(void **state)
{
    struct worker_connection *peer = connection(0, 1);

    (void)state;
    assert_int_equal(finish_alone(peer, 77), VERDICT_CLOSE);
    assert_int_equal(bets_alone(peer, 1, 10), VERDICT_CLOSE);
    assert_int_equal(finish_alone(peer, 1), VERDICT_CLOSE);
    assert_int_equal(receipt_alone(peer), VERDICT_CLOSE);
    assert_int_equal(winners_alone(peer, 1, 0), VERDICT_CLOSE);
    assert_int_equal(judge.rounds.agency[1].phase, AGENCY_OPEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        JUDGE_TEST(bets_are_stored_and_fix_the_agency_of_their_connection),
        JUDGE_TEST(bets_of_an_agency_that_is_not_served_are_refused),
        JUDGE_TEST(bets_of_two_agencies_are_refused),
        JUDGE_TEST(bets_of_another_agency_than_the_connections_are_refused),
        JUDGE_TEST(refused_bets_do_not_fix_the_agency),
        JUDGE_TEST(bets_in_waiting_are_refused),
        JUDGE_TEST(bets_are_judged_by_what_another_server_has_stored),
        JUDGE_TEST(single_is_judged_like_a_batch),
        JUDGE_TEST(bytes_that_are_no_frame_are_closed),
        JUDGE_TEST(frame_that_is_none_is_doubted),
        JUDGE_TEST(nothing_of_a_closed_connection_is_looked_at),
    };
    return cmocka_run_group_tests_name("judge_bets", tests, NULL, NULL);
}
