/*
 * How a session ends (protocol, section 6): refused bytes, the end of the stream at every place, a
 * stop in every phase, and what still comes for it afterwards.
 */
#include "unit/server/session_fixture.h"

/* Our direction is ended, the peer's bytes are dropped. */
static void assert_hung_up(void)
{
    assert_true(session_has_hung_up(&session));
    assert_false(session_is_over(&session));
    assert_true(session_wants_input(&session));
}

static void assert_over(void)
{
    assert_true(session_is_over(&session));
    assert_false(session_wants_input(&session));
    assert_int_equal(unsent(), 0);
    assert_int_equal(session_deadline(&session), UINT64_MAX);
}

/* ---- Bytes that are refused ------------------------------------------------------------------ */

static void refused_bytes_are_answered_1_then_it_hangs_up(void **state)
{
    (void)state;
    feed_bad();
    assert_false(session_has_hung_up(&session));
    assert_received(1);
    assert_hung_up();
    assert_int_equal(session.error.code, SORTEO_E_CONTROL);
    assert_int_equal(session.error.field, SORTEO_F_NAME);
    assert_int_equal(session.error.offset, 5);
    assert_int_equal(session.refused_bets, 1);
    assert_non_null(session.reason);
    assert_int_equal(handed_count, 0);
}

/* So that no FINISH on a connection that comes after the answer can be judged before. */
static void refused_bytes_are_answered_when_it_is_known_whose_they_were(void **state)
{
    (void)state;
    session.host.name_refused = note_refused;
    feed_bad();
    assert_int_equal(named, 1);
    assert_int_equal(named_last, 1);
    assert_silence();
    assert_int_equal(session_owed(&session), 1);
    result(VERDICT_NOTED);
    assert_received(1);
    assert_hung_up();
}

static void refused_bytes_without_an_agency_are_nobodys(void **state)
{
    (void)state;
    session.host.name_refused = note_refused;
    feed("\xff\xff", 2); /* more bets than the largest frame can hold */
    assert_int_equal(named, 0);
    assert_received(1);
}

static void bytes_that_read_well_in_no_dialect_have_none(void **state)
{
    (void)state;
    feed_bad();
    assert_null(session.reads_as);
}

static void bytes_of_another_dialect_are_known_for_that(void **state)
{
    const struct sorteo_bet bet = { .agency = 1,
                                    .name = { "Ana", 3 },
                                    .surname = { "Paz", 3 },
                                    .document = 1,
                                    .birthdate = { "1999-03-17", 10 },
                                    .number = 1 };
    uint8_t bytes[64];
    size_t len;

    (void)state;
    assert_int_equal(sorteo_encode_batch(SORTEO_COMPACT, 0, &bet, 1, bytes, sizeof bytes, &len, NULL), SORTEO_E_OK);
    feed(bytes, len);
    assert_string_equal(session.reads_as, "compact");
}

static const uint8_t finish_with_key[] = { 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2 };

static void first_finish_with_bytes_behind_it_does_not_count(void **state)
{
    (void)state;
    feed(finish_with_key, sizeof finish_with_key);
    assert_int_equal(handed_count, 0);
    assert_silence();
    assert_hung_up();
    assert_string_equal(session.reads_as, "keyed");
}

static void finish_with_bytes_behind_it_counts_after_a_frame_was_handed_over(void **state)
{
    (void)state;
    feed_batch();
    feed(finish_with_key, sizeof finish_with_key);
    assert_int_equal(handed_count, 2);
    assert_int_equal(handed[1].kind, FRAME_FINISH);
}

/* What was handed over is answered, and then it hangs up. */
static void connection_that_collects_refusals_is_closed(void **state)
{
    (void)state;
    for (unsigned i = 0; i < REFUSALS + 1; i++)
        feed_batch();
    for (unsigned i = 1; i < REFUSALS; i++)
        result(VERDICT_REFUSED);
    assert_true(session_wants_input(&session));
    result(VERDICT_REFUSED);
    assert_false(session_wants_input(&session));
    assert_received(1, 1, 1, 1, 1);
    assert_false(session_has_hung_up(&session));
    result(VERDICT_STORED);
    assert_received(0);
    assert_true(session_has_hung_up(&session));
    assert_string_equal(session.reason, "too many refused frames");
}

static void session_is_idle_until_a_frame_is_under_way_or_was_taken(void **state)
{
    (void)state;
    assert_true(session_is_idle(&session));
    feed("\0", 1);
    assert_false(session_is_idle(&session));
    start(SORTEO_WIDE, SORTEO_AGENCY_STREAM);
    feed_batch();
    assert_false(session_is_idle(&session));
    result(VERDICT_REFUSED);
    assert_false(session_is_idle(&session)); /* its answer is unsent */
    receive();
    assert_true(session_is_idle(&session));
    feed_batch();
    result(VERDICT_STORED);
    receive();
    assert_false(session_is_idle(&session));
}

static void refused_bytes_are_answered_behind_the_frames_before_them(void **state)
{
    (void)state;
    feed_batch();
    feed_batch();
    feed_bad();
    assert_false(session_wants_input(&session));
    assert_silence();
    result(VERDICT_STORED);
    assert_received(0);
    assert_false(session_has_hung_up(&session));
    result(VERDICT_REFUSED);
    assert_false(session_has_hung_up(&session));
    assert_received(1, 1);
    assert_hung_up();
}

static void refused_bytes_get_no_1_behind_a_frame_that_cannot_be_answered(void **state)
{
    (void)state;
    feed_batch();
    feed_bad();
    result(VERDICT_CLOSE);
    assert_silence();
    assert_hung_up();
}

static void frames_behind_refused_bytes_are_not_looked_at(void **state)
{
    uint8_t bytes[256] = { 0, 1, 1, 0, 1, 0x07 };

    (void)state;
    feed(bytes, 6 + make_batch(bytes + 6, sizeof bytes - 6, 1));
    assert_int_equal(handed_count, 0);
    assert_int_equal(session_unfinished(&session), 0);
    assert_received(1);
}

static void frame_beyond_the_limit_is_refused(void **state)
{
    static const uint8_t head[] = { 0xff };

    (void)state;
    feed(head, 1); /* 65,280 bets at the least */
    assert_received(1);
    assert_hung_up();
    assert_int_equal(session.error.code, SORTEO_E_LIMIT);
}

static void wrong_receipt_gets_no_answer(void **state)
{
    (void)state;
    come_to_receipt();
    feed("\x02", 1);
    assert_silence();
    assert_hung_up();
    assert_int_equal(session.error.code, SORTEO_E_RECEIPT);
    assert_int_equal(handed_count, 1);
}

static void refused_bytes_behind_a_receipt_are_answered_1(void **state)
{
    (void)state;
    come_to_receipt();
    feed_receipt();
    feed_bad();
    assert_silence();
    result(VERDICT_COLLECTED);
    assert_received(1);
    assert_hung_up();
}

/* ---- A byte out of turn ---------------------------------------------------------------------- */

static void byte_in_the_same_piece_as_finish_ends_it(void **state)
{
    (void)state;
    feed_batch();
    result(VERDICT_STORED);
    assert_received(0);
    feed("\0\0\1\1", 4);
    assert_int_equal(handed_count, 2);
    assert_false(session_has_hung_up(&session));
    result(VERDICT_WAITING);
    assert_silence();
    assert_hung_up();
}

static void byte_before_finish_was_judged_ends_it(void **state)
{
    (void)state;
    feed_finish();
    feed("\1", 1);
    assert_int_equal(session_owed(&session), 1);
    assert_false(session_wants_input(&session));
    result(VERDICT_DRAWN);
    assert_silence();
    assert_int_equal(asks, 0);
    assert_hung_up();
}

static void byte_while_it_waits_for_the_draw_ends_it(void **state)
{
    (void)state;
    come_to_waiting();
    feed("\1", 1);
    assert_silence();
    assert_hung_up();
    session_drawn(&session, 1, now_ms);
    assert_int_equal(asks, 0);
}

static void byte_before_the_documents_came_ends_it_without_a_byte_of_them(void **state)
{
    (void)state;
    come_to_telling();
    feed("\1", 1);
    assert_silence();
    assert_hung_up();
    documents(1, 5, 1);
    assert_silence();
    assert_hung_up();
}

static void byte_before_the_last_byte_of_winners_was_written_ends_it(void **state)
{
    (void)state;
    come_to_telling();
    documents(1, 5, 1);
    (void)receive_some(5);
    feed("\1", 1);
    assert_received(0, 1, 0, 0, 0, 5);
    assert_hung_up();
    assert_int_equal(handed_count, 1); /* that byte is no RECEIPT */
}

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

/* ---- What is no failure ---------------------------------------------------------------------- */

static void end_of_a_connection_is_in_order_while_nothing_is_under_way(void **state)
{
    static void (*const ways[])(struct session *) = { session_replace, session_count, session_lose };

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        start(SORTEO_WIDE, SORTEO_AGENCY_STREAM);
        ways[i](&session);
        assert_over();
        assert_true(session.harmless);
        start(SORTEO_WIDE, SORTEO_AGENCY_STREAM);
        feed_batch();
        result(VERDICT_STORED);
        receive();
        ways[i](&session);
        assert_true(session.harmless);
    }
}

static void end_of_a_connection_is_a_failure_with_something_under_way(void **state)
{
    static void (*const ways[])(struct session *) = { session_replace, session_count, session_lose };

    (void)state;
    for (size_t i = 0; i < 9; i++) {
        start(SORTEO_WIDE, SORTEO_AGENCY_STREAM);
        if (i < 3)
            feed("\0", 1);
        else
            feed_batch();
        if (i >= 6)
            result(VERDICT_STORED);
        ways[i % 3](&session);
        assert_false(session.harmless);
    }
}

static void lost_connection_that_waits_or_owes_a_receipt_is_missed(void **state)
{
    (void)state;
    come_to_waiting();
    session_lose(&session);
    assert_false(session.harmless);
    start(SORTEO_WIDE, SORTEO_AGENCY_STREAM);
    come_to_receipt();
    session_lose(&session);
    assert_false(session.harmless);
}

static void reason_to_close_is_kept_when_the_connection_is_lost(void **state)
{
    (void)state;
    come_to_draining();
    const char *reason = session.reason;
    session_lose(&session);
    assert_ptr_equal(session.reason, reason);
    assert_false(session.harmless);
}

/* ---- What it says of the place --------------------------------------------------------------- */

static void assert_cut(const char *frame, uint64_t byte)
{
    assert_string_equal(session.frame_cut, frame);
    assert_int_equal(session.byte_cut, byte);
}

static void late_frame_is_named_with_the_byte_that_is_missing(void **state)
{
    static const struct {
        const char *bytes, *frame;
        size_t len;
    } cases[] = { { "\0\1\1", "batch", 3 }, { "\0", "batch or finish", 1 }, { "\0\0", "finish", 2 } };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        start(SORTEO_WIDE, SORTEO_AGENCY_STREAM);
        feed_batch();
        result(VERDICT_STORED);
        uint64_t whole = session_frame_offset(&session);
        feed(cases[i].bytes, cases[i].len);
        pass_ms(FRAME_MS);
        assert_string_equal(session.reason, "frame not complete in time");
        assert_cut(cases[i].frame, whole + cases[i].len);
        assert_int_equal(session_agency(&session), 1);
    }
    start(SORTEO_WIDE, SORTEO_BET_STREAM);
    feed("\1\0", 2);
    pass_ms(FRAME_MS);
    assert_cut("bet", 2);
}

static void late_peer_without_a_frame_under_way_is_cut_at_none(void **state)
{
    (void)state;
    pass_ms(FIRST_BYTE_MS);
    assert_cut("none", 0);
    assert_int_equal(session_agency(&session), 0);
    start(SORTEO_WIDE, SORTEO_AGENCY_STREAM);
    come_to_receipt();
    pass_ms(IDLE_MS);
    assert_string_equal(session.frame_cut, "receipt");
}

static void byte_before_winners_is_the_one_that_is_named(void **state)
{
    (void)state;
    feed_finish();
    uint64_t next = session_frame_offset(&session);
    feed("xyz", 3);
    assert_cut("none", next);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(refused_bytes_are_answered_1_then_it_hangs_up),
        TEST(refused_bytes_are_answered_when_it_is_known_whose_they_were),
        TEST(refused_bytes_without_an_agency_are_nobodys),
        TEST(bytes_that_read_well_in_no_dialect_have_none),
        TEST(bytes_of_another_dialect_are_known_for_that),
        TEST(first_finish_with_bytes_behind_it_does_not_count),
        TEST(finish_with_bytes_behind_it_counts_after_a_frame_was_handed_over),
        TEST(connection_that_collects_refusals_is_closed),
        TEST(session_is_idle_until_a_frame_is_under_way_or_was_taken),
        TEST(refused_bytes_are_answered_behind_the_frames_before_them),
        TEST(refused_bytes_get_no_1_behind_a_frame_that_cannot_be_answered),
        TEST(frames_behind_refused_bytes_are_not_looked_at),
        TEST(frame_beyond_the_limit_is_refused),
        TEST(wrong_receipt_gets_no_answer),
        TEST(refused_bytes_behind_a_receipt_are_answered_1),
        TEST(byte_in_the_same_piece_as_finish_ends_it),
        TEST(byte_before_finish_was_judged_ends_it),
        TEST(byte_while_it_waits_for_the_draw_ends_it),
        TEST(byte_before_the_documents_came_ends_it_without_a_byte_of_them),
        TEST(byte_before_the_last_byte_of_winners_was_written_ends_it),
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
        TEST(end_of_a_connection_is_in_order_while_nothing_is_under_way),
        TEST(end_of_a_connection_is_a_failure_with_something_under_way),
        TEST(lost_connection_that_waits_or_owes_a_receipt_is_missed),
        TEST(reason_to_close_is_kept_when_the_connection_is_lost),
        TEST(late_frame_is_named_with_the_byte_that_is_missing),
        TEST(late_peer_without_a_frame_under_way_is_cut_at_none),
        TEST(byte_before_winners_is_the_one_that_is_named),
    };
    return cmocka_run_group_tests_name("server_session_end", tests, NULL, NULL);
}
