/*
 * Numbers of which a log shows the last digits alone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/masked_number.h"

static void assert_shown(uint32_t number, bool masked, const char *wanted)
{
    char text[MASKED_NUMBER_MAX];

    assert_string_equal(masked_number(number, masked, text), wanted);
}

static void number_is_shown_whole_unless_it_is_masked(void **state)
{
    (void)state;
    assert_shown(0, false, "0");
    assert_shown(30904465, false, "30904465");
    assert_shown(UINT32_MAX, false, "4294967295");
}

static void masked_number_shows_its_last_three_digits(void **state)
{
    (void)state;
    assert_shown(30904465, true, "*****465");
    assert_shown(1000, true, "*000");
    assert_shown(UINT32_MAX, true, "*******295");
}

static void masked_number_of_few_digits_shows_none(void **state)
{
    (void)state;
    assert_shown(0, true, "*");
    assert_shown(999, true, "***");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(number_is_shown_whole_unless_it_is_masked),
        cmocka_unit_test(masked_number_shows_its_last_three_digits),
        cmocka_unit_test(masked_number_of_few_digits_shows_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
