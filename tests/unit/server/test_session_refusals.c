/*
 * What a session refuses (protocol, section 6): malformed bytes, frames beyond the limit, bytes out
 * of turn; and what its peer is answered.
 */
#include "unit/server/session_fixture.h"

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
    };
    return cmocka_run_group_tests_name("server_session_refusals", tests, NULL, NULL);
}
