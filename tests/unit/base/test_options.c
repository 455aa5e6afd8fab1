/*
 * Command lines and environments against a table with every kind of option, right and wrong.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <string.h>

#include <cmocka.h>

#include "base/options.h"
#include "unit/capture.h"

static const char *const colours[] = { "red", "green", "grey", "WARNING", NULL };

static struct {
    bool verbose;
    uint64_t count, timeout_ms;
    const char *path;
    unsigned colour;
    struct option_texts doors;
} values;

static const struct option_spec table[] = {
    { .name = "verbose", .kind = OPTION_FLAG, .value = &values.verbose, .help = "say more" },
    { .name = "count",
      .kind = OPTION_NUMBER,
      .value = &values.count,
      .min = 1,
      .max = 255,
      .metavar = "N",
      .environment = "TEST_COUNT",
      .help = "how many; 5 unless told otherwise, which is a sentence that is too long for one line" },
    { .name = "timeout",
      .kind = OPTION_SECONDS,
      .value = &values.timeout_ms,
      .min = 500,
      .max = 3600000,
      .help = "how long" },
    { .name = "path",
      .kind = OPTION_TEXT,
      .value = &values.path,
      .metavar = "FILE",
      .environment = "TEST_PATH",
      .help = "where" },
    { .name = "colour", .kind = OPTION_CHOICE, .value = &values.colour, .choices = colours, .help = "which" },
    { .name = "door", .kind = OPTION_TEXTS, .value = &values.doors, .metavar = "NAME[,...]", .help = "through which" },
    { .name = "colour-of-the-background", .kind = OPTION_FLAG, .value = &values.verbose, .help = "a long name" },
};

static const struct options_program program = {
    .name = "thing",
    .synopsis = "[OPTION]... [FILE]",
    .summary = "Does a thing.",
    .epilogue = "The end.\n",
    .version = "1.2.3",
    .options = table,
    .option_count = sizeof table / sizeof table[0],
};

static struct capture capture;
static int operand;

static int reset(void **state)
{
    (void)state;
    values.verbose = false;
    values.count = 5;
    values.timeout_ms = 1000;
    values.path = "default";
    values.colour = 0;
    values.doors.count = 0;
    (void)unsetenv("TEST_COUNT");
    (void)unsetenv("TEST_PATH");
    return 0;
}

/* Parses words, the list of which ends with NULL, with standard output or standard error
 * captured. */
static enum options_outcome parse(int fd, const char *const *words)
{
    char *argv[OPTION_TEXTS_MAX + 3] = { (char[]){ "thing" } };
    enum options_outcome outcome;
    int argc = 1;

    for (; words[argc - 1] != NULL; argc++)
        argv[argc] = (char *)words[argc - 1]; /* moved about, but never written to */
    capture_begin(&capture, fd);
    outcome = options_parse(&program, argc, argv, 1, &operand);
    (void)capture_end(&capture);
    return outcome;
}

#define PARSE(...) parse(STDERR_FILENO, (const char *const[]){ __VA_ARGS__, NULL })

static void assert_refused(enum options_outcome outcome, const char *text)
{
    assert_int_equal(outcome, OPTIONS_ERROR);
    assert_string_equal(capture.text, text);
}

static void options_take_every_kind(void **state)
{
    (void)state;
    assert_int_equal(PARSE("--verbose", "--count", "255", "file", "--timeout=2.5", "--path", "x y", "--colour=GREEN"),
                     OPTIONS_OK);
    assert_true(values.verbose);
    assert_int_equal(values.count, 255);
    assert_int_equal(values.timeout_ms, 2500);
    assert_string_equal(values.path, "x y");
    assert_int_equal(values.colour, 1);
    assert_int_equal(operand, 8);
    assert_string_equal(capture.text, "");
}

static void options_keep_defaults_when_nothing_is_given(void **state)
{
    (void)state;
    assert_int_equal(parse(STDERR_FILENO, (const char *const[]){ NULL }), OPTIONS_OK);
    assert_int_equal(values.count, 5);
    assert_int_equal(values.timeout_ms, 1000);
    assert_string_equal(values.path, "default");
    assert_int_equal(operand, 1);
}

static void options_take_names_and_choices_cut_short(void **state)
{
    (void)state;
    assert_int_equal(PARSE("--verb", "--cou=7", "--colour", "warn"), OPTIONS_OK);
    assert_true(values.verbose);
    assert_int_equal(values.count, 7);
    assert_int_equal(values.colour, 3);
}

static void options_end_at_two_dashes_and_take_a_dash_as_operand(void **state)
{
    (void)state;
    assert_int_equal(PARSE("--", "--verbose"), OPTIONS_OK);
    assert_false(values.verbose);
    assert_int_equal(operand, 2);
    assert_int_equal(PARSE("-"), OPTIONS_OK);
    assert_int_equal(operand, 1);
}

static void variables_are_defaults_and_options_win(void **state)
{
    (void)state;
    (void)setenv("TEST_COUNT", "9", 1);
    (void)setenv("TEST_PATH", "", 1);
    assert_int_equal(PARSE("--verbose"), OPTIONS_OK);
    assert_int_equal(values.count, 9);
    assert_string_equal(values.path, "default");
    assert_int_equal(PARSE("--count=3"), OPTIONS_OK);
    assert_int_equal(values.count, 3);
}

static void variable_is_refused_by_its_name(void **state)
{
    (void)state;
    (void)setenv("TEST_COUNT", "-1", 1);
    assert_refused(PARSE("--verbose"),
                   "thing: TEST_COUNT: '-1' is not a whole number from 1 to 255. Try 'thing --help'.\n");
    assert_int_equal(PARSE("--count", "3"), OPTIONS_OK);
}

static void number_is_refused_unless_whole_and_in_range(void **state)
{
    static const char *const wrong[] = {
        "0", "256", "", "-1", "+1", " 1", "1 ", "1x", "0x10", "1.0", "18446744073709551616", "99999999999999999999999"
    };
    char text[200];

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        (void)snprintf(text, sizeof text,
                       "thing: --count: '%s' is not a whole number from 1 to 255. Try 'thing --help'.\n", wrong[i]);
        assert_refused(PARSE("--count", wrong[i]), text);
    }
    assert_int_equal(values.count, 5);
}

static void seconds_are_refused_unless_decimal_and_in_range(void **state)
{
    static const char *const wrong[] = { "0",   "0.499", "3600.001", "1.", ".5",    "1.2345",
                                         "1e3", "-1",    "1.-5",     "",   "1.5.5", "99999999999999999999999999" };
    char text[200];

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        (void)snprintf(text, sizeof text,
                       "thing: --timeout: '%s' is not a number of seconds from 0.5 to 3600 "
                       "(at most three decimals). Try 'thing --help'.\n",
                       wrong[i]);
        assert_refused(PARSE("--timeout", wrong[i]), text);
    }
    assert_int_equal(values.timeout_ms, 1000);
    assert_int_equal(PARSE("--timeout", "0.5"), OPTIONS_OK);
    assert_int_equal(values.timeout_ms, 500);
    assert_int_equal(PARSE("--timeout", "3600"), OPTIONS_OK);
    assert_int_equal(values.timeout_ms, 3600000);
}

static void choice_is_refused_when_unknown_or_ambiguous(void **state)
{
    (void)state;
    assert_refused(PARSE("--colour", "blue"),
                   "thing: --colour: 'blue' is not one of red, green, grey, WARNING. Try 'thing --help'.\n");
    assert_refused(PARSE("--colour", "gre"),
                   "thing: --colour: 'gre' is not one of red, green, grey, WARNING. Try 'thing --help'.\n");
    assert_refused(PARSE("--colour", ""),
                   "thing: --colour: '' is not one of red, green, grey, WARNING. Try 'thing --help'.\n");
    assert_int_equal(values.colour, 0);
}

static void text_is_refused_when_empty(void **state)
{
    (void)state;
    assert_refused(PARSE("--path", ""), "thing: --path: '' is not allowed: it may not be empty. Try 'thing --help'.\n");
}

static void texts_are_those_of_the_command_line_or_of_the_variable(void **state)
{
    (void)state;
    (void)setenv("SORTEO_DOOR", "back", 1);
    assert_int_equal(PARSE("--door", "front", "--verbose", "--door=side", "--door", "front"), OPTIONS_OK);
    assert_int_equal(values.doors.count, 3);
    assert_string_equal(values.doors.text[0], "front");
    assert_string_equal(values.doors.text[1], "side");
    assert_string_equal(values.doors.text[2], "front");
    values.doors.count = 0;
    assert_int_equal(PARSE("--verbose"), OPTIONS_OK);
    assert_int_equal(values.doors.count, 1);
    assert_string_equal(values.doors.text[0], "back");
    (void)unsetenv("SORTEO_DOOR");
}

static void texts_are_refused_when_empty_or_too_many(void **state)
{
    const char *words[OPTION_TEXTS_MAX + 2] = { NULL };

    (void)state;
    assert_refused(PARSE("--door", "front", "--door="),
                   "thing: --door: '' is not allowed: it may not be empty. Try 'thing --help'.\n");
    values.doors.count = 0;
    for (unsigned i = 0; i < OPTION_TEXTS_MAX; i++)
        words[i] = "--door=front";
    assert_int_equal(parse(STDERR_FILENO, words), OPTIONS_OK);
    values.doors.count = 0;
    words[OPTION_TEXTS_MAX] = "--door=side";
    assert_refused(parse(STDERR_FILENO, words),
                   "thing: --door: 'side' is one more than the 16 that may be given. Try 'thing --help'.\n");
}

static void names_are_refused_when_unknown_or_ambiguous(void **state)
{
    (void)state;
    assert_refused(PARSE("--speed=9"), "thing: '--speed=9': unknown option. Try 'thing --help'.\n");
    assert_refused(PARSE("file", "--speed"), "thing: '--speed': unknown option. Try 'thing --help'.\n");
    assert_refused(PARSE("--ve"), "thing: '--ve': may mean --verbose or --version. Try 'thing --help'.\n");
    assert_refused(PARSE("-x"), "thing: '-x': unknown option. Try 'thing --help'.\n");
}

static void values_are_refused_when_missing_or_not_wanted(void **state)
{
    (void)state;
    assert_refused(PARSE("--count"), "thing: --count: missing value. Try 'thing --help'.\n");
    assert_refused(PARSE("--verbose=1"), "thing: '--verbose=1': --verbose takes no value. Try 'thing --help'.\n");
    assert_refused(PARSE("--help=1"), "thing: '--help=1': takes no value. Try 'thing --help'.\n");
}

static void operands_are_refused_beyond_the_last(void **state)
{
    (void)state;
    assert_refused(PARSE("a", "--verbose", "b"), "thing: 'b': unexpected argument. Try 'thing --help'.\n");
}

static void errors_quote_no_control_characters_and_not_all_of_a_long_text(void **state)
{
    char expected[300], given[200];

    (void)state;
    assert_refused(PARSE("--count", "1\n\033[m"),
                   "thing: --count: '1??[m' is not a whole number from 1 to 255. Try 'thing --help'.\n");
    memset(given, '7', sizeof given - 1);
    given[sizeof given - 1] = '\0';
    (void)snprintf(expected, sizeof expected,
                   "thing: --count: '%.60s...' is not a whole number from 1 to 255. Try 'thing --help'.\n", given);
    assert_refused(PARSE("--count", given), expected);
}

static void help_is_laid_out_within_eighty_columns(void **state)
{
    (void)state;
    (void)setenv("TEST_COUNT", "wrong", 1);
    assert_int_equal(parse(STDOUT_FILENO, (const char *const[]){ "--help", NULL }), OPTIONS_DONE);
    assert_string_equal(capture.text, "Usage: thing [OPTION]... [FILE]\n"
                                      "Does a thing.\n"
                                      "\n"
                                      "Options:\n"
                                      "  --verbose             say more\n"
                                      "  --count N             how many; 5 unless told otherwise, which is a sentence\n"
                                      "                        that is too long for one line [TEST_COUNT]\n"
                                      "  --timeout N           how long\n"
                                      "  --path FILE           where [TEST_PATH]\n"
                                      "  --colour red|green|grey|WARNING\n"
                                      "                        which\n"
                                      "  --door NAME[,...]     through which\n"
                                      "  --colour-of-the-background\n"
                                      "                        a long name\n"
                                      "  --help                Print this help and exit.\n"
                                      "  --version             Print the version and exit.\n"
                                      "\n"
                                      "Each option can also be set by an environment variable: SORTEO_ and its name,\n"
                                      "such as SORTEO_LOG_LEVEL for --log-level. It overrides the variable in\n"
                                      "brackets. The command line overrides the environment.\n"
                                      "\n"
                                      "The end.\n");
}

static void every_option_has_a_variable(void **state)
{
    (void)state;
    (void)setenv("SORTEO_TIMEOUT", "2.5", 1);
    (void)setenv("SORTEO_COLOUR_OF_THE_BACKGROUND", "yes", 1);
    (void)setenv("SORTEO_COUNT", "7", 1);
    (void)setenv("TEST_COUNT", "8", 1); /* ours comes first */
    assert_int_equal(parse(STDERR_FILENO, (const char *const[]){ NULL }), OPTIONS_OK);
    assert_int_equal(values.timeout_ms, 2500);
    assert_int_equal(values.count, 7);
    assert_true(values.verbose);
    (void)setenv("SORTEO_VERBOSE", "no", 1);
    (void)unsetenv("SORTEO_COLOUR_OF_THE_BACKGROUND");
    assert_int_equal(parse(STDERR_FILENO, (const char *const[]){ "--count", "9", NULL }), OPTIONS_OK);
    assert_int_equal(values.count, 9);
    assert_false(values.verbose);
    (void)setenv("SORTEO_VERBOSE", "perhaps", 1);
    assert_int_equal(parse(STDERR_FILENO, (const char *const[]){ NULL }), OPTIONS_ERROR);
    assert_non_null(strstr(capture.text, "SORTEO_VERBOSE: 'perhaps' is neither yes nor no"));
    (void)unsetenv("SORTEO_VERBOSE");
    (void)setenv("SORTEO_COUNT", "tcp://10.0.0.1:80", 1);
    assert_int_equal(parse(STDERR_FILENO, (const char *const[]){ NULL }), OPTIONS_ERROR);
    assert_non_null(strstr(capture.text, "SORTEO_COUNT: 'tcp://10.0.0.1:80' is not a whole number"));
    (void)unsetenv("SORTEO_COUNT");
    (void)unsetenv("SORTEO_TIMEOUT");
}

static void version_is_printed(void **state)
{
    (void)state;
    assert_int_equal(parse(STDOUT_FILENO, (const char *const[]){ "--version", NULL }), OPTIONS_DONE);
    assert_string_equal(capture.text, "thing 1.2.3\n");
}

/* Prints --help into a descriptor, which it closes. */
static enum options_outcome print_help_into(int fd)
{
    int saved = dup(STDOUT_FILENO);
    enum options_outcome outcome;

    (void)fflush(stdout);
    assert_int_equal(dup2(fd, STDOUT_FILENO), STDOUT_FILENO);
    outcome = PARSE("--help");
    (void)__fpurge(stdout);
    clearerr(stdout);
    assert_int_equal(dup2(saved, STDOUT_FILENO), STDOUT_FILENO);
    (void)close(saved);
    (void)close(fd);
    return outcome;
}

/* It is no mistake in the command line. */
static void help_that_cannot_be_written_is_a_failure(void **state)
{
    enum options_outcome outcome = print_help_into(open("/dev/full", O_WRONLY | O_CLOEXEC));

    (void)state;
    assert_string_equal(capture.text, "thing: standard output cannot be written\n");
    assert_int_equal(outcome, OPTIONS_FAILED);
    assert_int_equal(options_exit_status(outcome), 1);
    assert_int_equal(options_exit_status(OPTIONS_DONE), 0);
    assert_int_equal(options_exit_status(OPTIONS_ERROR), 2);
}

static void help_whose_reader_goes_is_no_failure(void **state)
{
    int ends[2];

    (void)state;
    assert_int_equal(pipe(ends), 0);
    (void)close(ends[0]);
    assert_int_equal(print_help_into(ends[1]), OPTIONS_DONE);
    assert_string_equal(capture.text, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(options_take_every_kind, reset),
        cmocka_unit_test_setup(options_keep_defaults_when_nothing_is_given, reset),
        cmocka_unit_test_setup(options_take_names_and_choices_cut_short, reset),
        cmocka_unit_test_setup(options_end_at_two_dashes_and_take_a_dash_as_operand, reset),
        cmocka_unit_test_setup(variables_are_defaults_and_options_win, reset),
        cmocka_unit_test_setup(variable_is_refused_by_its_name, reset),
        cmocka_unit_test_setup(number_is_refused_unless_whole_and_in_range, reset),
        cmocka_unit_test_setup(seconds_are_refused_unless_decimal_and_in_range, reset),
        cmocka_unit_test_setup(choice_is_refused_when_unknown_or_ambiguous, reset),
        cmocka_unit_test_setup(text_is_refused_when_empty, reset),
        cmocka_unit_test_setup(texts_are_those_of_the_command_line_or_of_the_variable, reset),
        cmocka_unit_test_setup(texts_are_refused_when_empty_or_too_many, reset),
        cmocka_unit_test_setup(names_are_refused_when_unknown_or_ambiguous, reset),
        cmocka_unit_test_setup(values_are_refused_when_missing_or_not_wanted, reset),
        cmocka_unit_test_setup(operands_are_refused_beyond_the_last, reset),
        cmocka_unit_test_setup(errors_quote_no_control_characters_and_not_all_of_a_long_text, reset),
        cmocka_unit_test_setup(help_is_laid_out_within_eighty_columns, reset),
        cmocka_unit_test_setup(every_option_has_a_variable, reset),
        cmocka_unit_test_setup(version_is_printed, reset),
        cmocka_unit_test_setup(help_that_cannot_be_written_is_a_failure, reset),
        cmocka_unit_test_setup(help_whose_reader_goes_is_no_failure, reset),
    };

    return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
