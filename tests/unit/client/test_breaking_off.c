/*
 * A client whose servers break off at any byte, or are gone: what is sent again, to which server,
 * and what the client says that it does not know.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/client/client_fixture.h"

/* ---- Servers that break off ------------------------------------------------------------------ */

static void frame_without_answer_is_in_doubt(void **state)
{
    (void)state;
    converse("bab");
    expect_trouble(SENDER_DOUBT, "stored 1-2 doubt 3-4 ", "cb2b2");
    converse("bab!");
    expect_trouble(SENDER_DOUBT, "stored 1-2 doubt 3-4 ", "cb2b2");
}

static void frames_of_a_window_without_answers_are_in_doubt(void **state)
{
    (void)state;
    client.rows = 10;
    client.window = 3;
    converse("bbb!");
    expect_trouble(SENDER_DOUBT, "doubt 1-6 ", "cb2b2b2");
}

static void answer_that_came_before_the_end_counts(void **state)
{
    (void)state;
    client.rows = 8;
    client.window = 3;
    converse("bbba");
    assert_int_equal(client.sent, SENDER_DOUBT);
    assert_int_equal(row_outcomes_bets(&client.outcomes, ROW_STORED), 2);
    assert_true(row_outcomes_bets(&client.outcomes, ROW_IN_DOUBT) >= 4);
}

static void client_told_to_resend_sends_again(void **state)
{
    (void)state;
    client.repeats = true;
    converse("b bab! *");
    assert_int_equal(client.sent, SENDER_DONE);
    assert_string_equal(server.seen, "cb2cb2b2cb2FRE");
    assert_string_equal(client.fates, "stored 1-4 ");
}

static void keyed_client_sends_the_same_frame_again(void **state)
{
    (void)state;
    client.dialect = SORTEO_KEYED;
    client.window = 2;
    converse("bb! ba b *");
    assert_int_equal(client.sent, SENDER_DONE);
    for (unsigned i = 1; i <= 4; i++)
        assert_int_equal(server.stored[i], 1);
    assert_true(server.key_count == 2);
}

static void client_that_gives_up_repeating_says_what_is_in_doubt(void **state)
{
    (void)state;
    client.dialect = SORTEO_KEYED;
    client.rows = 6;
    client.window = 2;
    converse("bb!");
    assert_int_equal(client.sent, SENDER_FAILED);
    assert_string_equal(client.fates, "doubt 1-4 ");
    assert_true(client.retries > 0);
    assert_non_null(strstr(client.why, "gave up after 0.3 s"));
}

static void client_that_never_connects_has_nothing_in_doubt(void **state)
{
    (void)state;
    scripted_begin(&server, client.dialect, "");
    close(server.listener); /* the port is free, and nothing listens there */
    client.retry_ms = 150;
    run_client();
    assert_int_equal(client.sent, SENDER_FAILED);
    assert_string_equal(client.fates, "unsent 1-2 ");
    client.retry_ms = 0; /* one attempt */
    client.retries = 0;
    run_client();
    assert_int_equal(client.retries, 0);
}

/* ---- Several servers ------------------------------------------------------------------------- */

static void frame_in_doubt_goes_to_the_next_server_under_the_same_key(void **state)
{
    static const char *const scripts[] = { "b", "b!", "bb", "4!" };
    (void)state;
    client.dialect = SORTEO_KEYED;
    client.window = 2;
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        client.retries = 0;
        converse_with_two(scripts[i], "*");
        assert_int_equal(client.sent, SENDER_DONE);
        assert_string_equal(client.fates, "stored 1-4 ");
        assert_string_equal(other.seen, "cb2b2FRE");
        assert_string_equal(client.last, other.address);
        assert_int_equal(other.key_count, 2);
        assert_int_equal(client.retries, 1);
    }
    client.window = 1;
    converse_with_two("ba b", "ba *");
    assert_string_equal(other.seen, "cb2cFRE");          /* the key of the frame in doubt is that of … */
    assert_int_equal(other.keys[0], server.pending_key); /* … the frame that the first server read last */
}

static void frame_in_doubt_without_a_key_goes_to_no_other_server(void **state)
{
    (void)state;
    converse_with_two("bab", "*");
    expect_trouble(SENDER_DOUBT, "stored 1-2 doubt 3-4 ", "cb2b2");
    assert_string_equal(other.seen, "");
    assert_string_equal(client.last, server.address);
}

static void server_that_answered_is_asked_again_first(void **state)
{
    (void)state;
    client.dialect = SORTEO_KEYED; /* a frame may have been sent before the end of the connection was seen */
    converse_with_two("ba ba FwRE", "*");
    expect_done("cb2cb2cFRE");
    assert_string_equal(other.seen, "");
    assert_int_equal(client.retries, 0);
}

static void server_that_is_gone_is_followed_by_the_next_one(void **state)
{
    (void)state;
    client.dialect = SORTEO_KEYED;
    converse_with_two("ba", "*");
    assert_int_equal(client.sent, SENDER_DONE);
    assert_string_equal(server.seen, "cb2");
    assert_string_equal(other.seen, "cb2FRE");
    assert_string_equal(client.fates, "stored 1-4 ");
    assert_int_equal(client.finished, FINISH_DONE);
}

static void winners_are_asked_of_the_next_server(void **state)
{
    static const char *const scripts[] = { "babaF", "babaFh", "babaFh!" };
    (void)state;
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        converse_with_two(scripts[i], "FwRE");
        assert_int_equal(client.finished, FINISH_DONE);
        assert_int_equal(client.winners.count, 2);
        assert_string_equal(other.seen, "cFRE");
    }
    client.dialect = SORTEO_KEYED;
    converse_with_two("babaF", "FwRE");
    assert_int_equal(client.finished, FINISH_DONE);
    assert_int_equal(other.finish_key, 99);
}

static void servers_that_are_all_gone_are_given_up_with_the_last_ones_name(void **state)
{
    char wanted[ROUTE_TEXT_MAX + 64];
    (void)state;
    client.dialect = SORTEO_KEYED;
    client.retry_ms = 50;
    converse_with_two("ba", "ba");
    assert_int_equal(client.sent, SENDER_DONE);
    assert_int_equal(client.finished, FINISH_FAILED);
    snprintf(wanted, sizeof wanted, "at any of 2 servers; the last was %s: Connection refused", client.last);
    assert_non_null(strstr(client.why, wanted));
}

/* ---- Cut at every byte ----------------------------------------------------------------------- */

/* What the ledger says must agree with what the server has. */
static void expect_ledger_is_true(void)
{
    for (size_t i = 0; i < client.outcomes.count; i++) {
        const struct row_range *run = &client.outcomes.ranges[i];
        for (uint64_t line = run->first_line; line <= run->last_line; line++) {
            if (run->fate == ROW_STORED)
                assert_int_equal(server.stored[line], 1);
            if (run->fate == ROW_UNSENT || run->fate == ROW_REFUSED)
                assert_int_equal(server.stored[line], 0);
        }
    }
}

static void cut(size_t cut_in, size_t cut_out)
{
    scripted_begin(&server, client.dialect, "*");
    server.cut_in = cut_in;
    server.cut_out = cut_out;
    scripted_start(&server);
    run_client();
    scripted_end(&server);
}

/* Two batches of 2 × 27 bytes and their headers, FINISH, RECEIPT: less than 140 bytes in each
 * dialect. */
#define EXCHANGE_IN 140u
#define EXCHANGE_OUT 13u

static void keyed_exchange_cut_anywhere_is_completed(void **state)
{
    (void)state;
    client.dialect = SORTEO_KEYED;
    client.retry_ms = 5000;
    for (size_t window = 1; window <= 2; window++) {
        client.window = window;
        for (size_t i = 0; i < EXCHANGE_IN + EXCHANGE_OUT; i++) {
            cut(i < EXCHANGE_IN ? i : SCRIPTED_NO_CUT, i < EXCHANGE_IN ? SCRIPTED_NO_CUT : i - EXCHANGE_IN);
            assert_int_equal(client.sent, SENDER_DONE);
            assert_int_equal(client.finished, FINISH_DONE);
            assert_int_equal(client.winners.count, 2);
            assert_string_equal(client.fates, "stored 1-4 ");
            expect_ledger_is_true();
            for (unsigned row = 1; row <= 4; row++)
                assert_int_equal(server.stored[row], 1);
        }
    }
}

static void wide_exchange_cut_anywhere_is_told_truly(void **state)
{
    (void)state;
    unsigned doubts = 0;
    client.retry_ms = 5000;
    for (size_t window = 1; window <= 2; window++) {
        client.window = window;
        for (size_t i = 0; i < EXCHANGE_IN + EXCHANGE_OUT; i++) {
            cut(i < EXCHANGE_IN ? i : SCRIPTED_NO_CUT, i < EXCHANGE_IN ? SCRIPTED_NO_CUT : i - EXCHANGE_IN);
            expect_ledger_is_true();
            assert_true(client.sent == SENDER_DONE || client.sent == SENDER_DOUBT);
            if (client.sent == SENDER_DONE)
                assert_int_equal(client.finished, FINISH_DONE);
            else
                assert_true(row_outcomes_bets(&client.outcomes, ROW_IN_DOUBT) > 0);
            doubts += client.sent == SENDER_DOUBT;
        }
    }
    assert_true(doubts >= 100); /* nearly every cut before FINISH is one */
}

static void resent_exchange_cut_anywhere_loses_nothing(void **state)
{
    (void)state;
    client.dialect = SORTEO_COMPACT;
    client.repeats = true;
    client.retry_ms = 5000;
    for (size_t i = 0; i < EXCHANGE_IN + EXCHANGE_OUT; i++) {
        cut(i < EXCHANGE_IN ? i : SCRIPTED_NO_CUT, i < EXCHANGE_IN ? SCRIPTED_NO_CUT : i - EXCHANGE_IN);
        assert_int_equal(client.sent, SENDER_DONE);
        assert_int_equal(client.finished, FINISH_DONE);
        for (unsigned row = 1; row <= 4; row++)
            assert_true(server.stored[row] == 1 || server.stored[row] == 2);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(frame_without_answer_is_in_doubt),
        TEST(frames_of_a_window_without_answers_are_in_doubt),
        TEST(answer_that_came_before_the_end_counts),
        TEST(client_told_to_resend_sends_again),
        TEST(keyed_client_sends_the_same_frame_again),
        TEST(client_that_gives_up_repeating_says_what_is_in_doubt),
        TEST(client_that_never_connects_has_nothing_in_doubt),
        TEST(frame_in_doubt_goes_to_the_next_server_under_the_same_key),
        TEST(frame_in_doubt_without_a_key_goes_to_no_other_server),
        TEST(server_that_answered_is_asked_again_first),
        TEST(server_that_is_gone_is_followed_by_the_next_one),
        TEST(winners_are_asked_of_the_next_server),
        TEST(servers_that_are_all_gone_are_given_up_with_the_last_ones_name),
        TEST(keyed_exchange_cut_anywhere_is_completed),
        TEST(wide_exchange_cut_anywhere_is_told_truly),
        TEST(resent_exchange_cut_anywhere_loses_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
