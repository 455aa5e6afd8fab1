/*
 * The database's clock, as a server knows it: what is surely before what.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/system.h"
#include "store/postgresql/store_clock.h"

#define SECOND_US INT64_C(1000000)
#define SECOND_NS UINT64_C(1000000000)

/* A measurement between two readings of our clock, of which the first is that many seconds ago. */
static void measure(struct store_clock *clock, int64_t ahead_us, int64_t took_us)
{
    store_clock_begin(clock);
    clock->asked_us -= took_us;
    store_clock_end(clock, (int64_t)(clock_ns() / 1000) + ahead_us);
}

static struct moment now(const struct store_clock *clock)
{
    return store_clock_moment(clock, clock_ns());
}

static void nothing_is_before_anything_while_nothing_is_known(void **state)
{
    const struct store_clock clock = { 0 };
    const struct moment first = store_clock_moment(&clock, 1), second = now(&clock);

    (void)state;
    assert_false(moment_is_before(&first, &second));
    assert_false(moment_is_before(&second, &first));
}

static void times_that_are_further_apart_than_is_unsure_have_an_order(void **state)
{
    struct store_clock clock = { 0 };

    (void)state;
    measure(&clock, 1000 * SECOND_US, SECOND_US);
    const struct moment long_ago = store_clock_moment(&clock, clock_ns() - 10 * SECOND_NS), present = now(&clock);
    const struct moment just_before = store_clock_moment(&clock, clock_ns() - SECOND_NS / 2);
    assert_true(moment_is_before(&long_ago, &present));
    assert_false(moment_is_before(&present, &long_ago));
    assert_false(moment_is_before(&just_before, &present));
}

static void quick_answer_after_a_slow_one_is_what_counts(void **state)
{
    struct store_clock clock = { 0 };

    (void)state;
    measure(&clock, 0, 3600 * SECOND_US);
    const struct moment unsure = now(&clock);
    measure(&clock, 0, 0);
    const struct moment sure = now(&clock);
    assert_true(unsure.latest_us - unsure.earliest_us >= 3600 * SECOND_US);
    assert_true(sure.latest_us - sure.earliest_us < 3600 * SECOND_US);
}

/* What came before a jump may be meant by either clock. */
static void clock_that_jumps_leaves_both_times_possible(void **state)
{
    struct store_clock clock = { 0 };

    (void)state;
    measure(&clock, 0, 0);
    measure(&clock, 20 * SECOND_US, 0);
    const struct moment before = store_clock_moment(&clock, clock_ns() - 10 * SECOND_NS), present = now(&clock);
    assert_true(present.latest_us - present.earliest_us >= 20 * SECOND_US);
    assert_false(moment_is_before(&before, &present));
}

static void another_primary_has_another_clock(void **state)
{
    struct store_clock clock = { 0 };

    (void)state;
    measure(&clock, 3600 * SECOND_US, 0);
    store_clock_begin(&clock);
    store_clock_forget(&clock); /* it shows by its answer that it is another one */
    assert_true(now(&clock).latest_us == INT64_MAX);
    store_clock_end(&clock, (int64_t)(clock_ns() / 1000));
    const struct moment present = now(&clock);
    assert_true(present.latest_us - present.earliest_us < 1000 * SECOND_US);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(nothing_is_before_anything_while_nothing_is_known),
                                        cmocka_unit_test(times_that_are_further_apart_than_is_unsure_have_an_order),
                                        cmocka_unit_test(quick_answer_after_a_slow_one_is_what_counts),
                                        cmocka_unit_test(clock_that_jumps_leaves_both_times_possible),
                                        cmocka_unit_test(another_primary_has_another_clock) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
