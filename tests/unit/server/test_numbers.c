/* What the roles count, what is doubted of it, and how it is added up when one of them dies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "server/supervisor/tally.h"

#define AGENCIES 2u
#define WORKERS 3u

static struct worker_numbers worker_before, worker_now;
static struct committer_numbers committer_before, committer_now;
static struct numbers sum;

static int begin(void **state)
{
    memset(&worker_before, 0, sizeof worker_before);
    memset(&committer_before, 0, sizeof committer_before);
    worker_before.counters.connections = 5;
    worker_before.counters.received_bytes = 1000;
    worker_before.open = 2;
    committer_before.agencies = AGENCIES;
    committer_before.agency[1].counters.bets[RESULT_TAKEN] = 7;
    reasons_add(&committer_before.refusals, "agency not served", 3);
    worker_now = worker_before;
    committer_now = committer_before;
    *state = tally_new(WORKERS, AGENCIES);
    return *state != NULL ? 0 : -1;
}

static int end(void **state)
{
    tally_free(*state);
    return 0;
}

static const char *doubt_worker(void)
{
    return doubt_worker_numbers(&worker_before, &worker_now, sizeof worker_now);
}

static const char *doubt_committer(void)
{
    return doubt_committer_numbers(&committer_before, &committer_now, committer_numbers_len(AGENCIES), AGENCIES);
}

/* ---- Times and reasons ----------------------------------------------------------------------- */

static void time_counts_up_to_the_first_bound_not_below_it(void **state)
{
    struct durations durations = { .sum_us = 0 };

    (void)state;
    durations_add(&durations, 0);
    durations_add(&durations, UINT64_C(1000) * durations_bounds_us[0]);
    durations_add(&durations, UINT64_C(1000) * durations_bounds_us[0] + 1);
    durations_add(&durations, UINT64_C(1000) * durations_bounds_us[DURATIONS_BOUNDS - 1] + 1);
    assert_int_equal(durations.counts[0], 2);
    assert_int_equal(durations.counts[1], 1);
    assert_int_equal(durations.counts[DURATIONS_BOUNDS], 1);
    assert_int_equal(durations.sum_us, 2u * durations_bounds_us[0] + durations_bounds_us[DURATIONS_BOUNDS - 1]);
    for (unsigned i = 1; i < DURATIONS_BOUNDS; i++)
        assert_true(durations_bounds_us[i] > durations_bounds_us[i - 1]);
}

static void reason_is_counted_in_its_place(void **state)
{
    static struct reasons reasons;
    char text[16];

    (void)state;
    memset(&reasons, 0, sizeof reasons);
    for (unsigned i = 0; i < REASONS_MAX + 5; i++) {
        text[0] = (char)('A' + i);
        text[1] = '\0';
        reasons_add(&reasons, text, 1);
        reasons_add(&reasons, "A", 1);
    }
    assert_int_equal(reasons.list[0].count, REASONS_MAX + 6);
    assert_string_equal(reasons.list[1].text, "B");
    assert_int_equal(reasons.list[1].count, 1);
    assert_int_equal(reasons.list[REASONS_MAX - 1].count, 6); /* all that have no place of their own */
}

/* ---- Doubt ----------------------------------------------------------------------------------- */

static void numbers_that_rise_are_believed(void **state)
{
    (void)state;
    assert_null(doubt_worker());
    assert_null(doubt_committer());
    worker_now.counters.sent_bytes += NUMBERS_RISE_MOST;
    worker_now.open = 0;
    committer_now.agency[AGENCIES].counters.frames[FRAME_BATCH][RESULT_REFUSED]++;
    reasons_add(&committer_now.refusals, "key already used for bets", 1);
    assert_null(doubt_worker());
    assert_null(doubt_committer());
}

static void counter_that_falls_is_doubted(void **state)
{
    (void)state;
    worker_now.counters.received_bytes--;
    committer_now.agency[1].counters.bets[RESULT_TAKEN]--;
    assert_string_equal(doubt_worker(), "a counter that falls");
    assert_string_equal(doubt_committer(), "a counter that falls");
    committer_now = committer_before;
    committer_now.refusals.list[0].count--;
    assert_string_equal(doubt_committer(), "a counter that falls");
}

static void counter_that_leaps_is_doubted(void **state)
{
    (void)state;
    worker_now.counters.malformed[NUMBERS_CODES - 1] = NUMBERS_RISE_MOST + 1;
    committer_now.counters.answers.sum_us = NUMBERS_RISE_MOST + 1;
    assert_non_null(doubt_worker());
    assert_non_null(doubt_committer());
    worker_before.counters.sent_bytes = worker_now.counters.sent_bytes = NUMBERS_MOST;
    worker_now.counters = worker_before.counters;
    worker_now.counters.sent_bytes++;
    assert_non_null(doubt_worker());
}

static void numbers_of_another_form_are_doubted(void **state)
{
    (void)state;
    assert_non_null(doubt_worker_numbers(&worker_before, &worker_now, sizeof worker_now - 1));
    assert_non_null(doubt_committer_numbers(&committer_before, &committer_now, committer_numbers_len(1), AGENCIES));
    worker_now.open = worker_now.counters.connections + 1;
    assert_non_null(doubt_worker());
    committer_now.agency[2].phase = AGENCY_DRAWN + 1;
    assert_non_null(doubt_committer());
}

static void reason_that_is_no_text_is_doubted(void **state)
{
    (void)state;
    committer_now.refusals.list[1] = (struct reason){ .text = "two\nlines", .count = 1 };
    assert_non_null(doubt_committer());
    memset(committer_now.refusals.list[1].text, 'x', REASON_TEXT_MAX);
    assert_non_null(doubt_committer());
    committer_now.refusals.list[1] = (struct reason){ .text = "", .count = 1 };
    assert_non_null(doubt_committer());
    committer_now = committer_before;
    committer_now.refusals.list[0].text[0] = 'A';
    assert_non_null(doubt_committer());
}

/* ---- Added up -------------------------------------------------------------------------------- */

static void take_worker(struct tally *tally, unsigned slot)
{
    assert_null(tally_take(tally, ROLE_WORKER, slot, &worker_now, sizeof worker_now));
}

static void take_committer(struct tally *tally)
{
    assert_null(tally_take(tally, ROLE_COMMITTER, 0, &committer_now, committer_numbers_len(AGENCIES)));
}

static void totals_of_workers_survive_their_replacement(void **state)
{
    struct tally *tally = *state;

    take_worker(tally, 0);
    take_worker(tally, 2);
    take_worker(tally, 2); /* again: what it says is a total already */
    tally_retire(tally, ROLE_WORKER, 2);
    tally_sum(tally, &sum);
    assert_int_equal(sum.workers.counters.received_bytes, 2000);
    assert_int_equal(sum.workers.open, 2);
    assert_int_equal(sum.roles[ROLE_WORKER].ended, 1);
    take_worker(tally, 2); /* its successor */
    tally_sum(tally, &sum);
    assert_int_equal(sum.workers.counters.received_bytes, 3000);
    assert_int_equal(sum.workers.counters.connections, 15);
}

static void totals_of_committers_survive_their_replacement(void **state)
{
    struct tally *tally = *state;

    committer_now.agency[1].round = 4;
    committer_now.is_usable = 1;
    take_committer(tally);
    tally_retire(tally, ROLE_COMMITTER, 0);
    tally_sum(tally, &sum);
    assert_int_equal(sum.committer.agency[1].counters.bets[RESULT_TAKEN], 7);
    assert_int_equal(sum.committer.agency[1].round, 4);
    assert_int_equal(sum.committer.is_usable, 0);
    assert_int_equal(sum.committer.refusals.list[0].count, 3);
    memset(&committer_now.refusals, 0, sizeof committer_now.refusals);
    reasons_add(&committer_now.refusals, "a reason of its successor", 1);
    take_committer(tally);
    tally_sum(tally, &sum);
    assert_int_equal(sum.committer.agency[1].counters.bets[RESULT_TAKEN], 14);
    assert_string_equal(sum.committer.refusals.list[1].text, "agency not served");
    assert_int_equal(sum.committer.refusals.list[1].count, 3);
}

static void numbers_that_are_doubted_are_not_taken(void **state)
{
    struct tally *tally = *state;

    take_worker(tally, 0);
    worker_now.counters.received_bytes = 1;
    assert_non_null(tally_take(tally, ROLE_WORKER, 0, &worker_now, sizeof worker_now));
    assert_non_null(tally_take(tally, ROLE_ACCEPTOR, 0, &worker_now, sizeof worker_now));
    tally_sum(tally, &sum);
    assert_int_equal(sum.workers.counters.received_bytes, 1000);
}

static void total_stays_where_a_double_is_exact(void **state)
{
    uint64_t total = NUMBERS_MOST - 1, more = 2;

    (void)state;
    numbers_add(&total, &more, sizeof total);
    assert_true(total == NUMBERS_MOST);
    numbers_add(&total, &more, sizeof total);
    assert_true(total == NUMBERS_MOST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(time_counts_up_to_the_first_bound_not_below_it),
        cmocka_unit_test(reason_is_counted_in_its_place),
        cmocka_unit_test_setup_teardown(numbers_that_rise_are_believed, begin, end),
        cmocka_unit_test_setup_teardown(counter_that_falls_is_doubted, begin, end),
        cmocka_unit_test_setup_teardown(counter_that_leaps_is_doubted, begin, end),
        cmocka_unit_test_setup_teardown(numbers_of_another_form_are_doubted, begin, end),
        cmocka_unit_test_setup_teardown(reason_that_is_no_text_is_doubted, begin, end),
        cmocka_unit_test_setup_teardown(totals_of_workers_survive_their_replacement, begin, end),
        cmocka_unit_test_setup_teardown(totals_of_committers_survive_their_replacement, begin, end),
        cmocka_unit_test_setup_teardown(numbers_that_are_doubted_are_not_taken, begin, end),
        cmocka_unit_test(total_stays_where_a_double_is_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
