/*
 * Lingering: when a group waits for those who were there a moment ago, and for how long. No clock:
 * times are given.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/committer/commit_delay.h"

enum { SLOW_NS = 1000000 };

static void first_group_waits_for_nobody(void **state)
{
    const struct commit_delay delay = { 0 };

    (void)state;
    assert_int_equal(commit_delay_ns(&delay, 1, 0), 0);
}

static void group_waits_half_a_commit_for_those_of_the_last_one(void **state)
{
    struct commit_delay delay = { 0 };

    (void)state;
    commit_delay_learn(&delay, SLOW_NS, 5, 0);
    assert_int_equal(commit_delay_ns(&delay, 4, 0), SLOW_NS / 2);
    assert_int_equal(commit_delay_ns(&delay, 4, SLOW_NS / 2 - 1), 1);
    assert_int_equal(commit_delay_ns(&delay, 4, SLOW_NS / 2), 0);
}

static void group_does_not_wait_once_all_are_there(void **state)
{
    struct commit_delay delay = { 0 };

    (void)state;
    commit_delay_learn(&delay, SLOW_NS, 5, 0);
    assert_int_equal(commit_delay_ns(&delay, 5, 0), 0);
    assert_int_equal(commit_delay_ns(&delay, 6, 0), 0);
}

/* One takes turns with four: after two groups all five are expected, and stay so when they come
 * together. */
static void two_groups_that_take_turns_become_one(void **state)
{
    struct commit_delay delay = { 0 };

    (void)state;
    commit_delay_learn(&delay, SLOW_NS, 1, 0);
    commit_delay_learn(&delay, SLOW_NS, 4, 0);
    assert_true(commit_delay_ns(&delay, 4, 0) > 0);
    assert_int_equal(commit_delay_ns(&delay, 5, 0), 0);
    commit_delay_learn(&delay, SLOW_NS, 5, 4);
    assert_int_equal(commit_delay_ns(&delay, 5, 0), 0);
    commit_delay_learn(&delay, SLOW_NS, 5, 5);
    assert_true(commit_delay_ns(&delay, 4, 0) > 0);
    assert_int_equal(commit_delay_ns(&delay, 5, 0), 0);
}

static void those_who_left_are_expected_for_two_groups(void **state)
{
    struct commit_delay delay = { 0 };

    (void)state;
    commit_delay_learn(&delay, SLOW_NS, 5, 0);
    commit_delay_learn(&delay, SLOW_NS, 1, 1);
    assert_true(commit_delay_ns(&delay, 1, 0) > 0);
    commit_delay_learn(&delay, SLOW_NS, 1, 1);
    assert_int_equal(commit_delay_ns(&delay, 1, 0), 0);
}

static void fast_disk_is_not_waited_for(void **state)
{
    struct commit_delay delay = { 0 };

    (void)state;
    commit_delay_learn(&delay, COMMIT_DELAY_WORTH_NS - 1, 5, 0);
    assert_int_equal(commit_delay_ns(&delay, 1, 0), 0);
    commit_delay_learn(&delay, COMMIT_DELAY_WORTH_NS, 5, 1);
    assert_int_equal(commit_delay_ns(&delay, 1, 0), COMMIT_DELAY_WORTH_NS / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_group_waits_for_nobody),
        cmocka_unit_test(group_waits_half_a_commit_for_those_of_the_last_one),
        cmocka_unit_test(group_does_not_wait_once_all_are_there),
        cmocka_unit_test(two_groups_that_take_turns_become_one),
        cmocka_unit_test(those_who_left_are_expected_for_two_groups),
        cmocka_unit_test(fast_disk_is_not_waited_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
