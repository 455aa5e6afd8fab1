/*
 * Which address is next, where servers have one address or several, and where a turn ends.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/system.h"
#include "client/route.h"

static struct servers servers;
static struct route route;

static void begin(const char *text)
{
    char error[SERVERS_ERROR_MAX];
    servers.count = 0;
    assert_true(servers_add(&servers, text, error));
    route_init(&route, &servers);
}

/* Gives the server whose turn it is so many addresses, 10.0.0.1 and on, as if its name had them. */
static void resolve_to(unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        struct sockaddr_in name = { .sin_family = AF_INET, .sin_port = htons(7) };
        name.sin_addr.s_addr = htonl(0x0a000001u + i);
        memcpy(&route.addresses[i].storage, &name, sizeof name);
        route.addresses[i].len = sizeof name;
    }
    route.count = route.addresses_left = count;
    route.address = 0;
}

static void expect_at(const char *text)
{
    char at[ROUTE_TEXT_MAX];
    assert_string_equal(route_text(&route, at), text);
}

static void find(void)
{
    char why[TRANSPORT_WHY_MAX] = "";
    if (route_find(&route, clock_ms() + 5000, -1, why) != TRANSPORT_OK)
        assert_string_equal(why, "");
}

static void single_address_is_a_turn(void **state)
{
    (void)state;
    begin("127.0.0.1:5");
    assert_false(route_has_choice(&route));
    for (unsigned i = 0; i < 3; i++) {
        find();
        expect_at("127.0.0.1:5");
        assert_int_equal(route_left(&route), 1);
        assert_true(route_next(&route));
    }
}

static void servers_follow_in_their_order(void **state)
{
    (void)state;
    begin("127.0.0.1:5,127.0.0.2:5,[::1]:5");
    assert_true(route_has_choice(&route));
    for (unsigned turn = 0; turn < 3; turn++) {
        for (unsigned i = 0; i < 3; i++) {
            find();
            assert_string_equal(route_server(&route)->text, servers.list[i].text);
            assert_int_equal(route_left(&route), 3 - i);
            assert_int_equal(route_next(&route), i == 2);
        }
    }
}

static void addresses_of_a_name_are_all_tried_before_the_next_server(void **state)
{
    (void)state;
    begin("a.example:7,127.0.0.1:5");
    assert_int_equal(route_left(&route), 2); /* as far as is known */
    resolve_to(3);
    assert_int_equal(route_left(&route), 4);
    expect_at("a.example:7 (10.0.0.1:7)");
    assert_false(route_next(&route));
    expect_at("a.example:7 (10.0.0.2:7)");
    assert_false(route_next(&route));
    expect_at("a.example:7 (10.0.0.3:7)");
    assert_false(route_next(&route));
    expect_at("127.0.0.1:5");
    assert_true(route_next(&route));
    expect_at("a.example:7"); /* to be resolved again */
}

static void turn_begins_where_an_address_answered(void **state)
{
    (void)state;
    begin("a.example:7,127.0.0.1:5");
    resolve_to(3);
    assert_false(route_next(&route));
    route_settle(&route);
    assert_int_equal(route_left(&route), 4);
    expect_at("a.example:7 (10.0.0.2:7)");
    assert_false(route_next(&route));
    expect_at("a.example:7 (10.0.0.3:7)");
    assert_false(route_next(&route));
    expect_at("a.example:7 (10.0.0.1:7)");
    assert_false(route_next(&route));
    find();
    expect_at("127.0.0.1:5");
    route_settle(&route);
    assert_false(route_next(&route)); /* a.example is to be tried in this turn, too */
    expect_at("a.example:7");
    assert_true(route_next(&route));
}

static void name_with_several_addresses_is_a_choice(void **state)
{
    (void)state;
    begin("a.example:7");
    resolve_to(2);
    assert_true(route_has_choice(&route));
    assert_false(route_next(&route));
    assert_true(route_next(&route));
}

static void name_without_an_address_is_passed_over(void **state)
{
    char why[TRANSPORT_WHY_MAX] = "";
    (void)state;
    begin("no.such.name.invalid:5,127.0.0.1:5");
    assert_int_equal(route_find(&route, clock_ms() + 5000, -1, why), TRANSPORT_LOST);
    assert_true(why[0] != '\0');
    expect_at("no.such.name.invalid:5");
    assert_false(route_next(&route));
    find();
    expect_at("127.0.0.1:5");
}

static void name_is_not_waited_for_after_a_stop(void **state)
{
    char why[TRANSPORT_WHY_MAX] = "";
    int fds[2];
    (void)state;
    assert_int_equal(pipe(fds), 0);
    assert_int_equal(write(fds[1], "x", 1), 1);
    begin("no.such.name.invalid:5");
    assert_int_equal(route_find(&route, clock_ms() + 60000, fds[0], why), TRANSPORT_STOPPED);
    close(fds[0]);
    close(fds[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(single_address_is_a_turn),
        cmocka_unit_test(servers_follow_in_their_order),
        cmocka_unit_test(addresses_of_a_name_are_all_tried_before_the_next_server),
        cmocka_unit_test(turn_begins_where_an_address_answered),
        cmocka_unit_test(name_with_several_addresses_is_a_choice),
        cmocka_unit_test(name_without_an_address_is_passed_over),
        cmocka_unit_test(name_is_not_waited_for_after_a_stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
