/*
 * Libraries that are loaded when they are first needed: all functions or none, and a reason that
 * says what to look for.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "base/late_library.h"

#define MATHS "libm.so.6"

static __typeof__(hypot) *first, *second;

static void functions_are_filled_in(void **state)
{
    const struct late_function functions[] = { { "hypot", (void *)&first }, { "fmax", (void *)&second } };
    struct late_library library = { .soname = MATHS, .functions = functions, .count = 2 };

    (void)state;
    first = second = NULL;
    assert_null(late_library_load(&library));
    assert_true(first(3, 4) > 4.9 && first(3, 4) < 5.1);
    assert_true(second(3, 4) > 3.9 && second(3, 4) < 4.1);
    assert_null(late_library_load(&library));
}

static void library_that_is_not_there_is_named(void **state)
{
    const struct late_function function = { "hypot", (void *)&first };
    struct late_library library = { .soname = "libnowhere.so.1", .functions = &function, .count = 1 };

    (void)state;
    first = NULL;
    assert_non_null(strstr(late_library_load(&library), "libnowhere.so.1"));
    assert_null(first);
}

static void library_without_a_function_fills_in_none(void **state)
{
    const struct late_function functions[] = { { "hypot", (void *)&first }, { "no_such_function", (void *)&second } };
    struct late_library library = { .soname = MATHS, .functions = functions, .count = 2 };

    (void)state;
    first = second = NULL;
    assert_string_equal(late_library_load(&library), MATHS " has no function no_such_function");
    assert_null(first);
    assert_null(second);
}

/* It is tried once: a confined process would be told another reason. */
static void first_reason_stays(void **state)
{
    const struct late_function function = { "hypot", (void *)&first };
    struct late_library library = { .soname = "libnowhere.so.1", .functions = &function, .count = 1 };
    const char *reason = late_library_load(&library);

    (void)state;
    first = NULL;
    library.soname = MATHS;
    assert_ptr_equal(late_library_load(&library), reason);
    assert_non_null(strstr(reason, "libnowhere.so.1"));
    assert_null(first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(functions_are_filled_in),
        cmocka_unit_test(library_that_is_not_there_is_named),
        cmocka_unit_test(library_without_a_function_fills_in_none),
        cmocka_unit_test(first_reason_stays),
    };

    return cmocka_run_group_tests_name("late_library", tests, NULL, NULL);
}
