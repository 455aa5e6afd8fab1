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
#include "unit/config_file.h"

static int begin(void **state)
{
    (void)state;
    config_file_begin("", config_ini_parse);
    return 0;
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
    expect_error_in(text, CONFIG_SIZE_MAX + 1, ": is larger than 65536 bytes, the most that a configuration may have");
    expect_error_in(text, 181, ":1: a line of more than 180 bytes");
    memcpy(text, "[DEFAULT]\n", 10);
    memcpy(text + 150, " = 1\n", 6);
    expect_error(text, ":2: a key of more than 127 bytes");
    expect_too_many_keys('=');
}

static void cut_and_changed_files_do_no_harm(void **state)
{
    (void)state;
    expect_no_harm("[DEFAULT]\nSERVER_PORT = 12345\n; c\n[x]\n  y : z ; w\n", "[]=:;# \t\r\n\xc3");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(keys_are_those_of_the_default_section, begin, config_file_end),
        cmocka_unit_test_setup_teardown(files_without_keys_are_empty, begin, config_file_end),
        cmocka_unit_test_setup_teardown(broken_files_are_refused_with_their_line, begin, config_file_end),
        cmocka_unit_test_setup_teardown(hostile_files_are_refused, begin, config_file_end),
        cmocka_unit_test_setup_teardown(cut_and_changed_files_do_no_harm, begin, config_file_end),
    };

    return cmocka_run_group_tests_name("config_ini", tests, NULL, NULL);
}
