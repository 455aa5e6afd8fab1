/*
 * Rounds: all short sequences, and some long ones, of what two agencies may do, against what must
 * hold after each step (protocol, section 7). Knows no store and no connection.
 *
 * TEST_ROUNDS below 1,000,000 makes the walks shorter, for slow instruments.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "lottery/rounds.h"
#include "unit/codec/codec_random.h"

enum { ONE = 1, TWO = 2, SERVED = 2 };

static struct rounds rounds;

static int begin(void **state)
{
    (void)state;
    rounds_init(&rounds, SERVED);
    return 0;
}

enum action {
    BATCH,
    SINGLE,
    FINISH,
    FINISH_AFTER_RECEIPT,
    FINISH_NEW_KEY,
    RECEIPT,
    LATE_RECEIPT,
    ANNOUNCE,
    PASS_OVER,
    ACTIONS
};

#define CHOICES (SERVED * ACTIONS + 1) /* of a step; the last one is the draw */
#define WALKED_ROUNDS 4096

static unsigned draws[WALKED_ROUNDS]; /* of each round, on the walk under way */

static struct agency_state *stands(uint8_t agency)
{
    return &rounds.agency[agency];
}

static void assert_same(const struct agency_state *one, const struct agency_state *other)
{
    if (one->round != other->round || one->phase != other->phase || one->announced != other->announced ||
        one->may_close_empty != other->may_close_empty || one->bets != other->bets)
        fail_msg("a state has changed that must not");
}

static void check_bets(uint8_t agency, enum key_use use, const struct agency_state *was)
{
    const bool stands_for_receipt = was->phase == AGENCY_DRAWN && was->announced && use == KEY_BATCH;
    const bool taken = rounds_take_bets(&rounds, agency, use, 1);

    assert_int_equal(taken, was->phase == AGENCY_OPEN || stands_for_receipt);
    if (!taken)
        assert_same(stands(agency), was);
    else
        assert_int_equal(stands(agency)->bets, stands_for_receipt ? 1 : was->bets + 1);
}

static void check_finish(uint8_t agency, bool new_key, uint32_t receipt_for, const struct agency_state *was)
{
    const bool opens = was->phase == AGENCY_DRAWN && was->announced && new_key;
    const bool is_sure =
        new_key || was->bets > 0 || was->round == 1 || was->may_close_empty || receipt_for == was->round - 1;
    const struct rounds_finish finish = rounds_finish(&rounds, agency, new_key, receipt_for);

    assert_int_equal(finish.closes, opens || (was->phase == AGENCY_OPEN && is_sure));
    if (!finish.closes) {
        assert_same(stands(agency), was);
        assert_int_equal(finish.round, was->phase == AGENCY_OPEN ? was->round - 1 : was->round);
        return;
    }
    assert_int_equal(finish.round, opens ? was->round + 1 : was->round);
    assert_int_equal(stands(agency)->round, finish.round);
    assert_int_equal(stands(agency)->phase, AGENCY_WAITING);
    assert_false(stands(agency)->may_close_empty);
}

static void check_end(uint8_t agency, bool moved, bool passed_over, uint32_t round, const struct agency_state *was)
{
    assert_int_equal(moved, was->phase == AGENCY_DRAWN && was->round == round);
    if (!moved) {
        assert_same(stands(agency), was);
        return;
    }
    const struct agency_state next = { .round = round + 1, .phase = AGENCY_OPEN, .may_close_empty = passed_over };
    assert_same(stands(agency), &next);
}

static void check_announce(uint8_t agency, const struct agency_state *was)
{
    struct agency_state expected = *was;
    const bool is_news = was->phase == AGENCY_DRAWN && !was->announced;

    expected.announced |= is_news;
    assert_int_equal(rounds_announce(&rounds, agency, was->round), is_news);
    assert_same(stands(agency), &expected);
}

static void act(uint8_t agency, enum action action)
{
    const struct agency_state was = *stands(agency);

    switch (action) {
    case BATCH:
        check_bets(agency, KEY_BATCH, &was);
        break;
    case SINGLE:
        check_bets(agency, KEY_SINGLE, &was);
        break;
    case FINISH:
        check_finish(agency, false, 0, &was);
        break;
    case FINISH_AFTER_RECEIPT:
        check_finish(agency, false, was.round - 1, &was);
        break;
    case FINISH_NEW_KEY:
        check_finish(agency, true, 0, &was);
        break;
    case RECEIPT:
        check_end(agency, rounds_receipt(&rounds, agency, was.round), false, was.round, &was);
        break;
    case LATE_RECEIPT:
        check_end(agency, rounds_receipt(&rounds, agency, was.round - 1), false, was.round - 1, &was);
        break;
    case ANNOUNCE:
        check_announce(agency, &was);
        break;
    default:
        check_end(agency, rounds_pass_over(&rounds, agency, was.round), true, was.round, &was);
        break;
    }
}

/* True if it took place. */
static bool try_draw(void)
{
    const bool both = stands(ONE)->phase == AGENCY_WAITING && stands(TWO)->phase == AGENCY_WAITING;
    uint32_t round = 0;

    assert_int_equal(rounds_all_wait(&rounds, &round), both);
    if (!both)
        return false;
    assert_int_equal(round, stands(ONE)->round);
    rounds_draw(&rounds);
    draws[round]++;
    return true;
}

/* What must hold wherever the walk is. */
static void check_invariants(void)
{
    const uint32_t one = stands(ONE)->round, two = stands(TWO)->round;
    const uint32_t ahead = one > two ? one - two : two - one;

    assert_true(ahead <= 1);
    assert_int_equal(rounds_collected(&rounds), (one < two ? one : two) - 1);
    for (uint8_t agency = ONE; agency <= SERVED; agency++) {
        const struct agency_state *state = stands(agency);

        assert_int_equal(draws[state->round - 1], state->round > 1 ? 1 : 0);
        assert_true(draws[state->round] <= 1);
        if (state->phase == AGENCY_DRAWN)
            assert_int_equal(draws[state->round], 1);
        else
            assert_int_equal(draws[state->round], 0);
        assert_int_equal(rounds_is_drawn(&rounds, agency, state->round), draws[state->round]);
        if (state->phase != AGENCY_OPEN)
            assert_false(state->may_close_empty);
    }
}

/* One step; the other agency must not notice. False if there was nothing to do. */
static bool step(unsigned choice)
{
    const uint8_t agency = choice < ACTIONS ? ONE : TWO, other = agency == ONE ? TWO : ONE;
    const struct agency_state others = *stands(other);

    if (choice == SERVED * ACTIONS) {
        if (!try_draw())
            return false;
    } else {
        act(agency, (enum action)(choice % ACTIONS));
        assert_same(stands(other), &others);
    }
    check_invariants();
    return true;
}

static unsigned long walk(unsigned steps_left)
{
    unsigned long sequences = 1;

    if (steps_left == 0)
        return sequences;
    for (unsigned choice = 0; choice < CHOICES; choice++) {
        const struct agency_state one = *stands(ONE), two = *stands(TWO);

        if (!step(choice))
            continue;
        sequences += walk(steps_left - 1);
        if (choice == SERVED * ACTIONS)
            draws[one.round]--;
        *stands(ONE) = one;
        *stands(TWO) = two;
    }
    return sequences;
}

/* From each place that a pair of agencies can be in between rounds. */
static void all_short_sequences_keep_the_rules(void **state)
{
    const unsigned steps = number_from_environment("TEST_ROUNDS", 1000000) < 1000000 ? 5 : 6;

    (void)state;
    memset(draws, 0, sizeof draws);
    assert_true(walk(steps) > 10000);
    for (uint8_t agency = ONE; agency <= SERVED; agency++)
        act(agency, FINISH);
    assert_true(try_draw());
    assert_true(walk(steps - 1) > 10000);
    assert_true(rounds_announce(&rounds, ONE, 1));
    assert_true(rounds_announce(&rounds, TWO, 1));
    assert_true(walk(steps - 1) > 10000);
    assert_true(rounds_receipt(&rounds, ONE, 1));
    assert_true(walk(steps - 1) > 10000);
}

/* Hundreds of rounds by chance, at an even pace. */
static void long_sequences_keep_the_rules(void **state)
{
    (void)state;
    random_begin();
    memset(draws, 0, sizeof draws);
    for (unsigned i = 0; i < 20000 && stands(ONE)->round < WALKED_ROUNDS - 2; i++)
        (void)step(random_below(CHOICES));
    assert_true(rounds_collected(&rounds) > 100);
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(all_short_sequences_keep_the_rules),
        TEST(long_sequences_keep_the_rules),
    };
    return cmocka_run_group_tests_name("server_rounds_walk", tests, NULL, NULL);
}
