/*
 * sorteo load: the percentiles of what was noted.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tool/load/times.h"

static void percentiles_are_exact(void **state)
{
    struct times times = { 0 };

    (void)state;
    assert_int_equal(times_percentile(&times, 0.5), 0);
    for (uint64_t i = 10000; i > 0; i--)
        times_add(&times, &(struct time_note){ .took_ns = i });
    times_sort(&times);
    assert_int_equal(times.count, 10000);
    assert_int_equal(times_percentile(&times, 0.5), 5001);
    assert_int_equal(times_percentile(&times, 0.99), 9901);
    assert_int_equal(times_percentile(&times, 1), 10000);
    times_fini(&times);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(percentiles_are_exact),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
