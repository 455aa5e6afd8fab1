/*
 * How a session ends (protocol, section 6): the end of the stream at every place, a stop in every
 * phase, and what still comes for it afterwards.
 */
#include "unit/server/session_fixture.h"

/* ---- The end of the stream ------------------------------------------------------------------- */

static void end_of_an_empty_stream_ends_it_in_silence(void **state)
{
    (void)state;
    end_stream();
    assert_over();
    assert_null(session.reason);
    assert_int_not_equal(session.phase, SESSION_ABORTED);
}

static void end_of_stream_behind_a_frame_waits_for_its_answer(void **state)
{
    (void)state;
    feed_batch();
    end_stream();
    assert_false(session_is_over(&session));
    result(VERDICT_STORED);
    assert_false(session_is_over(&session));
    assert_received(0);
    assert_over();
    assert_null(session.reason);
}

static void end_of_stream_at_every_place_of_a_frame_answers_nothing(void **state)
{
    uint8_t bytes[64];
    const size_t len = make_batch(bytes, sizeof bytes, 1);

    (void)state;
    for (size_t cut = 1; cut < len; cut++) {
        start(SORTEO_WIDE, SORTEO_AGENCY_STREAM);
        feed(bytes, cut);
        end_stream();
        assert_silence();
        assert_over();
        assert_non_null(session.reason);
        assert_int_equal(handed_count, 0);
    }
}

static void end_of_stream_inside_a_frame_comes_behind_earlier_answers(void **state)
{
    (void)state;
    feed_batch();
    feed("\0", 1);
    end_stream();
    result(VERDICT_STORED);
    assert_received(0);
    assert_over();
    assert_non_null(session.reason);
}

static void end_of_stream_behind_100_frames_gets_every_answer(void **state)
{
    uint8_t bytes[100 * 40];
    size_t len = 0;

    (void)state;
    for (unsigned i = 0; i < 100; i++)
        len += make_batch(bytes + len, sizeof bytes - len, 1);
    feed(bytes, len);
    end_stream();
    for (unsigned i = 0; i < 100; i++) {
        assert_int_equal(session_owed(&session), i < 64 ? 64 - i : 100 - i);
        result(VERDICT_STORED);
        if (i % 64 == 63)
            receive();
    }
    receive();
    assert_int_equal(peer_len, 100);
    assert_over();
    assert_null(session.reason);
}

static void end_of_stream_behind_finish_still_gets_winners(void **state)
{
    (void)state;
    feed_finish();
    end_stream();
    assert_false(session_is_over(&session));
    result(VERDICT_WAITING);
    assert_false(session_is_over(&session));
    session_drawn(&session, 1, now_ms);
    documents(1, 5, 1);
    assert_received(0, 1, 0, 0, 0, 5);
    assert_over();
}

static void end_of_stream_while_waiting_still_gets_winners(void **state)
{
    (void)state;
    come_to_waiting();
    end_stream();
    session_drawn(&session, 1, now_ms);
    documents(2, 5, 1);
    receive();
    end_stream();
    documents(2, 6, 1);
    assert_received(0, 2, 0, 0, 0, 5, 0, 0, 0, 6);
    assert_over();
}

static void end_of_stream_instead_of_a_receipt_ends_it(void **state)
{
    (void)state;
    come_to_receipt();
    end_stream();
    assert_over();
    assert_null(session.reason);
}

static void end_of_stream_behind_a_receipt_ends_it_when_the_receipt_is_judged(void **state)
{
    (void)state;
    come_to_receipt();
    feed_receipt();
    end_stream();
    assert_false(session_is_over(&session));
    result(VERDICT_COLLECTED);
    assert_silence();
    assert_over();
}

static void end_of_stream_after_refused_bytes_still_gets_the_1(void **state)
{
    (void)state;
    feed_batch();
    feed_bad();
    end_stream();
    result(VERDICT_STORED);
    assert_false(session_is_over(&session));
    assert_received(0, 1);
    assert_over();
}

/* ---- Draining -------------------------------------------------------------------------------- */

static void drained_bytes_are_limited(void **state)
{
    static const uint8_t much[SESSION_DRAIN_BYTES];

    (void)state;
    come_to_draining();
    feed(much, SESSION_DRAIN_BYTES - 1);
    assert_hung_up();
    feed(much, 1);
    assert_over();
    assert_int_not_equal(session.phase, SESSION_ABORTED);
    assert_int_equal(session_unfinished(&session), 0);
}

static void drained_time_is_limited(void **state)
{
    (void)state;
    come_to_draining();
    assert_int_equal(session_deadline(&session), now_ms + SESSION_DRAIN_MS);
    pass_ms(SESSION_DRAIN_MS - 1);
    feed("more", 4);
    assert_hung_up();
    pass_ms(1);
    assert_over();
}

static void end_of_stream_ends_the_draining(void **state)
{
    (void)state;
    come_to_draining();
    end_stream();
    assert_over();
}

/* ---- The committer ends it ------------------------------------------------------------------- */

static void frame_that_cannot_be_answered_closes_behind_earlier_answers(void **state)
{
    (void)state;
    feed_batch();
    feed_batch();
    result(VERDICT_STORED);
    result(VERDICT_CLOSE);
    assert_false(session_has_hung_up(&session));
    assert_received(0);
    assert_hung_up();
    assert_non_null(session.reason);
}

static void answers_behind_a_frame_that_cannot_be_answered_are_still_awaited(void **state)
{
    (void)state;
    feed_batch();
    feed_batch();
    result(VERDICT_CLOSE);
    assert_false(session_has_hung_up(&session));
    result(VERDICT_CLOSE);
    assert_silence();
    assert_hung_up();
}

static void superseded_session_is_over_with_its_answers_unsent(void **state)
{
    (void)state;
    feed_batch();
    feed_batch();
    result(VERDICT_STORED);
    result(VERDICT_ABORT);
    assert_over();
    assert_int_equal(session.phase, SESSION_ABORTED);
    assert_silence();
}

static void aborted_session_waits_for_the_results_it_is_owed(void **state)
{
    (void)state;
    feed_batch();
    feed_batch();
    feed_finish();
    session_abort(&session, "connection lost");
    assert_over();
    assert_int_equal(session_owed(&session), 3);
    result(VERDICT_STORED);
    result(VERDICT_CLOSE);
    result(VERDICT_DRAWN);
    assert_int_equal(session_owed(&session), 0);
    assert_over();
    assert_int_equal(asks, 0);
    assert_string_equal(session.reason, "connection lost");
}

static void aborted_session_ignores_documents_and_draws(void **state)
{
    (void)state;
    come_to_telling();
    session_abort(&session, "connection lost");
    documents(1, 5, 1);
    session_drawn(&session, 1, now_ms);
    session_abort(&session, "again");
    assert_over();
    assert_string_equal(session.reason, "connection lost");
}

static void winners_that_cannot_be_told_close_it_without_a_byte(void **state)
{
    (void)state;
    come_to_telling();
    session_documents(&session, VERDICT_CLOSE, 70000, NULL, 0, now_ms);
    assert_silence();
    assert_hung_up();
}

static void documents_that_run_dry_reset_it(void **state)
{
    (void)state;
    come_to_telling();
    documents(3, 0, 1);
    receive();
    documents(3, 1, 0);
    assert_over();
    assert_int_equal(session.phase, SESSION_ABORTED);
}

static void more_winners_than_can_be_said_are_never_begun(void **state)
{
    (void)state;
    start(SORTEO_COMPACT, SORTEO_AGENCY_STREAM);
    come_to_telling();
    documents(256, 0, 256);
    assert_silence();
    assert_over();
}

/* ---- The host ends it ------------------------------------------------------------------------ */

static void host_closes_it_behind_what_is_owed(void **state)
{
    (void)state;
    feed_batch();
    feed("\0\1", 2);
    session_close(&session, "too much", now_ms);
    assert_int_equal(session_unfinished(&session), 0);
    assert_false(session_has_hung_up(&session));
    result(VERDICT_STORED);
    assert_received(0);
    assert_hung_up();
    assert_string_equal(session.reason, "too much");
    session_close(&session, "again", now_ms);
    assert_string_equal(session.reason, "too much");
}

static void stop_ends_an_idle_session(void **state)
{
    (void)state;
    session_stop(&session, now_ms);
    assert_hung_up();
    assert_null(session.reason);
    end_stream();
    assert_over();
}

static void stop_answers_what_was_handed_over_and_drops_the_rest(void **state)
{
    (void)state;
    feed_batch();
    feed("\0\1", 2);
    session_stop(&session, now_ms);
    assert_false(session_wants_input(&session));
    result(VERDICT_STORED);
    assert_received(0);
    assert_hung_up();
    assert_int_equal(handed_count, 1);
}

static void stop_while_finish_is_judged_closes_once_it_counts(void **state)
{
    (void)state;
    feed_finish();
    session_stop(&session, now_ms);
    assert_false(session_has_hung_up(&session));
    result(VERDICT_WAITING);
    assert_silence();
    assert_hung_up();
}

static void stop_while_finish_is_judged_tells_the_winners_of_a_drawn_round(void **state)
{
    (void)state;
    feed_finish();
    session_stop(&session, now_ms);
    result(VERDICT_DRAWN);
    documents(1, 5, 1);
    assert_received(0, 1, 0, 0, 0, 5);
    assert_hung_up();
}

static void stop_at_the_barrier_closes(void **state)
{
    (void)state;
    come_to_waiting();
    session_stop(&session, now_ms);
    assert_silence();
    assert_hung_up();
    session_drawn(&session, 1, now_ms);
    assert_int_equal(asks, 0);
}

static void stop_while_winners_are_told_tells_them_to_the_end(void **state)
{
    (void)state;
    come_to_telling();
    session_stop(&session, now_ms);
    documents(2, 5, 1);
    receive();
    documents(2, 6, 1);
    assert_false(session_has_hung_up(&session));
    assert_received(0, 2, 0, 0, 0, 5, 0, 0, 0, 6);
    assert_hung_up();
}

static void stop_while_a_receipt_is_due_closes(void **state)
{
    (void)state;
    come_to_receipt();
    session_stop(&session, now_ms);
    assert_silence();
    assert_hung_up();
}

static void stop_while_closing_keeps_the_1(void **state)
{
    (void)state;
    feed_batch();
    feed_bad();
    session_stop(&session, now_ms);
    result(VERDICT_STORED);
    assert_received(0, 1);
    assert_hung_up();
    session_stop(&session, now_ms);
    assert_hung_up();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(end_of_an_empty_stream_ends_it_in_silence),
        TEST(end_of_stream_behind_a_frame_waits_for_its_answer),
        TEST(end_of_stream_at_every_place_of_a_frame_answers_nothing),
        TEST(end_of_stream_inside_a_frame_comes_behind_earlier_answers),
        TEST(end_of_stream_behind_100_frames_gets_every_answer),
        TEST(end_of_stream_behind_finish_still_gets_winners),
        TEST(end_of_stream_while_waiting_still_gets_winners),
        TEST(end_of_stream_instead_of_a_receipt_ends_it),
        TEST(end_of_stream_behind_a_receipt_ends_it_when_the_receipt_is_judged),
        TEST(end_of_stream_after_refused_bytes_still_gets_the_1),
        TEST(drained_bytes_are_limited),
        TEST(drained_time_is_limited),
        TEST(end_of_stream_ends_the_draining),
        TEST(frame_that_cannot_be_answered_closes_behind_earlier_answers),
        TEST(answers_behind_a_frame_that_cannot_be_answered_are_still_awaited),
        TEST(superseded_session_is_over_with_its_answers_unsent),
        TEST(aborted_session_waits_for_the_results_it_is_owed),
        TEST(aborted_session_ignores_documents_and_draws),
        TEST(winners_that_cannot_be_told_close_it_without_a_byte),
        TEST(documents_that_run_dry_reset_it),
        TEST(more_winners_than_can_be_said_are_never_begun),
        TEST(host_closes_it_behind_what_is_owed),
        TEST(stop_ends_an_idle_session),
        TEST(stop_answers_what_was_handed_over_and_drops_the_rest),
        TEST(stop_while_finish_is_judged_closes_once_it_counts),
        TEST(stop_while_finish_is_judged_tells_the_winners_of_a_drawn_round),
        TEST(stop_at_the_barrier_closes),
        TEST(stop_while_winners_are_told_tells_them_to_the_end),
        TEST(stop_while_a_receipt_is_due_closes),
        TEST(stop_while_closing_keeps_the_1),
    };
    return cmocka_run_group_tests_name("server_session_end", tests, NULL, NULL);
}
