/*
 * The judge over a real store: how a round ends, by FINISH, WINNERS and RECEIPT (protocol, sections
 * 6 to 8).
 */
#include "unit/lottery/judge_fixture.h"

/* ---- FINISH ---------------------------------------------------------------------------------- */

static void finish_of_an_agency_that_is_not_served_is_closed(void **state)
{
    (void)state;
    assert_int_equal(finish_alone(connection(0, 1), 0), VERDICT_CLOSE);
    assert_int_equal(finish_alone(connection(0, 2), AGENCIES + 1), VERDICT_CLOSE);
}

static void finish_of_another_agency_than_the_connections_is_closed(void **state)
{
    struct worker_connection *peer = connection(0, 1);

    (void)state;
    assert_int_equal(bets_alone(peer, 1, 10), VERDICT_STORED);
    assert_int_equal(finish_alone(peer, 2), VERDICT_CLOSE);
    assert_int_equal(judge.rounds.agency[2].phase, AGENCY_OPEN);
}

static void finish_after_a_refused_frame_is_closed_and_does_not_count(void **state)
{
    struct worker_connection *peer = connection(0, 1);

    (void)state;
    assert_int_equal(bets_alone(peer, 9, 10), VERDICT_REFUSED);
    assert_int_equal(bets_alone(peer, 1, 11), VERDICT_STORED);
    assert_int_equal(finish_alone(peer, 1), VERDICT_CLOSE);
    assert_int_equal(judge.rounds.agency[1].phase, AGENCY_OPEN);
    assert_int_equal(finish_alone(connection(0, 2), 1), VERDICT_WAITING);
}

static void last_finish_draws_once(void **state)
{
    struct worker_connection *peer = connection(0, 1);
    size_t place;

    (void)state;
    make_bets(1, 1, 50, 7574, 3);
    assert_int_equal(judge_alone(peer, FRAME_BATCH), VERDICT_STORED);
    others_finish();
    place = hand_finish(peer, 1);
    commit();
    assert_int_equal(verdict_of(place), VERDICT_DRAWN);
    assert_false(judgement_of(place)->facts.repeated);
    assert_int_equal(judgement_of(place)->effects.draw.winners, 3);
    assert_int_equal(judgement_of(place)->effects.draw.round, 1);
    assert_int_equal(judgement_of(place)->ruling.round, 1);
    commit_group_clear(&group);
    place = hand_finish(peer, 1);
    commit();
    assert_int_equal(verdict_of(place), VERDICT_DRAWN);
    assert_int_equal(judgement_of(place)->effects.draw.round, 0);
    assert_true(judgement_of(place)->facts.repeated);
}

static void every_state_after_the_draw_is_durable(void **state)
{
    (void)state;
    others_finish();
    assert_int_equal(finish_alone(connection(0, 1), 1), VERDICT_DRAWN);
    crash(*state);
    for (uint8_t agency = 1; agency <= AGENCIES; agency++)
        assert_int_equal(judge.rounds.agency[agency].phase, AGENCY_DRAWN);
}

static void complete_and_undrawn_round_is_drawn_when_it_is_loaded(void **state)
{
    struct fixture *fixture = *state;
    struct draw draw = { .round = 9 };
    struct agency_state waits = { .round = 1, .phase = AGENCY_WAITING };

    OK(fixture->store, store_begin(fixture->store));
    for (uint8_t agency = 1; agency < AGENCIES; agency++)
        OK(fixture->store, store_agency_put(fixture->store, agency, &waits));
    OK(fixture->store, judge_load(&judge, fixture->store));
    OK(fixture->store, judge_draw_if_due(&judge, &draw));
    assert_int_equal(draw.round, 0);
    OK(fixture->store, store_agency_put(fixture->store, AGENCIES, &waits));
    OK(fixture->store, judge_load(&judge, fixture->store));
    OK(fixture->store, judge_draw_if_due(&judge, &draw));
    assert_int_equal(draw.round, 1);
    OK(fixture->store, judge_write(&judge));
    OK(fixture->store, store_commit(fixture->store));
    crash(fixture);
    assert_int_equal(judge.rounds.agency[AGENCIES].phase, AGENCY_DRAWN);
}

/* Its client speaks another dialect: its bets were refused; its FINISH would close the round. */
static void finish_without_bets_after_refused_bytes_does_not_count(void **state)
{
    struct worker_connection *peer = connection(0, 1);

    (void)state;
    peer->peer.address = 7;
    refusals_note(&judge.refusals, 1, 7);
    others_finish();
    assert_int_equal(finish_alone(peer, 1), VERDICT_CLOSE);
    assert_int_equal(judge.rounds.agency[1].phase, AGENCY_OPEN);
    assert_int_equal(finish_alone(connection(0, 2), 1), VERDICT_DRAWN); /* of another address */
}

static void finish_with_bets_counts_whatever_was_refused_later(void **state)
{
    struct worker_connection *peer = connection(0, 1);

    (void)state;
    peer->peer.address = 7;
    assert_int_equal(bets_alone(peer, 1, 10), VERDICT_STORED);
    refusals_note(&judge.refusals, 1, 7);
    assert_int_equal(finish_alone(peer, 1), VERDICT_WAITING);
}

static void bets_that_were_rolled_back_forget_no_refusal(void **state)
{
    struct worker_connection *peer = connection(0, 1);

    (void)state;
    peer->peer.address = 7;
    refusals_note(&judge.refusals, 1, 7);
    (void)hand_bets(peer, 1, 10);
    assert_false(refusals_came_from(&judge.refusals, 1, 7));
    group.failed = true;
    assert_int_equal(commit_group_end(&group), GROUP_ROLLED_BACK);
    assert_true(refusals_came_from(&judge.refusals, 1, 7));
    commit_group_clear(&group);
}

/* ---- WINNERS and RECEIPT --------------------------------------------------------------------- */

static void winners_beyond_the_last_are_doubted(void **state)
{
    struct worker_connection *peer = come_to_drawn();
    size_t place = ask_winners(peer, 1, 5);

    (void)state;
    assert_non_null(judgement_of(place)->doubt);
    commit();
    assert_int_equal(verdict_of(place), VERDICT_CLOSE);
}

static void winners_are_announced_durably_before_their_first_byte(void **state)
{
    struct worker_connection *peer = connection(0, 1);

    make_bets(1, 1, 10, 7574, 6);
    assert_int_equal(judge_alone(peer, FRAME_BATCH), VERDICT_STORED);
    others_finish();
    assert_int_equal(finish_alone(peer, 1), VERDICT_DRAWN);
    assert_int_equal(winners_alone(peer, 1, 5), VERDICT_DRAWN);
    assert_false(judge.rounds.agency[1].announced);
    assert_int_equal(winners_alone(peer, 1, 0), VERDICT_DRAWN);
    crash(*state);
    assert_true(judge.rounds.agency[1].announced);
    assert_false(judge.rounds.agency[2].announced);
}

static void winners_that_were_not_asked_for_are_closed(void **state)
{
    struct worker_connection *stranger = connection(0, 9);

    (void)state;
    assert_int_equal(winners_alone(stranger, 0, 0), VERDICT_CLOSE);
    assert_int_equal(winners_alone(come_to_drawn(), 2, 0), VERDICT_CLOSE);
}

static void winners_of_a_round_that_another_connection_asked_for_are_closed(void **state)
{
    (void)state;
    assert_int_equal(winners_alone(come_to_drawn(), 1, 0), VERDICT_DRAWN);
    assert_int_equal(bets_alone(connection(0, 9), 1, 10), VERDICT_STORED);
    assert_int_equal(winners_alone(connection(0, 9), 1, 0), VERDICT_CLOSE);
}

static void winners_before_the_draw_are_closed(void **state)
{
    struct worker_connection *peer = connection(0, 1);

    (void)state;
    assert_int_equal(finish_alone(peer, 1), VERDICT_WAITING);
    assert_int_equal(winners_alone(peer, 1, 0), VERDICT_CLOSE);
}

static void too_many_winners_end_the_round_durably(void **state)
{
    struct worker_connection *peer = connection(0, 1);

    use_dialect(*state, SORTEO_COMPACT);
    make_bets(1, 1, 50, 7574, 256);
    assert_int_equal(judge_alone(peer, FRAME_BATCH), VERDICT_STORED);
    others_finish();
    assert_int_equal(finish_alone(peer, 1), VERDICT_DRAWN);
    assert_int_equal(winners_alone(peer, 1, 0), VERDICT_CLOSE);
    crash(*state);
    assert_int_equal(judge.rounds.agency[1].round, 2);
    assert_true(judge.rounds.agency[1].may_close_empty);
    assert_int_equal(finish_alone(connection(0, 2), 1), VERDICT_WAITING);
}

static void receipt_is_durable(void **state)
{
    struct worker_connection *peer = come_to_drawn();

    assert_int_equal(winners_alone(peer, 1, 0), VERDICT_DRAWN);
    assert_int_equal(receipt_alone(peer), VERDICT_COLLECTED);
    assert_int_equal(peer->peer.receipt_for, 1);
    crash(*state);
    assert_int_equal(judge.rounds.agency[1].round, 2);
    assert_int_equal(judge.rounds.agency[1].phase, AGENCY_OPEN);
}

static void receipt_without_winners_is_closed(void **state)
{
    (void)state;
    assert_int_equal(receipt_alone(connection(0, 1)), VERDICT_CLOSE);
}

static void receipt_on_its_connection_lets_an_empty_round_be_closed(void **state)
{
    struct worker_connection *peer = come_to_drawn();

    (void)state;
    assert_int_equal(receipt_alone(peer), VERDICT_COLLECTED);
    assert_int_equal(finish_alone(connection(0, 2), 1), VERDICT_DRAWN); /* elsewhere it repeats */
    assert_int_equal(judge.rounds.agency[1].phase, AGENCY_OPEN);
    assert_int_equal(receipt_alone(connection(0, 2)), VERDICT_COLLECTED);
    assert_int_equal(finish_alone(connection(0, 2), 1), VERDICT_WAITING);
    assert_int_equal(judge.rounds.agency[1].phase, AGENCY_WAITING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        JUDGE_TEST(finish_of_an_agency_that_is_not_served_is_closed),
        JUDGE_TEST(finish_of_another_agency_than_the_connections_is_closed),
        JUDGE_TEST(finish_after_a_refused_frame_is_closed_and_does_not_count),
        JUDGE_TEST(last_finish_draws_once),
        JUDGE_TEST(every_state_after_the_draw_is_durable),
        JUDGE_TEST(complete_and_undrawn_round_is_drawn_when_it_is_loaded),
        JUDGE_TEST(finish_without_bets_after_refused_bytes_does_not_count),
        JUDGE_TEST(finish_with_bets_counts_whatever_was_refused_later),
        JUDGE_TEST(bets_that_were_rolled_back_forget_no_refusal),
        JUDGE_TEST(winners_beyond_the_last_are_doubted),
        JUDGE_TEST(winners_are_announced_durably_before_their_first_byte),
        JUDGE_TEST(winners_that_were_not_asked_for_are_closed),
        JUDGE_TEST(winners_of_a_round_that_another_connection_asked_for_are_closed),
        JUDGE_TEST(winners_before_the_draw_are_closed),
        JUDGE_TEST(too_many_winners_end_the_round_durably),
        JUDGE_TEST(receipt_is_durable),
        JUDGE_TEST(receipt_without_winners_is_closed),
        JUDGE_TEST(receipt_on_its_connection_lets_an_empty_round_be_closed),
    };
    return cmocka_run_group_tests_name("judge_rounds", tests, NULL, NULL);
}
