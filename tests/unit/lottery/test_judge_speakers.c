/*
 * The judge over a real store: one connection speaks for an agency, and a newer one makes the older
 * one close.
 */
#include "unit/lottery/judge_fixture.h"

static void newer_connection_makes_the_older_one_close(void **state)
{
    struct worker_connection *old = connection(0, 1), *young = connection(1, 2);
    size_t place;

    (void)state;
    assert_int_equal(bets_alone(old, 1, 10), VERDICT_STORED);
    place = hand_bets(young, 1, 11);
    commit();
    assert_int_equal(verdict_of(place), VERDICT_STORED);
    assert_true(judgement_of(place)->effects.supersedes);
    assert_int_equal(judgement_of(place)->effects.superseded.connection, old->name);
    assert_int_equal(judgement_of(place)->effects.superseded.channel, 1);
}

/* Whatever it sends next. */
static void older_connection_is_not_taken(void **state)
{
    (void)state;
    assert_int_equal(bets_alone(connection(0, 1), 1, 10), VERDICT_STORED);
    assert_int_equal(bets_alone(connection(1, 9), 1, 11), VERDICT_STORED);
    assert_int_equal(bets_alone(connection(0, 1), 1, 12), VERDICT_ABORT);
    assert_int_equal(finish_alone(connection(0, 2), 1), VERDICT_ABORT);
    assert_int_equal(bets_alone(connection(0, 3), 1, 13), VERDICT_ABORT);
    assert_int_equal(count_bets(judge.store), 2);
    assert_int_equal(judge.rounds.agency[1].phase, AGENCY_OPEN);
}

static void older_connection_gets_no_winners_and_its_receipt_does_not_count(void **state)
{
    struct worker_connection *old = come_to_drawn();

    (void)state;
    assert_int_equal(finish_alone(connection(1, 9), 1), VERDICT_DRAWN);
    assert_int_equal(winners_alone(old, 1, 0), VERDICT_ABORT);
    old->peer.closed = false; /* as if its worker had not been told yet */
    assert_int_equal(receipt_alone(old), VERDICT_ABORT);
    assert_int_equal(judge.rounds.agency[1].round, 1);
}

static void refused_frame_makes_nobody_close(void **state)
{
    struct worker_connection *old = connection(0, 1);
    size_t place;

    (void)state;
    assert_int_equal(finish_alone(old, 1), VERDICT_WAITING);
    place = hand_bets(connection(1, 9), 1, 11);
    commit();
    assert_int_equal(verdict_of(place), VERDICT_REFUSED);
    assert_false(judgement_of(place)->effects.supersedes);
    commit_group_clear(&group);
    assert_int_equal(finish_alone(old, 1), VERDICT_WAITING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        JUDGE_TEST(newer_connection_makes_the_older_one_close),
        JUDGE_TEST(older_connection_is_not_taken),
        JUDGE_TEST(older_connection_gets_no_winners_and_its_receipt_does_not_count),
        JUDGE_TEST(refused_frame_makes_nobody_close),
    };
    return cmocka_run_group_tests_name("judge_speakers", tests, NULL, NULL);
}
