/*
 * What an acceptor leaves to the next: a worker may claim the connections that it was passed, each
 * once and as what it is, and no others.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "server/channel/passed.h"

#define MOST 4u
#define MINE 1u
#define OTHER 2u
#define PORT 3u

static struct passed_file *file;
static struct passed passed;

static int begin(void **state)
{
    (void)state;
    file = calloc(1, passed_size(MOST));
    return file != NULL && passed_open(&passed, file, MOST) ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    passed_close(&passed);
    free(file);
    return 0;
}

static struct counted_address seen(uint64_t group)
{
    return (struct counted_address){ .group = group, .origin = ADDRESS_SEEN };
}

static struct counted_address from(enum address_origin origin, uint64_t group)
{
    return (struct counted_address){ .group = group, .origin = origin };
}

static uint32_t pass(uint64_t number, struct counted_address address)
{
    uint32_t line = passed_put(&passed, number, address, PORT, MINE);

    assert_int_not_equal(line, PASSED_NOWHERE);
    return line;
}

/* This acceptor dies, and there is another one. */
static void succeed(void)
{
    passed_close(&passed);
    assert_true(passed_open(&passed, file, MOST));
}

static uint32_t claim(uint64_t number, struct counted_address address)
{
    return passed_claim(&passed, number, address, PORT, MINE);
}

static void assert_not_claimable(uint64_t number, struct counted_address address)
{
    assert_int_equal(claim(number, address), PASSED_NOWHERE);
}

static void connection_that_was_passed_is_claimed_once(void **state)
{
    (void)state;
    for (uint64_t number = 30; number > 0; number -= 10)
        pass(number, seen(7));
    succeed();
    for (uint64_t number = 10; number <= 30; number += 10) {
        assert_not_claimable(number + 1, seen(7));
        assert_int_not_equal(claim(number, seen(7)), PASSED_NOWHERE);
        assert_not_claimable(number, seen(7));
    }
}

static void acceptor_that_has_left_nothing_gives_nothing_to_claim(void **state)
{
    (void)state;
    assert_not_claimable(1, seen(7));
    pass(1, seen(7));
    assert_not_claimable(1, seen(7)); /* by this acceptor: it knows */
}

static void connection_of_another_worker_address_or_port_is_not_claimed(void **state)
{
    (void)state;
    pass(1, seen(7));
    succeed();
    assert_int_equal(passed_claim(&passed, 1, seen(7), PORT, OTHER), PASSED_NOWHERE);
    assert_int_equal(passed_claim(&passed, 1, seen(7), PORT - 1, MINE), PASSED_NOWHERE);
    assert_not_claimable(1, seen(8));
    assert_not_claimable(1, from(ADDRESS_REPORTED, 7));
    assert_not_claimable(1, from(ADDRESS_PROXY, 7));
    assert_int_not_equal(claim(1, seen(7)), PASSED_NOWHERE);
}

static void address_of_a_header_counts_as_it_was_reported_first(void **state)
{
    (void)state;
    pass(1, from(ADDRESS_PROXY, 7));
    pass(2, from(ADDRESS_PROXY, 7));
    passed_report(&passed, pass(3, from(ADDRESS_PROXY, 7)), from(ADDRESS_REPORTED, 9));
    succeed();
    assert_int_not_equal(claim(1, from(ADDRESS_PROXY, 7)), PASSED_NOWHERE);
    assert_not_claimable(2, seen(8));
    assert_int_not_equal(claim(2, from(ADDRESS_REPORTED, 8)), PASSED_NOWHERE);
    assert_not_claimable(3, from(ADDRESS_REPORTED, 8));
    assert_not_claimable(3, from(ADDRESS_PROXY, 7));
    assert_int_not_equal(claim(3, from(ADDRESS_REPORTED, 9)), PASSED_NOWHERE);
    succeed();
    assert_not_claimable(2, from(ADDRESS_REPORTED, 9)); /* what was claimed stays */
    assert_int_not_equal(claim(2, from(ADDRESS_REPORTED, 8)), PASSED_NOWHERE);
}

static void connection_that_is_gone_is_not_claimed(void **state)
{
    (void)state;
    passed_drop(&passed, pass(1, seen(7)));
    pass(2, seen(7));
    pass(3, seen(7));
    succeed();
    assert_not_claimable(1, seen(7));
    passed_drop(&passed, claim(2, seen(7)));
    passed_forget(&passed, OTHER);
    assert_int_not_equal(claim(3, seen(7)), PASSED_NOWHERE);
    succeed();
    assert_not_claimable(2, seen(7));
    passed_forget(&passed, MINE);
    assert_not_claimable(3, seen(7));
    succeed();
    assert_not_claimable(3, seen(7));
    passed_drop(&passed, PASSED_NOWHERE);
}

/* As an acceptor leaves it that dies while it writes a line: the number comes last. */
static void line_without_its_number_is_none(void **state)
{
    (void)state;
    uint32_t line = pass(1, seen(7));
    passed_drop(&passed, line);
    file->lines[line].address = seen(8);
    succeed();
    assert_not_claimable(0, seen(8));
    assert_int_equal(pass(2, seen(9)), line);
}

/* Whatever workers leave unclaimed: lines run out, and come back. */
static void lines_that_are_free_again_are_used_again(void **state)
{
    uint64_t number = 0;
    uint32_t lines = 0;

    (void)state;
    while (passed_put(&passed, ++number, seen(7), PORT, MINE) != PASSED_NOWHERE)
        lines++;
    assert_true(lines > 2 * MOST);
    succeed();
    assert_int_equal(passed_put(&passed, number, seen(7), PORT, MINE), PASSED_NOWHERE);
    passed_forget(&passed, MINE);
    for (uint32_t i = 0; i < lines; i++)
        pass(++number, seen(7));
    assert_int_equal(passed_put(&passed, ++number, seen(7), PORT, MINE), PASSED_NOWHERE);
    succeed();
    assert_int_not_equal(claim(number - 1, seen(7)), PASSED_NOWHERE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(connection_that_was_passed_is_claimed_once),
        TEST(acceptor_that_has_left_nothing_gives_nothing_to_claim),
        TEST(connection_of_another_worker_address_or_port_is_not_claimed),
        TEST(address_of_a_header_counts_as_it_was_reported_first),
        TEST(connection_that_is_gone_is_not_claimed),
        TEST(line_without_its_number_is_none),
        TEST(lines_that_are_free_again_are_used_again),
    };
    return cmocka_run_group_tests_name("server_passed", tests, NULL, NULL);
}
