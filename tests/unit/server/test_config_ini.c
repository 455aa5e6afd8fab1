/*
 * Configurations as INI files: what they become, and what is said of those that are broken or
 * hostile.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "server/config_ini.h"
#include "unit/scratch.h"

static struct scratch scratch;
static struct config config;

static int begin(void **state)
{
    (void)state;
    scratch_begin(&scratch);
    return 0;
}

static int end(void **state)
{
    (void)state;
    scratch_end(&scratch);
    return 0;
}

static bool read_bytes(const char *bytes, size_t len)
{
    config = (struct config){ .origin = OPTION_GIVEN, .prefix = "", .parse = config_ini_parse };
    config.path = scratch_path(&scratch, "config.ini");
    scratch_write(config.path, bytes, len);
    return config_read(&config);
}

/* Each key, with its line and its value, in one text. */
static void expect_keys(const char *text, const char *expected)
{
    char found[1024] = "";
    size_t len = 0;

    if (!read_bytes(text, strlen(text)))
        assert_string_equal(config_error(&config), "");
    for (size_t i = 0; i < config.count; i++)
        len += (size_t)snprintf(found + len, sizeof found - len, "%u %s=%s;", config.entries[i].line,
                                config.entries[i].key,
                                config.entries[i].value != NULL ? config.entries[i].value : "(list)");
    assert_string_equal(found, expected);
}

/* The error, after the file's path. */
static void expect_error_in(const char *bytes, size_t len, const char *expected)
{
    assert_false(read_bytes(bytes, len));
    assert_int_equal(strncmp(config_error(&config), config.path, strlen(config.path)), 0);
    assert_string_equal(config_error(&config) + strlen(config.path), expected);
}

static void expect_error(const char *text, const char *expected)
{
    expect_error_in(text, strlen(text), expected);
}

static void keys_are_those_of_the_default_section(void **state)
{
    (void)state;
    expect_keys("[DEFAULT]\nSERVER_PORT = 12345\nSERVER_IP = server\nSERVER_LISTEN_BACKLOG=5\nLOGGING_LEVEL: INFO\n",
                "2 SERVER_PORT=12345;3 SERVER_IP=server;4 SERVER_LISTEN_BACKLOG=5;5 LOGGING_LEVEL=INFO;");
    expect_keys("; a comment\r\n# another\r\n\r\nagencies = 5 ; five\r\n[other]\r\nagencies = 6\r\n",
                "4 agencies=5;6 other.agencies=6;");
    expect_keys("\xef\xbb\xbf[DEFAULT]\na = 1", "2 a=1;");
}

static void files_without_keys_are_empty(void **state)
{
    (void)state;
    expect_keys("", "");
    expect_keys("\n; nothing\n[DEFAULT]\n", "");
    expect_keys("a =\n", "1 a=;");
}

static void broken_files_are_refused_with_their_line(void **state)
{
    (void)state;
    expect_error("[DEFAULT]\nSERVER_PORT\n", ":2: neither [SECTION] nor KEY = VALUE");
    expect_error("[DEFAULT\na = 1\n", ":1: neither [SECTION] nor KEY = VALUE");
    expect_error("a = 1\n\nA = 2\n", ":3: A was given in line 1 already");
    expect_error("a = 1\n  and more\n", ":2: a was given in line 1 already");
}

static void hostile_files_are_refused(void **state)
{
    static char text[CONFIG_SIZE_MAX + 2];

    (void)state;
    expect_error_in("a = 1\nb = \0\n", 11, ":2: a NUL byte");
    memset(text, 'x', sizeof text);
    expect_error_in(text, CONFIG_SIZE_MAX + 1, ": is larger than 65536 bytes, so it is no configuration");
    expect_error_in(text, 181, ":1: a line of more than 180 bytes");
    memcpy(text, "[DEFAULT]\n", 10);
    memcpy(text + 150, " = 1\n", 6);
    expect_error(text, ":2: a key of more than 127 bytes");
    for (unsigned i = 0; i <= CONFIG_ENTRIES_MAX; i++)
        (void)snprintf(text + (size_t)i * 6, 8, "k%03u=\n", i);
    expect_error(text, ":257: more keys than a configuration has");
}

/* Each prefix of a good file, and each byte of it replaced: read or refused, and never anything
 * else; what sanitizers and valgrind see is the point. */
static void cut_and_changed_files_do_no_harm(void **state)
{
    static const char good[] = "[DEFAULT]\nSERVER_PORT = 12345\n; c\n[x]\n  y : z ; w\n";
    char text[sizeof good];

    (void)state;
    for (size_t len = 0; len < sizeof good; len++)
        (void)read_bytes(good, len);
    for (size_t at = 0; at + 1 < sizeof good; at++) {
        for (size_t i = 0; i < sizeof "[]=:;# \t\r\n\xc3" - 1; i++) {
            memcpy(text, good, sizeof good);
            text[at] = "[]=:;# \t\r\n\xc3"[i];
            if (!read_bytes(text, sizeof good - 1))
                assert_int_equal(strncmp(config_error(&config), config.path, strlen(config.path)), 0);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(keys_are_those_of_the_default_section, begin, end),
        cmocka_unit_test_setup_teardown(files_without_keys_are_empty, begin, end),
        cmocka_unit_test_setup_teardown(broken_files_are_refused_with_their_line, begin, end),
        cmocka_unit_test_setup_teardown(hostile_files_are_refused, begin, end),
        cmocka_unit_test_setup_teardown(cut_and_changed_files_do_no_harm, begin, end),
    };

    return cmocka_run_group_tests_name("config_ini", tests, NULL, NULL);
}
