/* What the observer answers: which path, in which format, and what a label may hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "server/observe/answers.h"

#define NOW_MS 100000u

static struct view view;
static struct answer answer;

static int begin(void **state)
{
    (void)state;
    memset(&view, 0, sizeof view);
    view.agencies = 2;
    view.dialect = "wide";
    view.came_ms = NOW_MS;
    view.numbers.is_ready = 1;
    return 0;
}

static int end(void **state)
{
    (void)state;
    answer_fini(&answer);
    return 0;
}

static void ask(const char *method, const char *path, const char *accept)
{
    answer_fini(&answer);
    answer_make(&answer, &view, NOW_MS, method, path, accept);
}

static void assert_says(const char *text)
{
    assert_non_null(strstr(answer.body, text));
}

static void unknown_path_is_not_found(void **state)
{
    (void)state;
    ask("GET", "/metrics/", NULL);
    assert_int_equal(answer.status, 404);
    ask("GET", "", NULL);
    assert_int_equal(answer.status, 404);
}

static void method_that_changes_something_is_refused(void **state)
{
    (void)state;
    ask("POST", "/metrics", NULL);
    assert_int_equal(answer.status, 405);
    ask("HEAD", "/health", NULL);
    assert_int_equal(answer.status, 200);
}

static void health_ends_when_the_supervisor_is_not_heard(void **state)
{
    (void)state;
    ask("GET", "/health", NULL);
    assert_int_equal(answer.status, 200);
    view.came_ms = NOW_MS - VIEW_STALE_MS;
    ask("GET", "/health", NULL);
    assert_int_equal(answer.status, 503);
    ask("GET", "/ready", NULL);
    assert_int_equal(answer.status, 503);
    view.came_ms = 0; /* nothing has come yet */
    ask("GET", "/health", NULL);
    assert_int_equal(answer.status, 503);
}

static void server_that_lacks_something_is_not_ready(void **state)
{
    (void)state;
    ask("GET", "/ready", NULL);
    assert_int_equal(answer.status, 200);
    view.numbers.is_ready = 0;
    ask("GET", "/ready", NULL);
    assert_int_equal(answer.status, 503);
    ask("GET", "/health", NULL);
    assert_int_equal(answer.status, 200);
}

static void format_is_the_one_that_is_accepted(void **state)
{
    static const char last[] = "# EOF\n";

    (void)state;
    ask("GET", "/metrics", "application/openmetrics-text;version=1.0.0,text/plain;q=0.5");
    assert_non_null(strstr(answer.type, "application/openmetrics-text; version=1.0.0"));
    assert_string_equal(answer.body + answer.len - strlen(last), last);
    assert_says("# TYPE sorteo_bets counter\n");
    assert_says("# UNIT sorteo_received_bytes bytes\n");
    ask("GET", "/metrics", "text/plain");
    assert_non_null(strstr(answer.type, "text/plain; version=0.0.4"));
    assert_null(strstr(answer.body, "# EOF"));
    assert_says("# TYPE sorteo_bets_total counter\n");
}

static void counts_are_shown_by_agency_and_result(void **state)
{
    (void)state;
    view.numbers.committer.agency[2].counters.bets[RESULT_REPEATED] = 31;
    view.numbers.committer.agency[0].counters.frames[FRAME_FINISH][RESULT_REFUSED] = 4;
    view.numbers.committer.agency[1].phase = AGENCY_WAITING;
    ask("GET", "/metrics", NULL);
    assert_says("\nsorteo_bets_total{agency=\"2\",result=\"repeated\"} 31\n");
    assert_says("\nsorteo_frames_total{agency=\"none\",frame=\"finish\",result=\"refused\"} 4\n");
    assert_says("\nsorteo_agency_phase{agency=\"1\",phase=\"waiting\"} 1\n");
    assert_says("\nsorteo_agency_phase{agency=\"1\",phase=\"open\"} 0\n");
    assert_null(strstr(answer.body, "agency=\"3\""));
}

static void histogram_is_cumulative_and_in_seconds(void **state)
{
    struct durations *commits = &view.numbers.committer.counters.commits;

    (void)state;
    durations_add(commits, 50000);
    durations_add(commits, 900000000);
    durations_add(commits, UINT64_C(60000000000));
    ask("GET", "/metrics", NULL);
    assert_says("\nsorteo_commit_duration_seconds_bucket{le=\"0.0001\"} 1\n");
    assert_says("\nsorteo_commit_duration_seconds_bucket{le=\"1.0\"} 2\n");
    assert_says("\nsorteo_commit_duration_seconds_bucket{le=\"+Inf\"} 3\n");
    assert_says("\nsorteo_commit_duration_seconds_sum 60.900050\n");
    assert_says("\nsorteo_commit_duration_seconds_count 3\n");
}

static void page_may_load_nothing_from_elsewhere(void **state)
{
    (void)state;
    ask("GET", "/", NULL);
    assert_int_equal(answer.status, 200);
    assert_string_equal(answer.type, "text/html; charset=utf-8");
    assert_non_null(strstr(answer.policy, "default-src 'none'; connect-src 'self';"));
    assert_non_null(strstr(answer.policy, "script-src 'sha256-"));
    assert_null(strstr(answer.policy, "unsafe"));
    ask("GET", "/metrics", NULL);
    assert_non_null(strstr(answer.policy, "default-src 'none'"));
    assert_null(strstr(answer.policy, "script-src"));
}

static void draw_is_told_in_numbers_alone(void **state)
{
    struct committer_numbers *numbers = &view.numbers.committer;

    (void)state;
    ask("GET", "/draw.json", NULL);
    assert_says("{\"ready\":true,\"drawing\":false,\"drawn\":null,\"agencies\":[{\"agency\":1,\"phase\":\"open\",");
    numbers->drawn = 3;
    numbers->winners = 12;
    numbers->drawn_at_s = 1796053941;
    numbers->agency[1] = (struct agency_numbers){ .round = 3, .phase = AGENCY_DRAWN, .winners = 5, .winners_round = 3 };
    numbers->agency[2] = (struct agency_numbers){ .round = 4, .bets = 7, .winners = 9, .winners_round = 2 };
    view.came_ms = NOW_MS - VIEW_STALE_MS;
    ask("GET", "/draw.json", NULL);
    assert_string_equal(answer.body,
                        "{\"ready\":false,\"drawing\":false,\"drawn\":{\"round\":3,\"winners\":12,\"at\":1796053941},"
                        "\"agencies\":[{\"agency\":1,\"phase\":\"drawn\",\"round\":3,\"bets\":0,\"winners\":5},"
                        "{\"agency\":2,\"phase\":\"open\",\"round\":4,\"bets\":7,\"winners\":null}]}\n");
}

static void label_is_escaped(void **state)
{
    (void)state;
    reasons_add(&view.numbers.committer.refusals, "a \"quoted\" \\ reason", 2);
    ask("GET", "/metrics", NULL);
    assert_says("\nsorteo_refusals_total{reason=\"a \\\"quoted\\\" \\\\ reason\"} 2\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(unknown_path_is_not_found, begin, end),
        cmocka_unit_test_setup_teardown(method_that_changes_something_is_refused, begin, end),
        cmocka_unit_test_setup_teardown(health_ends_when_the_supervisor_is_not_heard, begin, end),
        cmocka_unit_test_setup_teardown(server_that_lacks_something_is_not_ready, begin, end),
        cmocka_unit_test_setup_teardown(format_is_the_one_that_is_accepted, begin, end),
        cmocka_unit_test_setup_teardown(counts_are_shown_by_agency_and_result, begin, end),
        cmocka_unit_test_setup_teardown(histogram_is_cumulative_and_in_seconds, begin, end),
        cmocka_unit_test_setup_teardown(page_may_load_nothing_from_elsewhere, begin, end),
        cmocka_unit_test_setup_teardown(draw_is_told_in_numbers_alone, begin, end),
        cmocka_unit_test_setup_teardown(label_is_escaped, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
