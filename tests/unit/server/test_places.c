/*
 * Places: how many connections there may be, in all and of one address, and who makes room
 * (protocol, section 6).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "server/acceptor/places.h"

#define MOST 6u
#define MOST_OF_ADDRESS 3u

static struct places places;

static int begin(void **state)
{
    (void)state;
    return places_init(&places, MOST, MOST_OF_ADDRESS) ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    places_fini(&places);
    return 0;
}

static struct counted_address seen(uint64_t group)
{
    return (struct counted_address){ .group = group, .origin = ADDRESS_SEEN };
}

static struct place *add(uint64_t number, uint64_t address)
{
    struct place *place = places_add(&places, number, seen(address), 0);

    assert_non_null(place);
    places_settle(&places, place);
    return place;
}

static void assert_room(uint64_t address, enum places_room expected, const struct place *who)
{
    struct place *found = NULL;

    assert_int_equal(places_room(&places, seen(address), &found), expected);
    if (expected == PLACES_IF_ONE_LEAVES)
        assert_ptr_equal(found, who);
}

static void address_at_its_share_makes_room_with_its_oldest(void **state)
{
    struct place *oldest = add(1, 7);

    (void)state;
    add(2, 7);
    assert_room(7, PLACES_FREE, NULL);
    add(3, 7);
    assert_room(7, PLACES_IF_ONE_LEAVES, oldest);
    assert_room(8, PLACES_FREE, NULL);
}

/* Each worker takes what it was passed in its own time. */
static void oldest_is_who_was_accepted_first_whoever_was_taken_first(void **state)
{
    struct place *first = places_add(&places, 1, seen(7), 0), *second = places_add(&places, 2, seen(7), 0);
    struct place *third = add(3, 7);

    (void)state;
    assert_room(7, PLACES_IF_ONE_LEAVES, third);
    places_settle(&places, first);
    assert_room(7, PLACES_IF_ONE_LEAVES, first);
    places_settle(&places, second);
    places_remove(&places, first);
    assert_non_null(add(4, 7));
    assert_room(7, PLACES_IF_ONE_LEAVES, second);
}

static void connection_that_spoke_is_not_asked_to_leave(void **state)
{
    struct place *first = add(1, 7), *second = add(2, 7), *third = add(3, 7);

    (void)state;
    places_spoke(&places, first);
    assert_room(7, PLACES_IF_ONE_LEAVES, second);
    places_spoke(&places, second);
    places_spoke(&places, third);
    assert_room(7, PLACES_TAKEN, NULL);
    assert_room(8, PLACES_FREE, NULL);
}

static void connection_that_no_worker_has_yet_is_not_asked_to_leave(void **state)
{
    (void)state;
    for (uint64_t number = 1; number <= MOST_OF_ADDRESS; number++)
        assert_non_null(places_add(&places, number, seen(7), 0));
    assert_room(7, PLACES_TAKEN, NULL);
    places_settle(&places, places_find(&places, 2));
    assert_room(7, PLACES_IF_ONE_LEAVES, places_find(&places, 2));
}

static void connection_fits_when_those_who_were_asked_have_left(void **state)
{
    struct place *first = add(1, 7), *late;

    (void)state;
    add(2, 7);
    add(3, 7);
    places_ask(&places, first);
    late = add(4, 7);
    assert_false(places_fits(&places, late));
    assert_true(places_exceeds_address(&places, late));
    places_remove(&places, first);
    assert_true(places_fits(&places, late));
}

static void full_house_makes_room_with_the_address_that_has_most(void **state)
{
    struct place *oldest;

    (void)state;
    add(1, 5);
    oldest = add(2, 7);
    add(3, 7);
    add(4, 8);
    add(5, 9);
    add(6, 9);
    places_spoke(&places, places_find(&places, 5));
    assert_room(10, PLACES_IF_ONE_LEAVES, oldest);
    assert_room(5, PLACES_IF_ONE_LEAVES, oldest);
    places_remove(&places, places_find(&places, 3));
    assert_room(10, PLACES_FREE, NULL);
}

static void connection_asked_to_leave_counts_no_longer_until_it_declines(void **state)
{
    struct place *first = add(1, 7), *second = add(2, 7);

    (void)state;
    add(3, 7);
    places_ask(&places, first);
    assert_int_equal(places.count, 2);
    assert_room(7, PLACES_FREE, NULL);
    places_declined(&places, first);
    assert_int_equal(places.count, 3);
    assert_room(7, PLACES_IF_ONE_LEAVES, second); /* the others come first now */
    places_declined(&places, first);
    assert_int_equal(places.count, 3);
}

static void connection_asked_to_leave_makes_room_once_it_has_left(void **state)
{
    struct place *first = add(1, 7);

    (void)state;
    add(2, 7);
    add(3, 7);
    places_ask(&places, first);
    places_remove(&places, first);
    assert_int_equal(places.count, 2);
    assert_int_equal(places.leaving, 0);
    assert_null(places_find(&places, 1));
    assert_room(7, PLACES_FREE, NULL);
}

static void connection_that_speaks_while_asked_to_leave_is_not_asked_again(void **state)
{
    struct place *first = add(1, 7), *second = add(2, 7);

    (void)state;
    add(3, 7);
    places_ask(&places, first);
    places_spoke(&places, first);
    places_declined(&places, first);
    assert_int_equal(places.count, 3);
    assert_room(7, PLACES_IF_ONE_LEAVES, second);
    assert_int_equal(places.evictable, 2);
}

static void house_full_of_speakers_has_no_room(void **state)
{
    (void)state;
    for (uint64_t number = 1; number <= MOST; number++) {
        assert_true(places_may_have_room(&places));
        places_spoke(&places, add(number, number));
    }
    assert_false(places_may_have_room(&places));
    assert_room(99, PLACES_TAKEN, NULL);
    places_remove(&places, places_find(&places, 3));
    assert_true(places_may_have_room(&places));
}

static void no_more_are_asked_at_once_than_the_bound(void **state)
{
    uint64_t number = 0;

    (void)state;
    for (unsigned i = 0; i < PLACES_LEAVING_MAX; i++)
        places_ask(&places, add(++number, 7));
    for (unsigned i = 0; i < MOST; i++)
        add(++number, i);
    assert_false(places_may_have_room(&places));
    assert_room(9, PLACES_TAKEN, NULL);
}

/* Against plain counting, with addresses that come and go. */
static void walk_keeps_its_counts(void **state)
{
    static struct place *all[64];
    unsigned random = 1;

    (void)state;
    for (uint64_t number = 1; number < 20000; number++) {
        random = random * 1103515245u + 12345u;
        unsigned slot = (random >> 16) % 64;
        if (all[slot] == NULL) {
            all[slot] = add(number, slot % 9);
        } else if (number % 3 == 0 && !all[slot]->leaving && !all[slot]->spoke) {
            places_ask(&places, all[slot]);
        } else if (number % 5 == 0) {
            places_spoke(&places, all[slot]);
        } else if (number % 7 == 0) {
            places_declined(&places, all[slot]);
        } else {
            assert_ptr_equal(places_find(&places, all[slot]->number), all[slot]);
            places_remove(&places, all[slot]);
            all[slot] = NULL;
        }
        uint32_t count = 0, leaving = 0, evictable = 0;
        for (unsigned i = 0; i < 64; i++) {
            count += all[i] != NULL && !all[i]->leaving;
            leaving += all[i] != NULL && all[i]->leaving;
            evictable += all[i] != NULL && !all[i]->leaving && !all[i]->spoke;
        }
        assert_int_equal(places.count, count);
        assert_int_equal(places.leaving, leaving);
        assert_int_equal(places.evictable, evictable);
    }
    for (unsigned i = 0; i < 64; i++)
        all[i] = NULL;
}
/* A new acceptor hears of the connections of the one before while it accepts others. */
static void address_with_more_than_its_share_loses_its_oldest(void **state)
{
    struct place *late;

    (void)state;
    add(2, 7);
    add(3, 7);
    late = add(4, 7);
    assert_null(places_excess(&places, late));
    late = add(1, 7);
    assert_ptr_equal(places_excess(&places, late), late);
    places_ask(&places, late);
    assert_null(places_excess(&places, late));
}

static void more_than_all_places_lose_the_oldest_of_the_largest_address(void **state)
{
    struct place *oldest, *late = NULL;

    (void)state;
    oldest = add(10, 7);
    add(11, 7);
    for (uint64_t number = 1; number <= MOST - 1; number++)
        late = add(number, 7 + number);
    assert_ptr_equal(places_excess(&places, late), oldest);
    places_spoke(&places, oldest);
    assert_non_null(places_excess(&places, late));
}

/* ---- Through a proxy ------------------------------------------------------------------------- */

#define PROXY 1u /* its own address */

static struct place *add_of_proxy(uint64_t number, unsigned worker)
{
    const struct counted_address address = { .group = PROXY, .origin = ADDRESS_PROXY };
    struct place *place = places_add(&places, number, address, 0);

    assert_non_null(place);
    place->worker = worker;
    places_settle(&places, place);
    return place;
}

static struct place *add_reported(uint64_t number, uint64_t address, unsigned worker)
{
    struct place *place = add_of_proxy(number, worker);

    assert_true(places_report(&places, place, address));
    return place;
}

static void proxy_has_no_limit_of_its_own(void **state)
{
    const struct counted_address proxy = { .group = PROXY, .origin = ADDRESS_PROXY };
    struct place *last = NULL, *who = NULL;

    (void)state;
    for (uint64_t number = 1; number < MOST; number++)
        last = add_of_proxy(number, 0);
    assert_int_equal(places_room(&places, proxy, &who), PLACES_FREE);
    assert_true(places_fits(&places, last));
    assert_null(places_excess(&places, last));
    last = add_of_proxy(MOST, 0);
    assert_int_equal(places_room(&places, proxy, &who), PLACES_IF_ONE_LEAVES); /* there is one for all */
    assert_true(places_fits(&places, last));
}

static void reported_connection_counts_for_its_address_and_not_the_proxy(void **state)
{
    const struct counted_address reported = { .group = 7, .origin = ADDRESS_REPORTED };
    struct place *who = NULL, *first = add_reported(1, 7, 0);

    (void)state;
    assert_int_equal(places.count, 1);
    assert_int_equal(places.held, 1);
    assert_int_equal(first->address->count, 1);
    places_release(&places, first);
    assert_int_equal(places.held, 0);
    add_reported(2, 7, 0);
    add_reported(3, 7, 0);
    assert_int_equal(places_room(&places, reported, &who), PLACES_IF_ONE_LEAVES);
    assert_ptr_equal(who, first);
    assert_room(7, PLACES_FREE, NULL); /* what connects without a proxy is counted apart */
    places_remove(&places, first);
    assert_int_equal(places_room(&places, reported, &who), PLACES_FREE);
}

static void held_connection_is_not_asked_to_leave(void **state)
{
    struct place *held = add_reported(1, 7, 0);

    (void)state;
    assert_int_equal(places.evictable, 0);
    places_spoke(&places, held); /* which a sound worker does not say */
    places_release(&places, held);
    places_release(&places, held);
    assert_int_equal(places.evictable, 0);
    assert_int_equal(places.held, 0);
}

static void connection_that_leaves_while_reported_is_counted_once(void **state)
{
    struct place *place = add_of_proxy(1, 0);

    (void)state;
    places_ask(&places, place);
    assert_true(places_report(&places, place, 7));
    assert_int_equal(places.count, 0);
    assert_int_equal(place->address->count, 0);
    places_declined(&places, place);
    assert_int_equal(places.count, 1);
    assert_int_equal(place->address->count, 1);
    places_remove(&places, place);
    assert_int_equal(places.count, 0);
    assert_int_equal(places.held, 0);
}

static void worker_that_reports_many_keeps_nobody_of_another_out(void **state)
{
    struct place *last = NULL;

    (void)state;
    for (uint64_t number = 1; number <= MOST_OF_ADDRESS; number++)
        last = add_reported(number, 7, 0);
    assert_true(places_fits_reported(&places, last, 3));
    assert_false(places_fits_reported(&places, add_reported(4, 7, 0), 3)); /* its own word counts in full */
    assert_true(places_fits_reported(&places, add_reported(5, 7, 1), 3));
    assert_true(places_fits_reported(&places, add_reported(6, 7, 1), 3));
    assert_false(places_fits_reported(&places, add_reported(7, 7, 1), 3));
    assert_true(places_fits_reported(&places, add_reported(8, 7, 2), 3));
    assert_false(places_fits_reported(&places, add_reported(9, 7, 2), 3)); /* two others agree */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(address_with_more_than_its_share_loses_its_oldest),
        TEST(more_than_all_places_lose_the_oldest_of_the_largest_address),
        TEST(address_at_its_share_makes_room_with_its_oldest),
        TEST(oldest_is_who_was_accepted_first_whoever_was_taken_first),
        TEST(connection_that_spoke_is_not_asked_to_leave),
        TEST(connection_that_no_worker_has_yet_is_not_asked_to_leave),
        TEST(connection_fits_when_those_who_were_asked_have_left),
        TEST(full_house_makes_room_with_the_address_that_has_most),
        TEST(connection_asked_to_leave_counts_no_longer_until_it_declines),
        TEST(connection_asked_to_leave_makes_room_once_it_has_left),
        TEST(connection_that_speaks_while_asked_to_leave_is_not_asked_again),
        TEST(house_full_of_speakers_has_no_room),
        TEST(no_more_are_asked_at_once_than_the_bound),
        TEST(walk_keeps_its_counts),
        TEST(proxy_has_no_limit_of_its_own),
        TEST(reported_connection_counts_for_its_address_and_not_the_proxy),
        TEST(held_connection_is_not_asked_to_leave),
        TEST(connection_that_leaves_while_reported_is_counted_once),
        TEST(worker_that_reports_many_keeps_nobody_of_another_out),
    };
    return cmocka_run_group_tests_name("server_places", tests, NULL, NULL);
}
