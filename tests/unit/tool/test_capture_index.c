/*
 * Which connection is the newest between two ends.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "tool/capture_index.h"

#define NONE SIZE_MAX

static struct capture_index ends;

static int clear(void **state)
{
    (void)state;
    capture_index_clear(&ends);
    return 0;
}

/* An end that differs from others in its address or in its port. */
struct end {
    uint8_t bytes[CAPTURE_END_SIZE];
};

static struct end end_of(uint32_t address, uint16_t port)
{
    struct end end = { { 0 } };

    memcpy(end.bytes, &address, sizeof address);
    memcpy(end.bytes + 16, &port, sizeof port);
    return end;
}

static size_t found(struct end a, struct end b)
{
    size_t connection = NONE;
    return capture_index_find(&ends, a.bytes, b.bytes, &connection) ? connection : NONE;
}

static void set(struct end a, struct end b, size_t connection)
{
    assert_true(capture_index_set(&ends, a.bytes, b.bytes, connection));
}

static void connection_is_found_in_either_direction(void **state)
{
    struct end client = end_of(1, 50000), server = end_of(2, 12345);

    (void)state;
    set(client, server, 7);
    assert_int_equal(found(client, server), 7);
    assert_int_equal(found(server, client), 7);
    set(server, end_of(3, 1), 8);
    assert_int_equal(found(server, end_of(3, 1)), 8);
    assert_int_equal(found(end_of(3, 1), server), 8);
}

static void connection_of_other_ends_is_another(void **state)
{
    struct end client = end_of(1, 50000), server = end_of(2, 12345);

    (void)state;
    assert_int_equal(found(client, server), NONE);
    set(client, server, 7);
    assert_int_equal(found(client, client), NONE);
    assert_int_equal(found(end_of(1, 50001), server), NONE);
    assert_int_equal(found(client, end_of(2, 12346)), NONE);
    assert_int_equal(found(end_of(2, 50000), end_of(1, 12345)), NONE);
}

static void newest_connection_of_the_same_ends_is_found(void **state)
{
    struct end client = end_of(1, 50000), server = end_of(2, 12345);

    (void)state;
    set(client, server, 7);
    set(server, client, 9);
    assert_int_equal(found(client, server), 9);
}

/* As many as a capture can have: one by one they would take minutes. */
static void many_connections_are_found(void **state)
{
    enum { MANY = 200000 };
    struct end server = end_of(2, 12345);

    (void)state;
    for (uint32_t i = 0; i < MANY; i++)
        set(end_of(i / 50000 + 10, (uint16_t)(i % 50000)), server, i);
    for (uint32_t i = 0; i < MANY; i++)
        assert_int_equal(found(server, end_of(i / 50000 + 10, (uint16_t)(i % 50000))), i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(connection_is_found_in_either_direction, clear),
        cmocka_unit_test_teardown(connection_of_other_ends_is_another, clear),
        cmocka_unit_test_teardown(newest_connection_of_the_same_ends_is_found, clear),
        cmocka_unit_test_teardown(many_connections_are_found, clear),
    };

    return cmocka_run_group_tests_name("capture_index", tests, NULL, NULL);
}
