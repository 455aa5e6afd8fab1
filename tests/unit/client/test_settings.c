/*
 * What the client was told to do: options and environment together, and what they may not say.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <unistd.h>

#include "client/settings.h"
#include "unit/capture.h"

static struct run_settings settings;
static struct capture capture;

static const char *const variables[] = { "CLI_ID", "CLI_SERVER_ADDRESS", "CLI_BATCH_MAXAMOUNT", "CLI_LOG_LEVEL",
                                         "NOMBRE", "APELLIDO",           "DOCUMENTO",           "NACIMIENTO",
                                         "NUMERO" };

static int reset(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
        (void)unsetenv(variables[i]);
    memset(&settings, 0xee, sizeof settings);
    return 0;
}

/* Words are separated by blanks. */
static enum options_outcome read_line(const char *line)
{
    static char words[512];
    char *argv[32] = { (char[]){ "sorteo-client" } };
    int argc = 1;
    snprintf(words, sizeof words, "%s", line);
    for (char *word = strtok(words, " "); word != NULL; word = strtok(NULL, " "))
        argv[argc++] = word;
    capture_begin(&capture, STDERR_FILENO);
    enum options_outcome outcome = run_settings_read(argc, argv, &settings);
    capture_end(&capture);
    return outcome;
}

static void expect_ok(const char *line)
{
    enum options_outcome outcome = read_line(line);
    assert_string_equal(capture.text, "");
    assert_int_equal(outcome, OPTIONS_OK);
}

/* One line that has `part`, and settings as they were. */
static void expect_error(const char *line, const char *part)
{
    struct run_settings before;
    memset(&settings, 0xee, sizeof settings);
    memcpy(&before, &settings, sizeof before);
    assert_int_equal(read_line(line), OPTIONS_ERROR);
    if (strstr(capture.text, part) == NULL)
        assert_string_equal(capture.text, part);
    assert_non_null(strstr(capture.text, "Try 'sorteo-client --help'."));
    assert_ptr_equal(strchr(capture.text, '\n'), capture.text + capture.len - 1);
    assert_memory_equal(&before, &settings, sizeof before);
}

static void set_bet(void)
{
    assert_int_equal(setenv("NOMBRE", "Santiago Lionel", 1), 0);
    assert_int_equal(setenv("APELLIDO", "Lorca", 1), 0);
    assert_int_equal(setenv("DOCUMENTO", "30904465", 1), 0);
    assert_int_equal(setenv("NACIMIENTO", "1999-03-17", 1), 0);
    assert_int_equal(setenv("NUMERO", "2201", 1), 0);
}

static void settings_have_defaults(void **state)
{
    (void)state;
    expect_ok("--agency 1 agency-1.csv");
    assert_int_equal(settings.agency, 1);
    assert_int_equal(settings.servers.count, 1);
    assert_string_equal(settings.servers.list[0].text, "127.0.0.1:12345");
    assert_int_equal(settings.batch.dialect, SORTEO_WIDE);
    assert_int_equal(settings.batch.form, BATCH_AUTO);
    assert_int_equal(settings.source, SOURCE_FILE);
    assert_string_equal(settings.path, "agency-1.csv");
    assert_int_equal(settings.window, 1);
    assert_int_equal(settings.retry_ms, 60000);
    assert_false(settings.per_frame || settings.resend || settings.empty_round || settings.has_finish_key);
    assert_null(settings.winners_path);
}

static void settings_take_options(void **state)
{
    (void)state;
    expect_ok(
        "--agency 255 --server [::1]:9 --dialect keyed --batch 150 --window 64 --connection keep --on-doubt resend "
        "--retry-for 0.5 --winners - --finish-key 18446744073709551615 --log-level debug -");
    assert_int_equal(settings.batch.form, BATCH_EXACT);
    assert_int_equal(settings.batch.bets, 150);
    assert_int_equal(settings.window, 64);
    assert_true(settings.resend && settings.has_finish_key);
    assert_true(settings.finish_key == UINT64_MAX);
    assert_int_equal(settings.retry_ms, 500);
    assert_string_equal(settings.path, "-");
}

/* Which doubt needs a window of 1: that of a file, without keys, to be guessed. */
static void window_goes_with_a_doubt_that_is_not_guessed(void **state)
{
    (void)state;
    expect_ok("--agency 1 --window 2 --on-doubt stop x.csv");
    expect_ok("--agency 1 --window 2 --on-doubt skip=4 x.csv");
    expect_ok("--agency 1 --window 2 --on-doubt resend --results");
    expect_ok("--agency 1 --window 2 --on-doubt resend --dialect keyed x.csv");
    expect_ok("--agency 1 --window 1 --on-doubt resend x.csv");
}

static void settings_take_defaults_from_the_environment(void **state)
{
    (void)state;
    (void)setenv("CLI_ID", "3", 1);
    (void)setenv("CLI_SERVER_ADDRESS", "server:12345", 1);
    (void)setenv("CLI_BATCH_MAXAMOUNT", "10", 1);
    expect_ok("x.csv");
    assert_int_equal(settings.agency, 3);
    assert_string_equal(settings.servers.list[0].text, "server:12345");
    assert_int_equal(settings.batch.bets, 10);
    expect_ok("--agency 4 --batch auto x.csv");
    assert_int_equal(settings.agency, 4);
    assert_int_equal(settings.batch.form, BATCH_AUTO);
    expect_ok("--single x.csv"); /* the variable is set for a fleet, and does not speak against it */
    assert_int_equal(settings.batch.form, BATCH_SINGLE);
}

static void bet_of_the_environment_goes_alone_unless_batch_is_given(void **state)
{
    (void)state;
    set_bet();
    (void)setenv("CLI_BATCH_MAXAMOUNT", "10", 1);
    expect_ok("--agency 1");
    assert_int_equal(settings.source, SOURCE_ENVIRONMENT);
    assert_int_equal(settings.batch.form, BATCH_SINGLE);
    assert_string_equal(settings.fields[1], "Lorca");
    expect_ok("--agency 1 --batch 10");
    assert_int_equal(settings.source, SOURCE_ENVIRONMENT);
    assert_int_equal(settings.batch.form, BATCH_EXACT);
    expect_ok("--agency 1 x.csv"); /* a file is a file */
    assert_int_equal(settings.source, SOURCE_FILE);
    (void)unsetenv("NACIMIENTO");
    expect_error("--agency 1", "holds part of a bet, but NACIMIENTO is not set");
}

static void results_and_empty_round_send_no_bets(void **state)
{
    (void)state;
    set_bet();
    expect_ok("--agency 1 --results");
    assert_int_equal(settings.source, SOURCE_NONE);
    expect_ok("--agency 1 --empty-round");
    assert_true(settings.empty_round);
    expect_ok("--agency 1 --empty-round --dialect keyed"); /* there a new KEY does it */
    assert_false(settings.empty_round);
    expect_error("--agency 1 --results x.csv", "--results sends no bets, but a file is given: 'x.csv'");
    expect_error("--agency 1 --empty-round -", "--empty-round sends no bets, but a file is given: '-'");
    expect_error("--agency 1 --results --empty-round", "cannot be used together");
    expect_error("--agency 1 --results --single", "needs the agency stream");
}

static void settings_refuse_what_does_not_go_together(void **state)
{
    (void)state;
    expect_error("x.csv", "--agency N, or set CLI_ID");
    expect_error("--agency 1", "no bets: give");
    expect_error("--agency 0 x.csv", "--agency");
    expect_error("--agency 256 x.csv", "--agency");
    expect_error("--agency 1 --server nowhere x.csv", "'nowhere' is not HOST:PORT");
    expect_error("--agency 1 --server [::1]:0 x.csv", "'[::1]:0' has port 0");
    expect_error("--agency 1 --batch 0 x.csv", "--batch, CLI_BATCH_MAXAMOUNT: '0' is neither");
    expect_error("--agency 1 --batch 65536 x.csv", "'65536' is neither auto nor a number from 1 to 65535");
    expect_error("--agency 1 --batch ten x.csv", "'ten' is neither");
    expect_error("--agency 1 --single --batch 5 x.csv", "--batch 5 cannot be given");
    expect_error("--agency 1 --window 0 x.csv", "--window");
    expect_error("--agency 1 --window 2 --connection per-frame x.csv", "--window must be 1");
    expect_error("--agency 1 --finish-key 3 x.csv",
                 "--finish-key is for a dialect with keys, and --dialect wide has none");
    expect_error("--agency 1 --dialect keyed --finish-key -3 x.csv", "--finish-key: '-3'");
    expect_error("--agency 1 --dialect keyed --results", "--results needs --finish-key in a dialect with keys");
    expect_error("--agency 1 --single --winners w x.csv", "returns no winners");
    expect_error("--agency 1 x.csv y.csv", "y.csv");
    expect_error("--agency 1 --dialect narrow x.csv", "--dialect");
}

#define TEST(name) cmocka_unit_test_setup(name, reset)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(settings_have_defaults),
        TEST(settings_take_options),
        TEST(window_goes_with_a_doubt_that_is_not_guessed),
        TEST(settings_take_defaults_from_the_environment),
        TEST(bet_of_the_environment_goes_alone_unless_batch_is_given),
        TEST(results_and_empty_round_send_no_bets),
        TEST(settings_refuse_what_does_not_go_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
