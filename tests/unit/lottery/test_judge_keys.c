/*
 * The judge over a real store: what is known by its key is not done twice.
 */
#include "unit/lottery/judge_fixture.h"

static void known_key_is_answered_0_and_stores_nothing(void **state)
{
    struct worker_connection *peer = connection(0, 1);

    use_dialect(*state, SORTEO_KEYED);
    assert_int_equal(bets_alone(peer, 1, 10), VERDICT_STORED);
    assert_int_equal(bets_alone(peer, 1, 10), VERDICT_STORED);
    crash(*state);
    assert_int_equal(bets_alone(connection(0, 2), 1, 10), VERDICT_STORED);
    assert_int_equal(count_bets(judge.store), 1);
    assert_int_equal(judge.rounds.agency[1].bets, 1);
}

static void known_key_in_the_same_group_stores_nothing(void **state)
{
    struct worker_connection *peer = connection(0, 1);

    use_dialect(*state, SORTEO_KEYED);
    (void)hand_bets(peer, 1, 10);
    assert_true(judgement_of(hand_bets(peer, 1, 10))->facts.repeated);
    commit();
    assert_int_equal(count_bets(judge.store), 1);
}

static void known_key_with_other_bytes_is_refused(void **state)
{
    struct worker_connection *peer = connection(0, 1);

    use_dialect(*state, SORTEO_KEYED);
    make_bets(7, 1, 10, 1, 1);
    assert_int_equal(judge_alone(peer, FRAME_BATCH), VERDICT_STORED);
    make_bets(7, 1, 11, 1, 1);
    assert_int_equal(judge_alone(peer, FRAME_BATCH), VERDICT_REFUSED);
    make_single(7, 1);
    assert_int_equal(judge_alone(peer, FRAME_SINGLE), VERDICT_REFUSED);
    assert_int_equal(count_bets(judge.store), 1);
}

static void keys_of_two_agencies_are_apart(void **state)
{
    use_dialect(*state, SORTEO_KEYED);
    assert_int_equal(bets_alone(connection(0, 1), 1, 10), VERDICT_STORED);
    assert_int_equal(bets_alone(connection(0, 2), 2, 10), VERDICT_STORED);
    assert_int_equal(count_bets(judge.store), 2);
}

static void refused_frame_leaves_its_key_unused(void **state)
{
    use_dialect(*state, SORTEO_KEYED);
    assert_int_equal(bets_alone(connection(0, 1), 1, 10), VERDICT_STORED);
    make_bets(7, 1, 20, 1, 1);
    assert_int_equal(finish_alone(connection(0, 1), 1), VERDICT_WAITING);
    make_bets(7, 1, 20, 1, 1);
    assert_int_equal(judge_alone(connection(0, 1), FRAME_BATCH), VERDICT_REFUSED);
    make_finish(7, 1);
    assert_int_equal(judge_alone(connection(0, 2), FRAME_FINISH), VERDICT_WAITING);
}

static void finish_with_the_key_of_bets_is_closed(void **state)
{
    use_dialect(*state, SORTEO_KEYED);
    make_bets(900, 1, 10, 1, 1);
    assert_int_equal(judge_alone(connection(0, 1), FRAME_BATCH), VERDICT_STORED);
    assert_int_equal(finish_alone(connection(0, 1), 1), VERDICT_CLOSE);
    assert_int_equal(judge.rounds.agency[1].phase, AGENCY_OPEN);
}

static void bets_with_the_key_of_a_finish_are_refused(void **state)
{
    struct worker_connection *peer;

    use_dialect(*state, SORTEO_KEYED);
    peer = come_to_drawn();
    assert_int_equal(winners_alone(peer, 1, 0), VERDICT_DRAWN);
    make_bets(900, 1, 10, 1, 1);
    assert_int_equal(judge_alone(peer, FRAME_BATCH), VERDICT_REFUSED);
    assert_int_equal(judge.rounds.agency[1].round, 1);
}

static void known_finish_gets_its_round_and_closes_nothing(void **state)
{
    struct worker_connection *peer;
    size_t place;

    use_dialect(*state, SORTEO_KEYED);
    peer = come_to_drawn();
    assert_int_equal(winners_alone(peer, 1, 0), VERDICT_DRAWN);
    make_finish(901, 1);
    assert_int_equal(judge_alone(peer, FRAME_FINISH), VERDICT_WAITING); /* a new key closes round 2 */
    crash(*state);
    place = hand_finish(connection(0, 2), 1);
    commit();
    assert_int_equal(verdict_of(place), VERDICT_DRAWN);
    assert_int_equal(judgement_of(place)->ruling.round, 1);
    assert_true(judgement_of(place)->facts.repeated);
    assert_int_equal(judge.rounds.agency[1].round, 2);
    assert_int_equal(judge.rounds.agency[1].phase, AGENCY_WAITING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        JUDGE_TEST(known_key_is_answered_0_and_stores_nothing),
        JUDGE_TEST(known_key_in_the_same_group_stores_nothing),
        JUDGE_TEST(known_key_with_other_bytes_is_refused),
        JUDGE_TEST(keys_of_two_agencies_are_apart),
        JUDGE_TEST(refused_frame_leaves_its_key_unused),
        JUDGE_TEST(finish_with_the_key_of_bets_is_closed),
        JUDGE_TEST(bets_with_the_key_of_a_finish_are_refused),
        JUDGE_TEST(known_finish_gets_its_round_and_closes_nothing),
    };
    return cmocka_run_group_tests_name("judge_keys", tests, NULL, NULL);
}
