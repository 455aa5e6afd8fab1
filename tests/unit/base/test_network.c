/* Networks of addresses: which texts are some, and who is in them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "base/network.h"

static struct peer_name peer(const char *text)
{
    struct sockaddr_storage storage = { 0 };
    struct sockaddr_in four = { .sin_family = AF_INET };
    struct sockaddr_in6 six = { .sin6_family = AF_INET6 };

    if (inet_pton(AF_INET, text, &four.sin_addr) == 1)
        memcpy(&storage, &four, sizeof four);
    else if (inet_pton(AF_INET6, text, &six.sin6_addr) == 1)
        memcpy(&storage, &six, sizeof six);
    else
        fail();
    return peer_name_of(&storage);
}

static void assert_in(const char *networks, const char *address, bool expected)
{
    struct networks list;
    char wrong[NETWORK_TEXT_MAX];
    const struct peer_name name = peer(address);

    assert_true(networks_read(networks, &list, wrong));
    assert_int_equal(networks_contain(&list, &name), expected);
}

static void assert_wrong(const char *networks, const char *expected)
{
    struct networks list = { .count = 7 };
    char wrong[NETWORK_TEXT_MAX];

    assert_false(networks_read(networks, &list, wrong));
    assert_string_equal(wrong, expected);
    assert_int_equal(list.count, 7);
}

static void network_has_the_addresses_of_its_prefix(void **state)
{
    (void)state;
    assert_in("10.0.0.0/8", "10.255.0.1", true);
    assert_in("10.0.0.0/8", "11.0.0.0", false);
    assert_in("10.32.0.0/11", "10.63.255.255", true);
    assert_in("10.32.0.0/11", "10.64.0.0", false);
    assert_in("192.0.2.7", "192.0.2.7", true);
    assert_in("192.0.2.7", "192.0.2.6", false);
    assert_in("192.0.2.6/31", "192.0.2.7", true);
    assert_in("0.0.0.0/0", "255.255.255.255", true);
    assert_in("0.0.0.0/0", "::1", false);
    assert_in("::1", "::1", true);
    assert_in("::1", "::2", false);
    assert_in("2001:db8::/33", "2001:db8:7fff::1", true);
    assert_in("2001:db8::/33", "2001:db8:8000::", false);
    assert_in("::/0", "ffff::", true);
    assert_in("::/0", "10.0.0.1", false);
}

static void ipv4_inside_ipv6_is_ipv4(void **state)
{
    (void)state;
    assert_in("::ffff:10.0.0.0/104", "10.1.2.3", true);
    assert_in("::ffff:10.0.0.1", "10.0.0.1", true);
    assert_in("10.0.0.1", "::ffff:10.0.0.1", true);
    assert_in("::ffff:10.0.0.1", "10.0.0.2", false);
}

static void list_has_the_addresses_of_each(void **state)
{
    (void)state;
    assert_in("10.0.0.1,::1,192.0.2.0/24", "10.0.0.1", true);
    assert_in("10.0.0.1,::1,192.0.2.0/24", "::1", true);
    assert_in("10.0.0.1,::1,192.0.2.0/24", "192.0.2.200", true);
    assert_in("10.0.0.1,::1,192.0.2.0/24", "10.0.0.2", false);
}

static void malformed_network_is_refused_and_named(void **state)
{
    (void)state;
    assert_wrong("localhost", "localhost");
    assert_wrong("10.0.0", "10.0.0");
    assert_wrong("10.0.0.0/33", "10.0.0.0/33");
    assert_wrong("::/129", "::/129");
    assert_wrong("10.0.0.0/", "10.0.0.0/");
    assert_wrong("10.0.0.0/8x", "10.0.0.0/8x");
    assert_wrong("10.0.0.0/-1", "10.0.0.0/-1");
    assert_wrong("10.0.0.1/8", "10.0.0.1/8");
    assert_wrong("10.0.0.0/8,::1/64", "::1/64");
    assert_wrong("10.0.0.0/8,", "");
    assert_wrong(",::1", "");
    assert_wrong("::1, ::2", " ::2");
}

static void text_that_is_too_long_is_cut(void **state)
{
    char text[3 * NETWORK_TEXT_MAX], cut[NETWORK_TEXT_MAX];

    (void)state;
    memset(text, '1', sizeof text);
    text[sizeof text - 1] = '\0';
    (void)snprintf(cut, sizeof cut, "%.*s", (int)sizeof cut - 1, text);
    assert_wrong(text, cut);
}

static void list_of_too_many_is_refused(void **state)
{
    char text[(NETWORKS_MAX + 1) * 4] = "";
    struct networks list;
    char wrong[NETWORK_TEXT_MAX];

    (void)state;
    for (unsigned i = 0; i < NETWORKS_MAX; i++)
        (void)snprintf(text + strlen(text), sizeof text - strlen(text), i == 0 ? "::1" : ",::1");
    assert_true(networks_read(text, &list, wrong));
    assert_int_equal(list.count, NETWORKS_MAX);
    (void)snprintf(text + strlen(text), sizeof text - strlen(text), ",::");
    assert_wrong(text, "::");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(network_has_the_addresses_of_its_prefix),
        cmocka_unit_test(ipv4_inside_ipv6_is_ipv4),
        cmocka_unit_test(list_has_the_addresses_of_each),
        cmocka_unit_test(malformed_network_is_refused_and_named),
        cmocka_unit_test(text_that_is_too_long_is_cut),
        cmocka_unit_test(list_of_too_many_is_refused),
    };
    return cmocka_run_group_tests_name("base_network", tests, NULL, NULL);
}
