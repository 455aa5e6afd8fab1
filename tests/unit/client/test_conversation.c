/*
 * The client's side of the protocol against servers that keep connections, that end them, that
 * refuse or talk nonsense, up to the end of the round.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/client/client_fixture.h"

/* ---- Servers that are good ------------------------------------------------------------------- */

static void client_keeps_one_connection(void **state)
{
    (void)state;
    converse("babaFwRE");
    expect_done("cb2b2FRE");
    assert_string_equal(client.fates, "stored 1-4 ");
    assert_int_equal(client.retries, 0);
}

static void client_speaks_every_dialect(void **state)
{
    (void)state;
    for (unsigned dialect = 0; dialect < sorteo_dialect_count(); dialect++) {
        client.dialect = (enum sorteo_dialect)dialect;
        converse("babaFwRE");
        expect_done("cb2b2FRE");
        assert_int_equal(server.finish_key, dialect == SORTEO_KEYED ? 99 : 0);
    }
}

static void client_opens_a_connection_for_each_frame(void **state)
{
    (void)state;
    client.per_frame = true;
    converse("baE baE FwRE");
    expect_done("cb2Ecb2EcFRE");
    assert_int_equal(client.retries, 0);
}

static void client_per_frame_takes_a_server_that_closes(void **state)
{
    (void)state;
    client.per_frame = true;
    converse("ba ba FwR");
    expect_done("cb2cb2cFR");
    assert_int_equal(client.retries, 0);
}

static void client_with_window_sends_ahead(void **state)
{
    (void)state;
    client.window = 8;
    converse("bbaaFwRE");
    expect_done("cb2b2FRE");
}

static void client_with_window_reads_answers_before_the_window_is_full(void **state)
{
    (void)state;
    client.window = 2;
    client.rows = 10;
    converse("bbaabbaabaFwRE");
    expect_done("cb2b2b2b2b2FRE");
}

static void client_sends_singles_and_no_finish(void **state)
{
    (void)state;
    client.single = true;
    client.rows = 2;
    converse("babaE");
    expect_done("cb1b1E");
    assert_string_equal(client.fates, "stored 1-2 ");
}

static void client_without_bets_sends_finish_alone(void **state)
{
    (void)state;
    client.rows = 0;
    converse("FwRE");
    expect_done("cFRE");
}

static void client_goes_on_at_once_when_the_server_closes_after_answers(void **state)
{
    (void)state;
    /* The pause lets the end of the stream be there before the next frame is sent. */
    client.rows = 2;
    converse("ba FwRE");
    if (client.sent == SENDER_DONE) /* the look before FINISH may still come too early; it is then sent again */
        expect_done("cb2cFRE");
    assert_int_equal(client.retries, 0);
}

/* ---- Servers that refuse --------------------------------------------------------------------- */

static void refused_batch_stops_the_client(void **state)
{
    (void)state;
    client.rows = 6;
    converse("babrE");
    expect_trouble(SENDER_REFUSED, "stored 1-2 refused 3-4 ", "cb2b2E");
}

static void refused_batch_lets_answers_to_sent_frames_come(void **state)
{
    (void)state;
    client.rows = 8;
    client.window = 3;
    converse("bbbrzaraE");
    expect_trouble(SENDER_REFUSED, "refused 1-2 stored 3-4 refused 5-6 ", "cb2b2b2E");
}

static void refused_client_ends_its_direction(void **state)
{
    (void)state;
    client.window = 2;
    converse("bbrEa"); /* a server that answers when it has seen the end */
    expect_trouble(SENDER_REFUSED, "refused 1-2 stored 3-4 ", "cb2b2E");
}

static void refused_batch_leaves_frames_in_doubt_when_the_server_closes(void **state)
{
    (void)state;
    client.rows = 6;
    client.window = 3;
    converse("bbbar");
    expect_trouble(SENDER_REFUSED, "stored 1-2 refused 3-4 doubt 5-6 ", "cb2b2b2");
}

static void answer_that_is_none_stops_the_client(void **state)
{
    (void)state;
    converse("baxbE");
    assert_int_equal(client.sent, SENDER_FAILED);
    assert_non_null(strstr(client.why, "unexpected data from the server"));
    assert_int_equal(row_outcomes_bets(&client.outcomes, ROW_STORED), 2);
}

static void answer_before_the_frame_is_there_is_nonsense(void **state)
{
    (void)state;
    client.rows = 2;
    client.retry_ms = 0;
    converse("xE");
    assert_int_equal(client.sent, SENDER_FAILED);
}

/* ---- The end of the round -------------------------------------------------------------------- */

static void finish_is_repeated_until_all_winners_came(void **state)
{
    (void)state;
    converse("babaF Fh! FwRE");
    expect_done("cb2b2FcFcFRE");
    client.dialect = SORTEO_KEYED;
    client.retry_ms = 2000;
    converse("babaF F Fh FwRE");
    expect_done("cb2b2FcFcFcFRE");
    assert_int_equal(server.finish_key, 99);
    assert_false(server.finish_keys_differ);
}

static void receipt_that_is_lost_is_no_failure(void **state)
{
    (void)state;
    converse("babaFw");
    assert_int_equal(client.finished, FINISH_DONE);
    converse("babaFw!");
    assert_int_equal(client.sent, SENDER_DONE);
}

static void finish_that_is_never_answered_fails_in_time(void **state)
{
    (void)state;
    client.rows = 0;
    converse("F F F F F F F F");
    assert_int_equal(client.finished, FINISH_FAILED);
    assert_non_null(strstr(client.why, "gave up"));
}

static void byte_behind_an_answer_stops_the_client(void **state)
{
    (void)state;
    client.rows = 2;
    converse("bX");
    assert_int_equal(client.sent, SENDER_FAILED);
    assert_non_null(strstr(client.why, "unexpected data from the server"));
}

static void empty_round_repeats_finish_on_one_connection(void **state)
{
    (void)state;
    client.rows = 0;
    client.empty_round = true;
    converse("FwRFwRE");
    expect_done("cFRFRE");
}

static void empty_round_begins_anew_while_that_is_harmless(void **state)
{
    (void)state;
    client.rows = 0;
    client.empty_round = true;
    converse("F Fh FwRFwRE");
    expect_done("cFcFcFRFRE");
}

static void empty_round_is_in_doubt_when_its_finish_is_lost(void **state)
{
    (void)state;
    client.rows = 0;
    client.empty_round = true;
    converse("FwRF");
    assert_int_equal(client.finished, FINISH_DOUBT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(client_keeps_one_connection),
        TEST(client_speaks_every_dialect),
        TEST(client_opens_a_connection_for_each_frame),
        TEST(client_per_frame_takes_a_server_that_closes),
        TEST(client_with_window_sends_ahead),
        TEST(client_with_window_reads_answers_before_the_window_is_full),
        TEST(client_sends_singles_and_no_finish),
        TEST(client_without_bets_sends_finish_alone),
        TEST(client_goes_on_at_once_when_the_server_closes_after_answers),
        TEST(refused_batch_stops_the_client),
        TEST(refused_batch_lets_answers_to_sent_frames_come),
        TEST(refused_client_ends_its_direction),
        TEST(refused_batch_leaves_frames_in_doubt_when_the_server_closes),
        TEST(answer_that_is_none_stops_the_client),
        TEST(answer_before_the_frame_is_there_is_nonsense),
        TEST(finish_is_repeated_until_all_winners_came),
        TEST(receipt_that_is_lost_is_no_failure),
        TEST(finish_that_is_never_answered_fails_in_time),
        TEST(byte_behind_an_answer_stops_the_client),
        TEST(empty_round_repeats_finish_on_one_connection),
        TEST(empty_round_begins_anew_while_that_is_harmless),
        TEST(empty_round_is_in_doubt_when_its_finish_is_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
