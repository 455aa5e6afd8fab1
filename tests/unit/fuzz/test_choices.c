/*
 * Does an input keep its dialect when there is one more? Inputs that fuzzing has kept are worth
 * nothing if a byte that meant one dialect means another one after the next is added.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fuzz.h"

/* Those that there were when the first inputs were kept; their numbers do not change. */
static const enum sorteo_dialect first[] = { SORTEO_WIDE, SORTEO_COMPACT, SORTEO_KEYED };
#define FIRST_COUNT (sizeof first / sizeof *first)

static void test_first_dialect_is_chosen_among_those_that_there_were(void **state)
{
    enum sorteo_dialect dialect;

    (void)state;
    for (uint64_t choice = 0; choice < 256; choice++) {
        assert_true(fuzz_dialect_at(choice, 0, &dialect));
        assert_int_equal(dialect, first[choice % FIRST_COUNT]);
    }
}

static void test_every_later_dialect_is_tried_with_each_input_once(void **state)
{
    enum sorteo_dialect dialect;

    (void)state;
    for (uint64_t choice = 0; choice < 256; choice++) {
        unsigned later = 0;
        for (; fuzz_dialect_at(choice, 1 + later, &dialect); later++)
            assert_int_equal(dialect, FIRST_COUNT + later);
        assert_int_equal(later, sorteo_dialect_count() - FIRST_COUNT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_dialect_is_chosen_among_those_that_there_were),
        cmocka_unit_test(test_every_later_dialect_is_tried_with_each_input_once),
    };

    return cmocka_run_group_tests_name("choices", tests, NULL, NULL);
}
