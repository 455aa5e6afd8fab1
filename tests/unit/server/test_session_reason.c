/*
 * What a session says of its end, for the log: whether it is a failure, and which frame and byte
 * were under way.
 */
#include "unit/server/session_fixture.h"

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
        TEST(end_of_a_connection_is_in_order_while_nothing_is_under_way),
        TEST(end_of_a_connection_is_a_failure_with_something_under_way),
        TEST(lost_connection_that_waits_or_owes_a_receipt_is_missed),
        TEST(reason_to_close_is_kept_when_the_connection_is_lost),
        TEST(late_frame_is_named_with_the_byte_that_is_missing),
        TEST(late_peer_without_a_frame_under_way_is_cut_at_none),
        TEST(byte_before_winners_is_the_one_that_is_named),
    };
    return cmocka_run_group_tests_name("server_session_reason", tests, NULL, NULL);
}
