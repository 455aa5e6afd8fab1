/* Whose unfinished frame has to go when there are too many bytes of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/worker/unfinished.h"

#define AGENCY 1u /* addresses */
#define STRANGER 2u
#define OTHER 3u

static const char *choose(struct unfinished *frames, size_t count)
{
    const struct unfinished *chosen = unfinished_choose(frames, count);
    return chosen == NULL ? "none" : chosen->owner;
}

static void none_goes_where_there_is_none(void **state)
{
    (void)state;
    assert_string_equal(choose((struct unfinished[]){ { 0 } }, 0), "none");
}

static void largest_goes(void **state)
{
    struct unfinished frames[] = { { STRANGER, 10, false, "small" },
                                   { STRANGER, 30, false, "large" },
                                   { STRANGER, 20, false, "middle" } };

    (void)state;
    assert_string_equal(choose(frames, 3), "large");
}

static void address_that_has_most_pays_even_if_another_has_the_largest(void **state)
{
    struct unfinished frames[] = { { STRANGER, 30, false, "one of many" },
                                   { OTHER, 40, false, "alone" },
                                   { STRANGER, 20, false, "another of many" } };

    (void)state;
    assert_string_equal(choose(frames, 3), "one of many");
}

static void connection_that_never_had_a_frame_taken_goes_first(void **state)
{
    struct unfinished frames[] = { { AGENCY, 1000, true, "agency" },
                                   { AGENCY, 1000, true, "agency" },
                                   { STRANGER, 1, false, "stranger" } };

    (void)state;
    assert_string_equal(choose(frames, 3), "stranger");
}

/* Bytes of connections that are not asked yet do not count against their neighbours. */
static void neighbours_that_had_one_taken_are_not_counted(void **state)
{
    struct unfinished frames[] = { { AGENCY, 1000, true, "taken" },
                                   { AGENCY, 5, false, "new" },
                                   { STRANGER, 6, false, "stranger" } };

    (void)state;
    assert_string_equal(choose(frames, 3), "stranger");
}

static void where_all_had_one_taken_the_largest_of_the_most_goes(void **state)
{
    struct unfinished frames[] = { { AGENCY, 7, true, "agency" },
                                   { STRANGER, 4, true, "smaller" },
                                   { STRANGER, 5, true, "larger" } };

    (void)state;
    assert_string_equal(choose(frames, 3), "larger");
}

#define TEST(name) cmocka_unit_test(name)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(none_goes_where_there_is_none),
        TEST(largest_goes),
        TEST(address_that_has_most_pays_even_if_another_has_the_largest),
        TEST(connection_that_never_had_a_frame_taken_goes_first),
        TEST(neighbours_that_had_one_taken_are_not_counted),
        TEST(where_all_had_one_taken_the_largest_of_the_most_goes),
    };
    return cmocka_run_group_tests_name("server_unfinished", tests, NULL, NULL);
}
