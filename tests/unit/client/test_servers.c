/* Lists of servers, right and wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "client/servers.h"

static struct servers servers;

static int reset(void **state)
{
    (void)state;
    memset(&servers, 0, sizeof servers);
    return 0;
}

static void add(const char *text)
{
    char error[SERVERS_ERROR_MAX] = "";
    if (!servers_add(&servers, text, error))
        assert_string_equal(error, "");
}

static void expect_refused(const char *text, const char *reason)
{
    char error[SERVERS_ERROR_MAX] = "";
    assert_false(servers_add(&servers, text, error));
    assert_string_equal(error, reason);
}

static void list_is_taken_apart_in_its_order(void **state)
{
    (void)state;
    add("b.example:12345,a.example:1, [::1]:9 ,\t10.0.0.1:65535");
    add("c.example:12345");
    assert_int_equal(servers.count, 5);
    assert_string_equal(servers.list[0].text, "b.example:12345");
    assert_string_equal(servers.list[0].host, "b.example");
    assert_string_equal(servers.list[1].host, "a.example");
    assert_string_equal(servers.list[2].text, "[::1]:9");
    assert_string_equal(servers.list[2].host, "::1");
    assert_string_equal(servers.list[3].text, "10.0.0.1:65535");
    assert_string_equal(servers.list[4].host, "c.example");
}

static void missing_address_is_refused(void **state)
{
    static const char *const texts[] = { "", " ", ",", "a:1,", ",a:1", "a:1,,b:1", "a:1, ,b:1" };
    char reason[64];
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        (void)reset(state);
        snprintf(reason, sizeof reason, "a server's address is missing in '%s'", texts[i]);
        expect_refused(texts[i], reason);
    }
}

static void what_is_no_address_is_refused(void **state)
{
    static const char *const texts[] = { "a",  "a:",   "a:b",    "a:-1",   "a:65536", "a:1b",
                                         ":1", "[]:1", "[::1:9", "::1]:9", "a:1 b:x", "a:+1" };
    char text[64], reason[128];
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        snprintf(text, sizeof text, "x:1,%s,y:1", texts[i]);
        snprintf(reason, sizeof reason, "the server's address '%s' is not HOST:PORT", texts[i]);
        (void)reset(state);
        expect_refused(text, reason);
    }
    (void)reset(state);
    expect_refused("a:1,b:0", "the server's address 'b:0' has port 0, which cannot be connected to");
}

static void address_is_refused_the_second_time(void **state)
{
    static const char *const pairs[][2] = {
        { "a:1", "a:1" },
        { "a:1", "A:1" },
        { "a:1", "a:01" },
        { "10.0.0.1:5", "10.0.0.1:5" },
        { "[::1]:5", "::1:5" },
        { "[::1]:5", "[0:0:0:0:0:0:0:1]:5" },
        { "1.2.3.4:5", "[::ffff:1.2.3.4]:5" },
    };
    static const char *const different[] = { "a:1", "a:2", "b:1", "[::1]:1", "[::2]:1", "127.0.0.1:1", "127.0.0.2:1" };
    char text[128], reason[128];
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        (void)reset(state);
        snprintf(text, sizeof text, "%s,x:9,%s", pairs[i][0], pairs[i][1]);
        snprintf(reason, sizeof reason, "the server's address '%s' is given twice", pairs[i][1]);
        expect_refused(text, reason);
        (void)reset(state);
        add(pairs[i][0]);
        expect_refused(pairs[i][1], reason); /* as another option */
    }
    (void)reset(state);
    for (size_t i = 0; i < sizeof different / sizeof *different; i++)
        add(different[i]);
    assert_int_equal(servers.count, sizeof different / sizeof *different);
}

static void more_than_the_most_are_refused(void **state)
{
    char text[32];
    (void)state;
    for (unsigned i = 1; i <= SERVERS_MAX; i++) {
        snprintf(text, sizeof text, "a:%u", i);
        add(text);
    }
    expect_refused("b:1", "the server's address 'b:1' is one more than the 16 that may be given");
    expect_refused("a:3", "the server's address 'a:3' is given twice");
    assert_int_equal(servers.count, SERVERS_MAX);
}

static void host_as_long_as_may_be_is_taken_and_a_longer_one_refused(void **state)
{
    char text[400], host[SERVER_HOST_MAX];
    char error[SERVERS_ERROR_MAX];
    (void)state;
    memset(host, 'h', sizeof host - 1);
    host[sizeof host - 1] = '\0';
    snprintf(text, sizeof text, "%s:12345", host);
    add(text);
    assert_string_equal(servers.list[0].host, host);
    snprintf(text, sizeof text, "h%s:12345", host);
    assert_false(servers_add(&servers, text, error));
    memset(text, 'h', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_false(servers_add(&servers, text, error));
    assert_int_equal(strncmp(error, "the server's address 'hhhh", 26), 0);
}

#define TEST(name) cmocka_unit_test_setup(name, reset)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(list_is_taken_apart_in_its_order), TEST(missing_address_is_refused),
        TEST(what_is_no_address_is_refused),    TEST(address_is_refused_the_second_time),
        TEST(more_than_the_most_are_refused),   TEST(host_as_long_as_may_be_is_taken_and_a_longer_one_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
