/*
 * The queue of bytes: what comes in comes out, in order, wherever it lies in memory.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "server/channel/buffer.h"
#include "unit/codec/codec_random.h"

static struct buffer buffer;

static int end(void **state)
{
    (void)state;
    buffer_fini(&buffer);
    return 0;
}

static void assert_holds(const char *expected)
{
    assert_int_equal(buffer.len, strlen(expected));
    assert_memory_equal(buffer_front(&buffer), expected, buffer.len);
}

static void empty_buffer_owns_nothing(void **state)
{
    (void)state;
    assert_null(buffer_front(&buffer));
    assert_int_equal(buffer.len, 0);
    assert_true(buffer_append(&buffer, NULL, 0));
    assert_null(buffer.bytes);
}

static void append_puts_bytes_behind_those_that_wait(void **state)
{
    (void)state;
    assert_true(buffer_append(&buffer, "lo", 2));
    assert_true(buffer_append(&buffer, "", 0));
    assert_true(buffer_append(&buffer, "tería", 6));
    assert_holds("lotería");
}

static void consume_drops_bytes_at_the_front(void **state)
{
    (void)state;
    assert_true(buffer_append(&buffer, "sorteo", 6));
    buffer_consume(&buffer, 0);
    assert_holds("sorteo");
    buffer_consume(&buffer, 2);
    assert_holds("rteo");
    assert_true(buffer_append(&buffer, "s", 1));
    assert_holds("rteos");
}

static void emptied_buffer_gives_its_memory_back(void **state)
{
    (void)state;
    assert_true(buffer_append(&buffer, "sorteo", 6));
    buffer_consume(&buffer, 6);
    assert_null(buffer.bytes);
    assert_int_equal(buffer.cap, 0);
    assert_int_equal(buffer.start, 0);
}

static void reserved_bytes_count_once_they_are_said_to(void **state)
{
    uint8_t *space;

    (void)state;
    assert_true(buffer_append(&buffer, "ab", 2));
    space = buffer_reserve(&buffer, 1000);
    assert_non_null(space);
    memset(space, 'c', 1000);
    assert_holds("ab");
    buffer_grew(&buffer, 3);
    assert_holds("abccc");
}

/* Not one byte more than is there, so that ASan sees a wrong count. */
static void reserve_uses_the_room_in_front_before_it_grows(void **state)
{
    uint8_t bytes[256];
    size_t cap;

    (void)state;
    memset(bytes, 'x', sizeof bytes);
    assert_true(buffer_append(&buffer, bytes, sizeof bytes));
    cap = buffer.cap;
    assert_true(cap >= sizeof bytes);
    assert_true(buffer_append(&buffer, bytes, cap - buffer.len));
    buffer_consume(&buffer, cap - 3);
    assert_true(buffer_append(&buffer, "yyyyy", 5));
    assert_int_equal(buffer.cap, cap);
    assert_int_equal(buffer.start, 0);
    assert_holds("xxxyyyyy");
}

static void reserve_refuses_what_no_memory_can_hold(void **state)
{
    (void)state;
    assert_true(buffer_append(&buffer, "here", 4));
    assert_null(buffer_reserve(&buffer, SIZE_MAX));
    assert_null(buffer_reserve(&buffer, SIZE_MAX - 4));
    assert_null(buffer_reserve(&buffer, SIZE_MAX / 2));
    assert_false(buffer_append(&buffer, "x", SIZE_MAX));
    assert_holds("here");
}

/* Against a plain array: random pieces in and out. */
static void bytes_come_out_as_they_went_in(void **state)
{
    static uint8_t all[1 << 20];
    size_t in = 0, out = 0;

    (void)state;
    random_begin();
    for (size_t i = 0; i < sizeof all; i++)
        all[i] = (uint8_t)random_number();
    while (out < sizeof all) {
        size_t len = random_below(random_below(8) == 0 ? 4000 : 40);

        if (len > sizeof all - in)
            len = sizeof all - in;
        assert_true(buffer_append(&buffer, all + in, len));
        in += len;
        assert_int_equal(buffer.len, in - out);
        if (buffer.len > 0)
            assert_memory_equal(buffer_front(&buffer), all + out, buffer.len);
        len = random_below(2) == 0 || in == sizeof all ? buffer.len : random_below((uint32_t)buffer.len + 1);
        buffer_consume(&buffer, len);
        out += len;
    }
}

#define TEST(name) cmocka_unit_test_teardown(name, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(empty_buffer_owns_nothing),
        TEST(append_puts_bytes_behind_those_that_wait),
        TEST(consume_drops_bytes_at_the_front),
        TEST(emptied_buffer_gives_its_memory_back),
        TEST(reserved_bytes_count_once_they_are_said_to),
        TEST(reserve_uses_the_room_in_front_before_it_grows),
        TEST(reserve_refuses_what_no_memory_can_hold),
        TEST(bytes_come_out_as_they_went_in),
    };
    return cmocka_run_group_tests_name("server_buffer", tests, NULL, NULL);
}
