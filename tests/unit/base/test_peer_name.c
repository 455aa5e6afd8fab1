/* Who is at the other end of a connection: as a text, and who counts as one peer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <unistd.h>

#include "base/peer_name.h"

static struct peer_name name_of(int family, const char *text, uint16_t port, uint32_t scope)
{
    struct sockaddr_storage storage = { 0 };
    struct sockaddr_in four = { .sin_family = AF_INET, .sin_port = htons(port) };
    struct sockaddr_in6 six = { .sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_scope_id = scope };

    assert_int_equal(inet_pton(family, text, family == AF_INET ? (void *)&four.sin_addr : &six.sin6_addr), 1);
    if (family == AF_INET)
        memcpy(&storage, &four, sizeof four);
    else
        memcpy(&storage, &six, sizeof six);
    return peer_name_of(&storage);
}

static uint64_t group_of(int family, const char *text)
{
    const struct peer_name name = name_of(family, text, 1, 0);
    return peer_name_group(&name);
}

static void assert_text(struct peer_name name, const char *wanted, const char *wanted_group)
{
    char text[PEER_NAME_TEXT_MAX];

    assert_string_equal(peer_name_text(&name, text), wanted);
    assert_string_equal(peer_name_group_text(&name, text), wanted_group);
}

static void text_has_address_and_port(void **state)
{
    (void)state;
    assert_text(name_of(AF_INET, "10.1.2.3", 12345, 0), "10.1.2.3:12345", "10.1.2.3");
    assert_text(name_of(AF_INET6, "::1", 65535, 0), "[::1]:65535", "::/64");
    assert_text(name_of(AF_INET6, "2001:db8:1:2:3:4:5:6", 1, 0), "[2001:db8:1:2:3:4:5:6]:1", "2001:db8:1:2::/64");
    assert_text(name_of(AF_INET6, "fe80::1", 7, 2), "[fe80::1%2]:7", "fe80::/64");
    assert_text(name_of(AF_INET6, "::ffff:10.1.2.3", 9, 0), "10.1.2.3:9", "10.1.2.3");
}

static void longest_text_fits(void **state)
{
    (void)state;
    assert_text(name_of(AF_INET6, "fe80:1111:2222:3333:4444:5555:6666:7777", 65535, UINT32_MAX),
                "[fe80:1111:2222:3333:4444:5555:6666:7777%4294967295]:65535", "fe80:1111:2222:3333::/64");
}

static void unknown_peer_is_said_to_be_unknown(void **state)
{
    const struct sockaddr_storage local = { .ss_family = AF_UNIX };
    const struct peer_name nobody = { 0 };
    struct peer_name name = name_of(AF_INET, "10.1.2.3", 1, 0);
    int ends[2];

    (void)state;
    assert_text(nobody, "unknown", "unknown");
    assert_text(peer_name_of(&local), "unknown", "unknown");
    assert_int_equal(pipe(ends), 0);
    assert_false(peer_name_of_socket(ends[0], &name));
    assert_text(name, "unknown", "unknown");
    assert_int_equal(peer_name_group(&nobody), 0);
    (void)close(ends[0]);
    (void)close(ends[1]);
}

static void socket_says_who_is_connected(void **state)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0), out = socket(AF_INET, SOCK_STREAM, 0);
    struct peer_name name;
    char text[PEER_NAME_TEXT_MAX];

    (void)state;
    assert_int_equal(bind(listener, (struct sockaddr *)&address, len), 0);
    assert_int_equal(listen(listener, 1), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &len), 0);
    assert_int_equal(connect(out, (struct sockaddr *)&address, len), 0);
    assert_true(peer_name_of_socket(out, &name));
    assert_int_equal(name.port, ntohs(address.sin_port));
    assert_memory_equal(peer_name_text(&name, text), "127.0.0.1:", 10);
    (void)close(out);
    (void)close(listener);
}

static void each_ipv4_address_is_a_peer(void **state)
{
    (void)state;
    assert_int_equal(group_of(AF_INET, "10.1.2.3"), 0x0a010203);
    assert_int_not_equal(group_of(AF_INET, "10.1.2.3"), group_of(AF_INET, "10.1.2.4"));
}

static void ipv6_network_of_64_bits_is_one_peer(void **state)
{
    (void)state;
    assert_int_equal(group_of(AF_INET6, "2001:db8:1:2::1"), 0x20010db800010002);
    assert_int_equal(group_of(AF_INET6, "2001:db8:1:2::1"), group_of(AF_INET6, "2001:db8:1:2:ffff::9"));
    assert_int_not_equal(group_of(AF_INET6, "2001:db8:1:2::1"), group_of(AF_INET6, "2001:db8:1:3::1"));
}

static void ipv4_inside_ipv6_is_the_ipv4_address(void **state)
{
    (void)state;
    assert_int_equal(group_of(AF_INET6, "::ffff:10.1.2.3"), group_of(AF_INET, "10.1.2.3"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_has_address_and_port),
        cmocka_unit_test(longest_text_fits),
        cmocka_unit_test(unknown_peer_is_said_to_be_unknown),
        cmocka_unit_test(socket_says_who_is_connected),
        cmocka_unit_test(each_ipv4_address_is_a_peer),
        cmocka_unit_test(ipv6_network_of_64_bits_is_one_peer),
        cmocka_unit_test(ipv4_inside_ipv6_is_the_ipv4_address),
    };
    return cmocka_run_group_tests_name("peer_name", tests, NULL, NULL);
}
