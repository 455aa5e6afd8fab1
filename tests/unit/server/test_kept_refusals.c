/*
 * Refusals that outlive the committer: the next one reads what the last whole copy says.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "server/channel/kept_refusals.h"

#define HOME 7u

static struct kept_refusals kept;
static struct refusals before, after;

static int begin(void **state)
{
    (void)state;
    memset(&kept, 0, sizeof kept); /* as a new file is */
    memset(&before, 0, sizeof before);
    memset(&after, 0xff, sizeof after);
    return 0;
}

static void first_committer_finds_that_nothing_was_refused(void **state)
{
    (void)state;
    kept_refusals_read(&kept, &after);
    assert_memory_equal(&after, &before, sizeof after);
}

static void next_committer_knows_what_was_refused_and_taken(void **state)
{
    (void)state;
    refusals_note(&before, 1, HOME);
    kept_refusals_write(&kept, &before);
    refusals_note(&before, 2, HOME);
    refusals_take(&before, 1);
    kept_refusals_write(&kept, &before);
    kept_refusals_read(&kept, &after);
    assert_false(refusals_came_from(&after, 1, HOME));
    assert_true(refusals_came_from(&after, 2, HOME));
    refusals_note(&after, 1, HOME); /* it counts on */
    assert_true(refusals_came_from(&after, 1, HOME));
}

/* As a committer leaves it that dies while it writes: one copy is neither old nor new. */
static void copy_that_was_not_finished_is_not_read(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        refusals_note(&before, 1, HOME + i);
        kept_refusals_write(&kept, &before);
        memset(&kept.copies[(kept.written + 1) % 2], 0xa5, sizeof kept.copies[0]);
        kept_refusals_read(&kept, &after);
        assert_memory_equal(&after, &before, sizeof after);
    }
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(first_committer_finds_that_nothing_was_refused),
        TEST(next_committer_knows_what_was_refused_and_taken),
        TEST(copy_that_was_not_finished_is_not_read),
    };
    return cmocka_run_group_tests_name("server_kept_refusals", tests, NULL, NULL);
}
