/* Whose bytes were refused, and until when that counts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lottery/refusals.h"

#define HOME UINT64_C(0x7f000001)
#define ELSEWHERE UINT64_C(0x7f000002)

static struct refusals refusals;

static int begin(void **state)
{
    (void)state;
    refusals = (struct refusals){ 0 };
    return 0;
}

static void nothing_was_refused_at_first(void **state)
{
    (void)state;
    assert_false(refusals_came_from(&refusals, 1, HOME));
    assert_false(refusals_came_from(&refusals, 1, 0));
}

static void refusal_counts_for_its_agency_and_its_address(void **state)
{
    (void)state;
    refusals_note(&refusals, 1, HOME);
    assert_true(refusals_came_from(&refusals, 1, HOME));
    assert_false(refusals_came_from(&refusals, 1, ELSEWHERE));
    assert_false(refusals_came_from(&refusals, 2, HOME));
}

static void frame_that_is_taken_forgets_what_was_refused_before(void **state)
{
    (void)state;
    refusals_note(&refusals, 1, HOME);
    refusals_note(&refusals, 2, HOME);
    refusals_take(&refusals, 1);
    assert_false(refusals_came_from(&refusals, 1, HOME));
    assert_true(refusals_came_from(&refusals, 2, HOME));
    refusals_note(&refusals, 1, HOME);
    assert_true(refusals_came_from(&refusals, 1, HOME));
}

/* As after a rollback: the frame was not taken. */
static void what_was_forgotten_comes_back(void **state)
{
    struct refusals_taken before;

    (void)state;
    refusals_note(&refusals, 1, HOME);
    before = refusals.taken;
    refusals_take(&refusals, 1);
    refusals_note(&refusals, 1, ELSEWHERE);
    refusals.taken = before;
    assert_true(refusals_came_from(&refusals, 1, HOME));
    assert_true(refusals_came_from(&refusals, 1, ELSEWHERE));
}

static void oldest_address_makes_room(void **state)
{
    (void)state;
    refusals_note(&refusals, 1, HOME);
    for (uint64_t address = 1; address < REFUSALS_ADDRESSES; address++)
        refusals_note(&refusals, 1, address);
    assert_true(refusals_came_from(&refusals, 1, HOME));
    refusals_note(&refusals, 1, HOME); /* it is the latest again */
    refusals_note(&refusals, 1, ELSEWHERE);
    assert_true(refusals_came_from(&refusals, 1, HOME));
    assert_true(refusals_came_from(&refusals, 1, ELSEWHERE));
    assert_false(refusals_came_from(&refusals, 1, 1));
    assert_true(refusals_came_from(&refusals, 1, 2));
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nothing_was_refused_at_first),
        TEST(refusal_counts_for_its_agency_and_its_address),
        TEST(frame_that_is_taken_forgets_what_was_refused_before),
        TEST(what_was_forgotten_comes_back),
        TEST(oldest_address_makes_room),
    };
    return cmocka_run_group_tests_name("lottery_refusals", tests, NULL, NULL);
}
