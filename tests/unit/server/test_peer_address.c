/* Who counts as one peer: an IPv4 address, or an IPv6 network of 64 bits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "server/acceptor/peer_address.h"

static uint64_t address_of(int family, const char *text)
{
    struct sockaddr_storage storage = { .ss_family = (sa_family_t)family };
    void *place = family == AF_INET ? (void *)&((struct sockaddr_in *)&storage)->sin_addr
                                    : (void *)&((struct sockaddr_in6 *)&storage)->sin6_addr;

    assert_int_equal(inet_pton(family, text, place), 1);
    return peer_address_of(&storage);
}

static void each_ipv4_address_is_a_peer(void **state)
{
    (void)state;
    assert_int_equal(address_of(AF_INET, "10.1.2.3"), 0x0a010203);
    assert_int_not_equal(address_of(AF_INET, "10.1.2.3"), address_of(AF_INET, "10.1.2.4"));
}

static void ipv6_network_of_64_bits_is_one_peer(void **state)
{
    (void)state;
    assert_int_equal(address_of(AF_INET6, "2001:db8:1:2::1"), 0x20010db800010002);
    assert_int_equal(address_of(AF_INET6, "2001:db8:1:2::1"), address_of(AF_INET6, "2001:db8:1:2:ffff::9"));
    assert_int_not_equal(address_of(AF_INET6, "2001:db8:1:2::1"), address_of(AF_INET6, "2001:db8:1:3::1"));
}

static void ipv4_inside_ipv6_is_the_ipv4_address(void **state)
{
    (void)state;
    assert_int_equal(address_of(AF_INET6, "::ffff:10.1.2.3"), address_of(AF_INET, "10.1.2.3"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_ipv4_address_is_a_peer),
        cmocka_unit_test(ipv6_network_of_64_bits_is_one_peer),
        cmocka_unit_test(ipv4_inside_ipv6_is_the_ipv4_address),
    };
    return cmocka_run_group_tests_name("server_peer_address", tests, NULL, NULL);
}
