/*
 * HOST:PORT texts, and the small system wrappers.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/address.h"
#include "base/system.h"

static void split_takes_names_and_both_families(void **state)
{
    static const struct {
        const char *text, *host, *port;
    } good[] = {
        { "127.0.0.1:12345", "127.0.0.1", "12345" }, { "[::1]:0", "::1", "0" },
        { "server:65535", "server", "65535" },       { "::1:80", "::1", "80" },
        { "[fe80::1%eth0]:1", "fe80::1%eth0", "1" },
    };
    char host[ADDRESS_TEXT_MAX], port[16];

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(address_split(good[i].text, host, sizeof host, port, sizeof port));
        assert_string_equal(host, good[i].host);
        assert_string_equal(port, good[i].port);
    }
}

static void split_leaves_outputs_alone_when_text_is_wrong(void **state)
{
    static const char *const wrong[] = { "",        ":",        "host",       "host:",    ":80",        "[]:80",
                                         "[::1:80", "::1]:80",  "[:80",       "]:80",     "host:65536", "host:-1",
                                         "host:8x", "host: 80", "[[::1]]:80", "host:http" };
    char host[8] = "h", port[8] = "p";

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_false(address_split(wrong[i], host, sizeof host, port, sizeof port));
    assert_false(address_split("12345678:1", host, sizeof host, port, sizeof port));
    assert_false(address_split("host:00000001", host, sizeof host, port, sizeof port));
    assert_string_equal(host, "h");
    assert_string_equal(port, "p");
    assert_true(address_split("1234567:0000001", host, sizeof host, port, sizeof port));
}

static void resolve_and_text_are_inverse(void **state)
{
    static const char *const texts[] = { "127.0.0.1:12345", "[::1]:12345", "[2001:db8::5]:1" };
    char text[ADDRESS_TEXT_MAX];
    struct address address;
    const char *why = NULL;

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_int_equal(address_resolve(texts[i], true, &address, 1, &why), 1);
        assert_string_equal(address_text(&address, text), texts[i]);
    }
    assert_null(why);
}

static void resolve_says_why_not(void **state)
{
    struct address address;
    const char *why = NULL;

    (void)state;
    assert_int_equal(address_resolve("nowhere", false, &address, 1, &why), 0);
    assert_string_equal(why, "not HOST:PORT with a port from 0 to 65535");
    why = NULL;
    assert_int_equal(address_resolve("256.256.256.256.:1", false, &address, 1, &why), 0);
    assert_non_null(why);
}

static void text_of_no_address_says_so(void **state)
{
    struct address address = { .len = sizeof(sa_family_t) };
    char text[ADDRESS_TEXT_MAX];

    (void)state;
    assert_string_equal(address_text(&address, text), "an address of family 0");
}

static void write_all_writes_all_and_fails_with_errno(void **state)
{
    char out[4];
    int ends[2];

    (void)state;
    assert_int_equal(pipe(ends), 0);
    assert_true(write_all(ends[1], "abc", 3));
    assert_int_equal(read(ends[0], out, sizeof out), 3);
    assert_memory_equal(out, "abc", 3);
    assert_false(write_all(-1, "abc", 3));
    (void)close(ends[0]);
    (void)close(ends[1]);
}

static void descriptor_flags_are_set_and_cleared(void **state)
{
    int ends[2];

    (void)state;
    assert_int_equal(pipe(ends), 0);
    assert_true(fd_set_nonblocking(ends[0], true));
    assert_true(fcntl(ends[0], F_GETFL) & O_NONBLOCK);
    assert_true(fd_set_nonblocking(ends[0], false));
    assert_false(fcntl(ends[0], F_GETFL) & O_NONBLOCK);
    assert_true(fd_set_cloexec(ends[0]));
    assert_true(fcntl(ends[0], F_GETFD) & FD_CLOEXEC);
    (void)close(ends[0]);
    (void)close(ends[1]);
    assert_false(fd_set_nonblocking(ends[0], true));
    assert_false(fd_set_cloexec(ends[0]));
}

static void clocks_go_forward(void **state)
{
    uint64_t before_ns = clock_ns(), before_ms = clock_ms();

    (void)state;
    assert_true(clock_ns() >= before_ns);
    assert_true(clock_ms() >= before_ms && before_ms >= before_ns / 1000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(split_takes_names_and_both_families),
        cmocka_unit_test(split_leaves_outputs_alone_when_text_is_wrong),
        cmocka_unit_test(resolve_and_text_are_inverse),
        cmocka_unit_test(resolve_says_why_not),
        cmocka_unit_test(text_of_no_address_says_so),
        cmocka_unit_test(write_all_writes_all_and_fails_with_errno),
        cmocka_unit_test(descriptor_flags_are_set_and_cleared),
        cmocka_unit_test(clocks_go_forward),
    };

    return cmocka_run_group_tests_name("address and system", tests, NULL, NULL);
}
