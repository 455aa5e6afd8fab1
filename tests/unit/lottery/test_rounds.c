/*
 * Rounds: every move and every rule of section 7 that rounds.c decides, one by one. All of them in
 * any order are walked through in test_server_rounds_walk.c. Knows no store and no connection.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lottery/rounds.h"

enum { ONE = 1, TWO = 2, SERVED = 2 };

static struct rounds rounds;

static int begin(void **state)
{
    (void)state;
    rounds_init(&rounds, SERVED);
    return 0;
}

static void assert_stands(uint8_t agency, uint32_t round, enum agency_phase phase)
{
    assert_int_equal(rounds.agency[agency].round, round);
    assert_int_equal(rounds.agency[agency].phase, phase);
}

static void assert_finish(uint8_t agency, bool new_key, uint32_t receipt_for, uint32_t round, bool closes)
{
    const struct rounds_finish finish = rounds_finish(&rounds, agency, new_key, receipt_for);

    assert_int_equal(finish.round, round);
    assert_int_equal(finish.closes, closes);
}

/* From OPEN: all finish, with a bet each, and the round is drawn. */
static void draw_round(void)
{
    uint32_t round = 0;

    for (uint8_t agency = ONE; agency <= SERVED; agency++) {
        assert_true(rounds_take_bets(&rounds, agency, KEY_BATCH, 1));
        assert_true(rounds_finish(&rounds, agency, false, 0).closes);
    }
    assert_true(rounds_all_wait(&rounds, &round));
    assert_int_equal(round, rounds.agency[ONE].round);
    rounds_draw(&rounds);
}

/* … and every agency collects. */
static void end_round(void)
{
    const uint32_t round = rounds.agency[ONE].round;

    draw_round();
    for (uint8_t agency = ONE; agency <= SERVED; agency++) {
        assert_true(rounds_announce(&rounds, agency, round));
        assert_true(rounds_receipt(&rounds, agency, round));
    }
}

/* ---- Who is served --------------------------------------------------------------------------- */

static void rounds_serve_1_to_n_only(void **state)
{
    (void)state;
    assert_false(rounds_serves(&rounds, 0));
    assert_true(rounds_serves(&rounds, 1));
    assert_true(rounds_serves(&rounds, SERVED));
    assert_false(rounds_serves(&rounds, SERVED + 1));
    assert_false(rounds_serves(&rounds, 255));
    rounds_init(&rounds, 255);
    assert_true(rounds_serves(&rounds, 255));
    assert_false(rounds_serves(&rounds, 0));
}

static void every_agency_begins_open_in_round_1(void **state)
{
    (void)state;
    rounds_init(&rounds, 255);
    for (unsigned agency = 1; agency <= 255; agency++) {
        assert_stands((uint8_t)agency, 1, AGENCY_OPEN);
        assert_int_equal(rounds.agency[agency].bets, 0);
        assert_false(rounds.agency[agency].may_close_empty);
    }
    assert_int_equal(rounds_collected(&rounds), 0);
}

/* ---- The moves ------------------------------------------------------------------------------- */

static void finish_moves_open_to_waiting(void **state)
{
    (void)state;
    assert_true(rounds_take_bets(&rounds, ONE, KEY_BATCH, 3));
    assert_finish(ONE, false, 0, 1, true);
    assert_stands(ONE, 1, AGENCY_WAITING);
    assert_stands(TWO, 1, AGENCY_OPEN);
}

static void draw_moves_waiting_to_drawn_when_all_wait(void **state)
{
    uint32_t round = 77;

    (void)state;
    assert_finish(ONE, false, 0, 1, true);
    assert_false(rounds_all_wait(&rounds, &round));
    assert_int_equal(round, 77);
    assert_finish(TWO, false, 0, 1, true);
    assert_true(rounds_all_wait(&rounds, &round));
    assert_int_equal(round, 1);
    rounds_draw(&rounds);
    assert_stands(ONE, 1, AGENCY_DRAWN);
    assert_stands(TWO, 1, AGENCY_DRAWN);
    assert_false(rounds_all_wait(&rounds, &round));
}

static void barrier_waits_for_the_last_of_255(void **state)
{
    uint32_t round = 0;

    (void)state;
    rounds_init(&rounds, 255);
    for (unsigned agency = 255; agency >= 1; agency--) {
        assert_false(rounds_all_wait(&rounds, &round));
        assert_finish((uint8_t)agency, false, 0, 1, true);
    }
    assert_true(rounds_all_wait(&rounds, &round));
}

static void receipt_moves_drawn_to_open_in_the_next_round(void **state)
{
    (void)state;
    draw_round();
    assert_true(rounds_announce(&rounds, ONE, 1));
    assert_true(rounds_receipt(&rounds, ONE, 1));
    assert_stands(ONE, 2, AGENCY_OPEN);
    assert_int_equal(rounds.agency[ONE].bets, 0);
    assert_false(rounds.agency[ONE].announced);
    assert_false(rounds.agency[ONE].may_close_empty);
    assert_stands(TWO, 1, AGENCY_DRAWN);
}

/* ---- Bets ------------------------------------------------------------------------------------ */

static void bets_are_taken_and_counted_in_open(void **state)
{
    (void)state;
    assert_true(rounds_take_bets(&rounds, ONE, KEY_BATCH, 65535));
    assert_true(rounds_take_bets(&rounds, ONE, KEY_SINGLE, 1));
    assert_int_equal(rounds.agency[ONE].bets, 65536);
    assert_int_equal(rounds.agency[TWO].bets, 0);
    assert_stands(ONE, 1, AGENCY_OPEN);
}

static void bets_are_refused_in_waiting(void **state)
{
    struct rounds before;

    (void)state;
    assert_finish(ONE, false, 0, 1, true);
    before = rounds;
    assert_false(rounds_take_bets(&rounds, ONE, KEY_BATCH, 1));
    assert_false(rounds_take_bets(&rounds, ONE, KEY_SINGLE, 1));
    assert_memory_equal(&rounds, &before, sizeof before);
}

static void bets_are_refused_in_drawn_before_the_winners_were_written(void **state)
{
    struct rounds before;

    (void)state;
    draw_round();
    before = rounds;
    assert_false(rounds_take_bets(&rounds, ONE, KEY_BATCH, 1));
    assert_false(rounds_take_bets(&rounds, ONE, KEY_SINGLE, 1));
    assert_memory_equal(&rounds, &before, sizeof before);
}

static void batch_stands_for_a_lost_receipt_after_the_winners_were_written(void **state)
{
    (void)state;
    draw_round();
    assert_true(rounds_announce(&rounds, ONE, 1));
    assert_true(rounds_take_bets(&rounds, ONE, KEY_BATCH, 7));
    assert_stands(ONE, 2, AGENCY_OPEN);
    assert_int_equal(rounds.agency[ONE].bets, 7);
}

static void single_does_not_stand_for_a_receipt(void **state)
{
    struct rounds before;

    (void)state;
    draw_round();
    assert_true(rounds_announce(&rounds, ONE, 1));
    before = rounds;
    assert_false(rounds_take_bets(&rounds, ONE, KEY_SINGLE, 1));
    assert_memory_equal(&rounds, &before, sizeof before);
}

/* ---- FINISH again ---------------------------------------------------------------------------- */

static void finish_in_waiting_counts_once(void **state)
{
    struct rounds before;

    (void)state;
    assert_finish(ONE, false, 0, 1, true);
    before = rounds;
    assert_finish(ONE, false, 0, 1, false);
    assert_finish(ONE, true, 0, 1, false);
    assert_memory_equal(&rounds, &before, sizeof before);
}

static void finish_in_drawn_asks_for_the_same_round(void **state)
{
    struct rounds before;

    (void)state;
    draw_round();
    before = rounds;
    assert_finish(ONE, false, 0, 1, false);
    assert_true(rounds_announce(&rounds, ONE, 1));
    before.agency[ONE].announced = true;
    assert_finish(ONE, false, 0, 1, false);
    assert_memory_equal(&rounds, &before, sizeof before);
}

static void finish_closes_an_empty_first_round(void **state)
{
    (void)state;
    assert_finish(ONE, false, 0, 1, true);
    assert_stands(ONE, 1, AGENCY_WAITING);
}

static void finish_without_a_bet_elsewhere_repeats_the_winners_before(void **state)
{
    struct rounds before;

    (void)state;
    end_round();
    before = rounds;
    assert_finish(ONE, false, 0, 1, false);
    assert_memory_equal(&rounds, &before, sizeof before);
}

static void finish_without_a_bet_closes_on_a_connection_that_carried_the_receipt(void **state)
{
    (void)state;
    end_round();
    assert_finish(ONE, false, 1, 2, true);
    assert_stands(ONE, 2, AGENCY_WAITING);
}

static void receipt_of_an_earlier_round_closes_no_empty_one(void **state)
{
    (void)state;
    end_round();
    end_round();
    assert_finish(ONE, false, 1, 2, false);
    assert_stands(ONE, 3, AGENCY_OPEN);
    assert_finish(ONE, false, 2, 3, true);
}

static void finish_with_a_bet_closes_on_any_connection(void **state)
{
    (void)state;
    end_round();
    assert_true(rounds_take_bets(&rounds, ONE, KEY_SINGLE, 1));
    assert_finish(ONE, false, 0, 2, true);
    assert_stands(ONE, 2, AGENCY_WAITING);
}

static void finish_with_a_new_key_closes_an_empty_round(void **state)
{
    (void)state;
    end_round();
    assert_finish(ONE, true, 0, 2, true);
    assert_stands(ONE, 2, AGENCY_WAITING);
}

static void finish_with_a_new_key_stands_for_the_receipt_once_winners_were_written(void **state)
{
    (void)state;
    draw_round();
    assert_finish(ONE, true, 0, 1, false);
    assert_stands(ONE, 1, AGENCY_DRAWN);
    assert_true(rounds_announce(&rounds, ONE, 1));
    assert_finish(ONE, true, 0, 2, true);
    assert_stands(ONE, 2, AGENCY_WAITING);
    assert_int_equal(rounds.agency[ONE].bets, 0);
}

/* ---- RECEIPT --------------------------------------------------------------------------------- */

static void receipt_has_no_effect_if_its_round_has_ended(void **state)
{
    struct rounds before;

    (void)state;
    end_round();
    before = rounds;
    assert_false(rounds_receipt(&rounds, ONE, 1));
    assert_memory_equal(&rounds, &before, sizeof before);
    draw_round();
    before = rounds;
    assert_false(rounds_receipt(&rounds, ONE, 1));
    assert_memory_equal(&rounds, &before, sizeof before);
}

static void receipt_has_no_effect_before_the_draw(void **state)
{
    struct rounds before = rounds;

    (void)state;
    assert_false(rounds_receipt(&rounds, ONE, 1));
    assert_memory_equal(&rounds, &before, sizeof before);
    assert_finish(ONE, false, 0, 1, true);
    before = rounds;
    assert_false(rounds_receipt(&rounds, ONE, 1));
    assert_false(rounds_receipt(&rounds, ONE, 2));
    assert_memory_equal(&rounds, &before, sizeof before);
}

/* ---- An agency that does not come ------------------------------------------------------------ */

static void absent_agency_is_finished_with_the_bets_that_it_has(void **state)
{
    (void)state;
    uint32_t round = 0;

    assert_true(rounds_take_bets(&rounds, ONE, KEY_BATCH, 3));
    assert_true(rounds_finish(&rounds, TWO, false, 0).closes);
    assert_int_equal(rounds_finish_absent(&rounds, ONE), ROUNDS_ABSENT_CLOSED);
    assert_stands(ONE, 1, AGENCY_WAITING);
    assert_int_equal(rounds.agency[ONE].bets, 3);
    assert_true(rounds_all_wait(&rounds, &round));
    assert_finish(ONE, true, 0, 1, false); /* it comes after all, and asks for that round */
}

static void absent_agency_is_finished_although_nobody_waits(void **state)
{
    (void)state;
    end_round();
    assert_int_equal(rounds_finish_absent(&rounds, TWO), ROUNDS_ABSENT_CLOSED);
    assert_stands(TWO, 2, AGENCY_WAITING);
    assert_stands(ONE, 2, AGENCY_OPEN);
}

static void agency_that_waits_is_not_finished_again(void **state)
{
    (void)state;
    struct rounds before;

    assert_true(rounds_finish(&rounds, ONE, false, 0).closes);
    before = rounds;
    assert_int_equal(rounds_finish_absent(&rounds, ONE), ROUNDS_ABSENT_WAITS);
    assert_memory_equal(&rounds, &before, sizeof before);
}

static void agency_that_did_not_collect_is_finished_once_others_wait_in_the_next_round(void **state)
{
    (void)state;
    uint32_t round = 0;

    draw_round();
    assert_int_equal(rounds_finish_absent(&rounds, ONE), ROUNDS_ABSENT_DRAWN);
    assert_stands(ONE, 1, AGENCY_DRAWN);
    assert_true(rounds_receipt(&rounds, TWO, 1));
    assert_int_equal(rounds_finish_absent(&rounds, ONE), ROUNDS_ABSENT_DRAWN);
    assert_true(rounds_finish(&rounds, TWO, true, 0).closes);
    assert_int_equal(rounds_finish_absent(&rounds, ONE), ROUNDS_ABSENT_CLOSED);
    assert_stands(ONE, 2, AGENCY_WAITING);
    assert_int_equal(rounds.agency[ONE].bets, 0);
    assert_true(rounds_all_wait(&rounds, &round));
    assert_int_equal(round, 2);
}

/* ---- Winners --------------------------------------------------------------------------------- */

static void announcement_is_news_once(void **state)
{
    (void)state;
    assert_false(rounds_announce(&rounds, ONE, 1));
    draw_round();
    assert_false(rounds_announce(&rounds, ONE, 2));
    assert_true(rounds_announce(&rounds, ONE, 1));
    assert_false(rounds_announce(&rounds, ONE, 1));
    assert_false(rounds.agency[TWO].announced);
    assert_true(rounds_receipt(&rounds, ONE, 1));
    assert_false(rounds_announce(&rounds, ONE, 1));
}

static void announcement_does_not_outlive_its_round(void **state)
{
    (void)state;
    end_round();
    draw_round();
    assert_false(rounds.agency[ONE].announced);
    assert_false(rounds_take_bets(&rounds, ONE, KEY_BATCH, 1));
}

static void too_many_winners_end_the_round_as_by_a_receipt(void **state)
{
    (void)state;
    draw_round();
    assert_true(rounds_pass_over(&rounds, ONE, 1));
    assert_stands(ONE, 2, AGENCY_OPEN);
    assert_true(rounds.agency[ONE].may_close_empty);
    assert_false(rounds_pass_over(&rounds, ONE, 1));
    assert_stands(ONE, 2, AGENCY_OPEN);
}

static void finish_after_too_many_winners_closes_the_next_round_without_bets(void **state)
{
    (void)state;
    draw_round();
    assert_true(rounds_pass_over(&rounds, ONE, 1));
    assert_finish(ONE, false, 0, 2, true);
    assert_stands(ONE, 2, AGENCY_WAITING);
    assert_false(rounds.agency[ONE].may_close_empty);
}

static void finish_after_too_many_winners_closes_the_next_round_with_bets(void **state)
{
    (void)state;
    draw_round();
    assert_true(rounds_pass_over(&rounds, ONE, 1));
    assert_true(rounds_take_bets(&rounds, ONE, KEY_BATCH, 1));
    assert_finish(ONE, false, 0, 2, true);
    assert_false(rounds.agency[ONE].may_close_empty);
}

static void round_is_drawn_from_its_draw_on(void **state)
{
    (void)state;
    assert_false(rounds_is_drawn(&rounds, ONE, 1));
    assert_finish(ONE, false, 0, 1, true);
    assert_false(rounds_is_drawn(&rounds, ONE, 1));
    assert_finish(TWO, false, 0, 1, true);
    rounds_draw(&rounds);
    assert_true(rounds_is_drawn(&rounds, ONE, 1));
    assert_false(rounds_is_drawn(&rounds, ONE, 2));
    assert_true(rounds_receipt(&rounds, ONE, 1));
    assert_true(rounds_is_drawn(&rounds, ONE, 1));
    assert_false(rounds_is_drawn(&rounds, ONE, 2));
}

static void collected_counts_rounds_that_every_agency_left(void **state)
{
    (void)state;
    draw_round();
    assert_int_equal(rounds_collected(&rounds), 0);
    assert_true(rounds_receipt(&rounds, ONE, 1));
    assert_int_equal(rounds_collected(&rounds), 0);
    assert_true(rounds_receipt(&rounds, TWO, 1));
    assert_int_equal(rounds_collected(&rounds), 1);
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(rounds_serve_1_to_n_only),
        TEST(every_agency_begins_open_in_round_1),
        TEST(finish_moves_open_to_waiting),
        TEST(draw_moves_waiting_to_drawn_when_all_wait),
        TEST(barrier_waits_for_the_last_of_255),
        TEST(receipt_moves_drawn_to_open_in_the_next_round),
        TEST(bets_are_taken_and_counted_in_open),
        TEST(bets_are_refused_in_waiting),
        TEST(bets_are_refused_in_drawn_before_the_winners_were_written),
        TEST(batch_stands_for_a_lost_receipt_after_the_winners_were_written),
        TEST(single_does_not_stand_for_a_receipt),
        TEST(finish_in_waiting_counts_once),
        TEST(finish_in_drawn_asks_for_the_same_round),
        TEST(finish_closes_an_empty_first_round),
        TEST(finish_without_a_bet_elsewhere_repeats_the_winners_before),
        TEST(finish_without_a_bet_closes_on_a_connection_that_carried_the_receipt),
        TEST(receipt_of_an_earlier_round_closes_no_empty_one),
        TEST(finish_with_a_bet_closes_on_any_connection),
        TEST(finish_with_a_new_key_closes_an_empty_round),
        TEST(finish_with_a_new_key_stands_for_the_receipt_once_winners_were_written),
        TEST(receipt_has_no_effect_if_its_round_has_ended),
        TEST(receipt_has_no_effect_before_the_draw),
        TEST(announcement_is_news_once),
        TEST(announcement_does_not_outlive_its_round),
        TEST(too_many_winners_end_the_round_as_by_a_receipt),
        TEST(absent_agency_is_finished_with_the_bets_that_it_has),
        TEST(absent_agency_is_finished_although_nobody_waits),
        TEST(agency_that_waits_is_not_finished_again),
        TEST(agency_that_did_not_collect_is_finished_once_others_wait_in_the_next_round),
        TEST(finish_after_too_many_winners_closes_the_next_round_without_bets),
        TEST(finish_after_too_many_winners_closes_the_next_round_with_bets),
        TEST(round_is_drawn_from_its_draw_on),
        TEST(collected_counts_rounds_that_every_agency_left),
    };
    return cmocka_run_group_tests_name("server_rounds", tests, NULL, NULL);
}
