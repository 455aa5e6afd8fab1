/*
 * One direction of a captured connection: its bytes in order, whatever the order of its segments.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "tool/capture_lane.h"

#define FIRST UINT32_C(0xfffffff0) /* sequence numbers go round soon */

static struct capture_lane lane;

static int begin(void **state)
{
    (void)state;
    lane = (struct capture_lane){ 0 };
    capture_lane_syn(&lane, FIRST - 1);
    return 0;
}

static int end(void **state)
{
    (void)state;
    capture_lane_fini(&lane);
    return 0;
}

static void take(size_t at, const char *text, int64_t when_us)
{
    assert_true(capture_lane_take(&lane, FIRST + (uint32_t)at, (const uint8_t *)text, strlen(text), when_us));
}

static void expect_bytes(const char *text)
{
    assert_int_equal(lane.len, strlen(text));
    assert_memory_equal(lane.bytes, text, strlen(text));
}

/* Each order of six segments of three bytes, which overlap by one. */
static void segments_in_any_order_are_the_same_bytes(void **state)
{
    static const char text[] = "abcdefghijklm";
    enum { SEGMENTS = 6, ORDERS = 720 };

    for (unsigned order = 0; order < ORDERS; order++) {
        unsigned left[SEGMENTS] = { 0, 1, 2, 3, 4, 5 };
        unsigned rest = order;

        begin(state);
        for (unsigned count = SEGMENTS; count > 0; count--) {
            unsigned chosen = rest % count;
            char segment[4] = "";

            memcpy(segment, text + (size_t)2 * left[chosen], 3);
            take((size_t)2 * left[chosen], segment, 0);
            left[chosen] = left[count - 1];
            rest /= count;
        }
        capture_lane_end(&lane);
        assert_false(lane.has_gap);
        expect_bytes(text);
        end(state);
    }
}

static void first_of_two_late_segments_counts(void **state)
{
    (void)state;
    take(4, "EF", 0);
    take(4, "xyz", 0);
    take(2, "CD", 0);
    take(0, "ab", 0);
    expect_bytes("abCDEFz");
}

static void bytes_before_the_first_are_dropped(void **state)
{
    (void)state;
    assert_true(capture_lane_take(&lane, FIRST - 2, (const uint8_t *)"xyab", 4, 0));
    assert_true(capture_lane_take(&lane, FIRST - 9, (const uint8_t *)"xyz", 3, 0));
    expect_bytes("ab");
}

static void gap_ends_the_bytes(void **state)
{
    (void)state;
    take(0, "ab", 0);
    take(3, "de", 0);
    capture_lane_end(&lane);
    assert_true(lane.has_gap);
    expect_bytes("ab");
}

/* A late segment's bytes come when those in front of them do. */
static void time_of_a_byte_is_that_of_the_segment_that_brought_it(void **state)
{
    (void)state;
    assert_int_equal(capture_lane_when(&lane, 1), 0);
    take(0, "ab", 10);
    take(4, "ef", 20);
    take(2, "cd", 30);
    take(6, "g", 40);
    assert_int_equal(capture_lane_when(&lane, 0), 10);
    assert_int_equal(capture_lane_when(&lane, 2), 10);
    assert_int_equal(capture_lane_when(&lane, 3), 30);
    assert_int_equal(capture_lane_when(&lane, 6), 30);
    assert_int_equal(capture_lane_when(&lane, 7), 40);
    assert_int_equal(capture_lane_when(&lane, 99), 40);
}

/* If each byte looked at all that wait, this would take minutes. */
static void many_late_segments_are_taken_quickly(void **state)
{
    enum { COUNT = 1 << 17 };

    (void)state;
    for (size_t at = 2 * COUNT - 1; at > COUNT; at--)
        take(at, "b", 0);
    for (size_t at = 0; at < COUNT; at++)
        take(at, "a", 0);
    assert_int_equal(lane.len, COUNT);
    take(COUNT, "c", 0);
    assert_int_equal(lane.len, 2 * COUNT);
    assert_memory_equal(lane.bytes + COUNT - 1, "acb", 3);
    for (size_t i = 1; i <= lane.len; i++)
        assert_true(capture_lane_when(&lane, i) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(segments_in_any_order_are_the_same_bytes),
        cmocka_unit_test_setup_teardown(first_of_two_late_segments_counts, begin, end),
        cmocka_unit_test_setup_teardown(bytes_before_the_first_are_dropped, begin, end),
        cmocka_unit_test_setup_teardown(gap_ends_the_bytes, begin, end),
        cmocka_unit_test_setup_teardown(time_of_a_byte_is_that_of_the_segment_that_brought_it, begin, end),
        cmocka_unit_test_setup_teardown(many_late_segments_are_taken_quickly, begin, end),
    };

    return cmocka_run_group_tests_name("capture_lane", tests, NULL, NULL);
}
