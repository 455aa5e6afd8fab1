/*
 * What is said of a command line that cannot be followed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/usage_error.h"
#include "unit/capture.h"

static struct capture capture;

static void usage_error_names_the_program_twice(void **state)
{
    (void)state;
    capture_begin(&capture, STDERR_FILENO);
    assert_false(usage_error("sorteo backup", "%s is missing", "FILE"));
    assert_string_equal(capture_end(&capture), "sorteo backup: FILE is missing. Try 'sorteo backup --help'.\n");
}

static void usage_error_does_nothing_to_a_terminal(void **state)
{
    (void)state;
    capture_begin(&capture, STDERR_FILENO);
    (void)usage_error("sorteo", "'%s': unknown command", "\x1b[2Jgone\n");
    assert_string_equal(capture_end(&capture), "sorteo: '?[2Jgone?': unknown command. Try 'sorteo --help'.\n");
}

/* Whatever was given, the line ends with what to do. */
static void usage_error_of_a_long_text_says_what_to_do(void **state)
{
    static char text[5000];
    const char *hint = "Try 'sorteo --help'.\n";

    (void)state;
    memset(text, 'x', sizeof text - 1);
    capture_begin(&capture, STDERR_FILENO);
    (void)usage_error("sorteo", "'%s': unknown command", text);
    (void)capture_end(&capture);
    assert_true(capture.len < sizeof text);
    assert_string_equal(capture.text + capture.len - strlen(hint), hint);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(usage_error_names_the_program_twice),
        cmocka_unit_test(usage_error_does_nothing_to_a_terminal),
        cmocka_unit_test(usage_error_of_a_long_text_says_what_to_do),
    };

    return cmocka_run_group_tests_name("usage_error", tests, NULL, NULL);
}
