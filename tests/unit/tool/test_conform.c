/*
 * What `sorteo conform` is made of: its frames are those of the encoder, its choice of cases, its
 * report, and the client as a child.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tool/conform/choice.h"
#include "tool/conform/command.h"
#include "tool/conform/frames.h"
#include "tool/conform/lines.h"
#include "tool/conform/report.h"
#include "unit/capture.h"

static const struct case_name name = { "6", "agency_zero", "bets of agency 0 are refused" };

static void frames_are_those_of_the_encoder(void **state)
{
    (void)state;
    for (unsigned number = 0; number < sorteo_dialect_count(); number++) {
        enum sorteo_dialect dialect = (enum sorteo_dialect)number;
        const struct sorteo_bet bets[] = { frames_bet(dialect, 3, 30904465, 7574), frames_bet(dialect, 3, 7, 1) };
        struct frames frames;
        uint8_t wanted[1024];
        size_t batch, single, finish, receipt;

        assert_int_equal(sorteo_encode_batch(dialect, 9, bets, 2, wanted, sizeof wanted, &batch, NULL), SORTEO_E_OK);
        assert_int_equal(sorteo_encode_single(dialect, 10, &bets[1], wanted + batch, sizeof wanted - batch, &single,
                                              NULL),
                         SORTEO_E_OK);
        single += batch;
        assert_int_equal(sorteo_encode_finish(dialect, 11, 3, wanted + single, sizeof wanted - single, &finish),
                         SORTEO_E_OK);
        finish += single;
        assert_int_equal(sorteo_encode_receipt(dialect, wanted + finish, sizeof wanted - finish, &receipt),
                         SORTEO_E_OK);
        assert_true(frames_init(&frames));
        frames_add_batch(&frames, dialect, 9, bets, 2);
        frames_add_single(&frames, dialect, 10, &bets[1]);
        frames_add_finish(&frames, dialect, 11, 3);
        frames_add_receipt(&frames, dialect);
        assert_int_equal(frames.len, finish + receipt);
        assert_memory_equal(frames.bytes, wanted, frames.len);
        frames_fini(&frames);
    }
}

static void choice_takes_parts_of_names(void **state)
{
    (void)state;
    assert_true(choice_has(NULL, "agency_zero"));
    assert_true(choice_has("zero", "agency_zero"));
    assert_true(choice_has("nothing,agency", "agency_zero"));
    assert_false(choice_has("nothing,zeros", "agency_zero"));
    assert_false(choice_has("", "agency_zero"));
    assert_false(choice_has(",", "agency_zero"));
}

static const char *report(bool json, const struct verdict *verdict)
{
    static struct capture capture;
    struct report reported = { .json = json, .count = 1 };

    capture_begin(&capture, STDOUT_FILENO);
    report_case(&reported, &name, verdict);
    (void)capture_end(&capture);
    assert_int_equal(reported.failed, verdict->state == VERDICT_FAILED);
    return capture.text;
}

static void failed_case_says_what_was_expected(void **state)
{
    struct verdict verdict;

    (void)state;
    verdict_begin(&verdict);
    for (unsigned step = 0; step < VERDICT_STEPS + 1; step++)
        verdict_step(&verdict, "step %u", step);
    verdict_fail(&verdict, "ANSWER 1", "ANSWER %d \"quoted\"", 0);
    verdict_fail(&verdict, "more", "after the first");
    assert_non_null(strstr(report(false, &verdict), "not ok 1 - 6 agency_zero: bets of agency 0 are refused\n  ---\n"
                                                    "  sent:\n    - \"step 1\"\n"));
    assert_non_null(strstr(report(false, &verdict), "    - \"step 12\"\n  expected: \"ANSWER 1\"\n"
                                                    "  came: \"ANSWER 0 \\\"quoted\\\"\"\n  ...\n"));
    assert_non_null(strstr(report(true, &verdict), "\"result\":\"failed\""));
    assert_non_null(strstr(report(true, &verdict), "\"came\":\"ANSWER 0 \\\"quoted\\\"\"}\n"));
}

static void skipped_case_says_why(void **state)
{
    struct verdict verdict;

    (void)state;
    verdict_begin(&verdict);
    verdict_skip(&verdict, "it takes %u agencies", 2u);
    verdict_fail(&verdict, "nothing", "after that");
    assert_string_equal(report(false, &verdict),
                        "ok 1 - 6 agency_zero: bets of agency 0 are refused # SKIP it takes 2 agencies\n");
}

static void lines_are_compared_from_their_beginning(void **state)
{
    const struct sorteo_bet one = frames_bet(SORTEO_WIDE, 1, 1, 7), two = frames_bet(SORTEO_WIDE, 1, 22, 7);
    const struct sorteo_bet like_two = frames_bet(SORTEO_WIDE, 1, 23, 7);
    struct lines a = { 0 }, b = { 0 };

    (void)state;
    assert_int_equal(lines_same(&a, &b), 0);
    lines_add(&a, &one);
    lines_add(&a, &two);
    lines_add(&b, &one);
    assert_int_equal(lines_same(&a, &b), 1);
    lines_add(&b, &like_two);
    assert_int_equal(lines_same(&a, &b), 1);
    lines_clear(&b);
    lines_append(&b, &a);
    assert_int_equal(b.count, 2);
    assert_int_equal(lines_same(&a, &b), 2);
    lines_fini(&a);
    lines_fini(&b);
}

static void words_of_a_command_are_filled_in(void **state)
{
    const struct command_stand stands[] = { { "file", "a b" }, { "port", "7" }, { NULL, NULL } };
    char *words[] = { (char[]){ "sh" },
                      (char[]){ "-c" },
                      (char[]){ "echo \"$1\"; echo; exit {port}" },
                      (char[]){ "sh" },
                      (char[]){ "{file}{other}:{port}}" },
                      NULL };
    struct command command;
    char line[64];

    (void)state;
    assert_true(command_has(words, "port"));
    assert_false(command_has(words, "server"));
    assert_true(command_start(&command, words, stands));
    while (!command_is_over(&command))
        ;
    assert_true(WIFEXITED(command.status) && WEXITSTATUS(command.status) == 7);
    assert_string_equal(command_last_line(&command, line, sizeof line), "a b{other}:7}");
    command_end(&command);
    assert_int_equal(command.pid, 0);
}

/* The sleeper holds the pipe's other end as long as it lives. */
static void what_a_command_leaves_behind_ends_with_it(void **state)
{
    const struct command_stand stands[] = { { NULL, NULL } };
    char *words[] = { (char[]){ "sh" }, (char[]){ "-c" }, (char[]){ "sleep 30 & exit 7" }, NULL };
    struct command command;
    struct pollfd other_end;
    int ends[2];

    (void)state;
    assert_int_equal(pipe(ends), 0);
    assert_true(command_start(&command, words, stands));
    close(ends[1]);
    while (!command_is_over(&command))
        ;
    assert_true(WIFEXITED(command.status) && WEXITSTATUS(command.status) == 7);
    command_end(&command);
    other_end = (struct pollfd){ .fd = ends[0], .events = POLLIN };
    assert_int_equal(poll(&other_end, 1, 10000), 1);
    assert_int_equal(other_end.revents & (POLLIN | POLLHUP), POLLHUP);
    close(ends[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_are_those_of_the_encoder),           cmocka_unit_test(choice_takes_parts_of_names),
        cmocka_unit_test(failed_case_says_what_was_expected),        cmocka_unit_test(skipped_case_says_why),
        cmocka_unit_test(lines_are_compared_from_their_beginning),   cmocka_unit_test(words_of_a_command_are_filled_in),
        cmocka_unit_test(what_a_command_leaves_behind_ends_with_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
