/*
 * Waits that double up to a bound, and the random part of them that is waited.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/backoff.h"

static void backoff_doubles_up_to_its_bound(void **state)
{
    (void)state;
    static const uint64_t waits[] = { 100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000 };
    struct backoff backoff = { .first_ms = 100, .most_ms = 5000 };
    for (size_t i = 0; i < sizeof waits / sizeof waits[0]; i++) {
        assert_int_equal(backoff_next(&backoff), waits[i]);
        assert_int_equal(backoff.wait_ms, waits[i]);
    }
}

static void backoff_begins_anew_after_a_reset(void **state)
{
    (void)state;
    struct backoff backoff = { .first_ms = 7, .most_ms = 1000 };
    (void)backoff_next(&backoff);
    (void)backoff_next(&backoff);
    backoff_reset(&backoff);
    assert_int_equal(backoff.wait_ms, 0);
    assert_int_equal(backoff_next(&backoff), 7);
    assert_int_equal(backoff_next(&backoff), 14);
}

static void backoff_reaches_its_bound_without_overflow(void **state)
{
    (void)state;
    struct backoff backoff = { .first_ms = UINT64_MAX / 2, .most_ms = UINT64_MAX };
    assert_int_equal(backoff_next(&backoff), UINT64_MAX / 2);
    assert_int_equal(backoff_next(&backoff), UINT64_MAX - 1);
    assert_int_equal(backoff_next(&backoff), UINT64_MAX);
    assert_int_equal(backoff_next(&backoff), UINT64_MAX);
}

static void backoff_stays_where_first_and_most_are_one(void **state)
{
    (void)state;
    struct backoff backoff = { .first_ms = 1, .most_ms = 1 };
    assert_int_equal(backoff_next(&backoff), 1);
    assert_int_equal(backoff_next(&backoff), 1);
}

static void jitter_takes_every_wait_from_half_to_all(void **state)
{
    (void)state;
    unsigned seen[11] = { 0 };
    uint64_t random = 1;
    for (unsigned i = 0; i < 1000; i++) {
        uint64_t wait_ms = backoff_jitter(&random, 10);
        assert_in_range(wait_ms, 5, 10);
        seen[wait_ms]++;
    }
    for (unsigned wait_ms = 5; wait_ms <= 10; wait_ms++)
        assert_true(seen[wait_ms] > 0);
}

static void jitter_leaves_waits_of_0_and_1(void **state)
{
    (void)state;
    uint64_t random = 1;
    assert_int_equal(backoff_jitter(&random, 0), 0);
    assert_int_equal(backoff_jitter(&random, 1), 1);
}

static void jitters_of_two_programs_differ(void **state)
{
    (void)state;
    uint64_t one = 1, other = 2;
    unsigned equal = 0;
    for (unsigned i = 0; i < 100; i++)
        equal += backoff_jitter(&one, 1000) == backoff_jitter(&other, 1000);
    assert_in_range(equal, 0, 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(backoff_doubles_up_to_its_bound),
        cmocka_unit_test(backoff_begins_anew_after_a_reset),
        cmocka_unit_test(backoff_reaches_its_bound_without_overflow),
        cmocka_unit_test(backoff_stays_where_first_and_most_are_one),
        cmocka_unit_test(jitter_takes_every_wait_from_half_to_all),
        cmocka_unit_test(jitter_leaves_waits_of_0_and_1),
        cmocka_unit_test(jitters_of_two_programs_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
