/*
 * The clocks of a session (protocol, section 6, deadlines): each of them, when it begins, when it
 * begins anew, and when it stands still.
 */
#include "unit/server/session_fixture.h"

/* Late in `ms` milliseconds and not one before; then it closes after what it owes. */
static void assert_late_in(uint64_t ms)
{
    const enum session_phase phase = session.phase;

    assert_int_equal(session_deadline(&session), now_ms + ms);
    pass_ms(ms - 1);
    assert_int_equal(session.phase, phase);
    pass_ms(1);
    assert_true(session.phase > phase);
    assert_true(session.phase >= SESSION_CLOSING);
}

static void assert_reason(const char *reason)
{
    assert_non_null(session.reason);
    assert_string_equal(session.reason, reason);
}

static void assert_never_late(void)
{
    const enum session_phase phase = session.phase;

    assert_int_equal(session_deadline(&session), UINT64_MAX);
    pass_ms(1000000000);
    assert_int_equal(session.phase, phase);
}

/* ---- What the client must send --------------------------------------------------------------- */

static void first_byte_has_a_deadline(void **state)
{
    (void)state;
    assert_late_in(FIRST_BYTE_MS);
    assert_reason("no first byte in time");
    assert_true(session_has_hung_up(&session));
    assert_silence();
}

static void frame_has_a_deadline_from_its_first_byte(void **state)
{
    (void)state;
    pass_ms(FIRST_BYTE_MS - 1);
    feed("\0", 1);
    pass_ms(4000);
    feed("\1", 1);
    pass_ms(4000);
    feed("\1", 1);
    assert_late_in(FRAME_MS - 8000);
    assert_reason("frame not complete in time");
    assert_silence();
}

static void next_frame_in_the_same_piece_has_a_deadline_of_its_own(void **state)
{
    uint8_t bytes[64] = { 0 };
    const size_t len = make_batch(bytes, sizeof bytes, 1);

    (void)state;
    feed(bytes, 10);
    pass_ms(FRAME_MS - 1);
    feed(bytes + 10, len + 1 - 10); /* its end, and the first byte of another */
    assert_int_equal(handed_count, 1);
    assert_late_in(FRAME_MS);
    assert_reason("frame not complete in time");
}

static void idle_client_has_a_deadline_from_its_last_frame(void **state)
{
    (void)state;
    feed_batch();
    result(VERDICT_STORED);
    receive();
    assert_late_in(IDLE_MS);
    assert_reason("no frame in time");
}

/* A refused frame buys no more time than none at all. */
static void client_of_whom_no_frame_was_taken_is_late_sooner(void **state)
{
    (void)state;
    feed_batch();
    result(VERDICT_REFUSED);
    receive();
    assert_late_in(UNTAKEN_MS);
    assert_reason("no frame in time");
}

static void frame_that_was_taken_buys_time_for_those_refused_after_it(void **state)
{
    (void)state;
    feed_batch();
    result(VERDICT_STORED);
    feed_batch();
    result(VERDICT_REFUSED);
    receive();
    assert_late_in(IDLE_MS);
}

static void idle_clock_begins_anew_with_the_last_byte_out(void **state)
{
    (void)state;
    feed_batch();
    pass_ms(1000);
    result(VERDICT_STORED);
    pass_ms(1000);
    receive();
    assert_late_in(IDLE_MS);
}

static void receipt_has_a_deadline_from_the_last_byte_of_winners(void **state)
{
    (void)state;
    come_to_telling();
    documents(1, 5, 1);
    (void)receive_some(3);
    pass_ms(5000);
    receive();
    assert_late_in(IDLE_MS);
    assert_reason("no receipt in time");
}

static void late_client_still_gets_the_answers_that_are_owed(void **state)
{
    (void)state;
    feed_batch();
    feed("\0", 1);
    assert_late_in(FRAME_MS);
    assert_false(session_has_hung_up(&session));
    result(VERDICT_STORED);
    assert_received(0);
    assert_true(session_has_hung_up(&session));
}

static void agency_that_waits_is_never_late(void **state)
{
    (void)state;
    feed_finish();
    assert_never_late();
    result(VERDICT_WAITING);
    assert_never_late();
    session_drawn(&session, 1, now_ms);
    assert_never_late();
    documents(1, 5, 1);
    assert_received(0, 1, 0, 0, 0, 5);
    assert_late_in(IDLE_MS);
}

static void client_that_ended_its_direction_owes_nothing(void **state)
{
    uint8_t bytes[128];
    size_t len;

    (void)state;
    feed_batch();
    end_stream();
    assert_never_late();
    start(SORTEO_WIDE, SORTEO_AGENCY_STREAM);
    for (unsigned i = 0; i < 63; i++)
        feed_batch();
    len = make_batch(bytes, sizeof bytes, 1);
    feed(bytes, len + make_batch(bytes + len, sizeof bytes - len, 1));
    end_stream(); /* one whole frame has not been looked at */
    assert_int_equal(session.phase, SESSION_TALKING);
    assert_never_late();
}

/* ---- What the server has to send ------------------------------------------------------------- */

static void unsent_answer_has_a_deadline_from_when_it_was_queued(void **state)
{
    (void)state;
    feed_batch();
    pass_ms(5000);
    result(VERDICT_STORED);
    assert_late_in(SEND_MS);
    assert_reason("peer does not read");
    assert_true(session_is_over(&session));
    assert_int_equal(session.phase, SESSION_ABORTED);
}

static void later_answer_does_not_put_the_deadline_off(void **state)
{
    (void)state;
    feed_batch();
    feed_batch();
    result(VERDICT_STORED);
    pass_ms(10000);
    result(VERDICT_STORED);
    assert_late_in(SEND_MS - 10000);
}

static void each_byte_that_is_sent_puts_the_deadline_off(void **state)
{
    (void)state;
    come_to_telling();
    documents(2, 5, 2);
    pass_ms(SEND_MS - 1);
    (void)receive_some(1);
    pass_ms(SEND_MS - 1);
    (void)receive_some(1);
    assert_late_in(SEND_MS);
    assert_true(session_is_over(&session));
}

static void progress_inside_the_system_puts_deadlines_off(void **state)
{
    (void)state;
    come_to_telling();
    documents(2, 5, 2);
    pass_ms(SEND_MS - 1);
    session_progress(&session, now_ms);
    assert_late_in(SEND_MS);
}

static void progress_starts_no_clock_that_does_not_run(void **state)
{
    (void)state;
    come_to_waiting();
    session_progress(&session, now_ms);
    assert_never_late();
}

static void unsent_1_has_a_deadline(void **state)
{
    (void)state;
    feed_bad();
    assert_late_in(SEND_MS);
    assert_true(session_is_over(&session));
}

/* ---- Standing still -------------------------------------------------------------------------- */

static void clocks_stand_still_while_64_answers_are_owed(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 63; i++)
        feed_batch();
    pass_ms(1000);
    feed_batch();
    assert_false(session_wants_input(&session));
    assert_never_late();
    result(VERDICT_STORED);
    receive();
    assert_true(session_wants_input(&session));
    assert_late_in(IDLE_MS);
}

/* The 64th frame, and the first byte of one more. */
static void frame_clock_stands_still_while_64_answers_are_owed(void **state)
{
    uint8_t bytes[64] = { 0 };
    const size_t len = make_batch(bytes, sizeof bytes, 1);

    (void)state;
    for (unsigned i = 0; i < 63; i++)
        feed_batch();
    feed(bytes, len + 1);
    assert_int_equal(handed_count, 64);
    assert_false(session_wants_input(&session));
    assert_never_late();
    result(VERDICT_STORED);
    receive();
    assert_true(session_wants_input(&session));
    assert_late_in(FRAME_MS);
    assert_reason("frame not complete in time");
}

static void send_clock_runs_while_the_others_stand_still(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 64; i++)
        feed_batch();
    result(VERDICT_STORED);
    assert_false(session_wants_input(&session));
    assert_late_in(SEND_MS);
    assert_true(session_is_over(&session));
}

static void held_session_is_not_late(void **state)
{
    (void)state;
    pass_ms(FIRST_BYTE_MS - 3);
    session_throttle(&session, true, now_ms);
    assert_never_late();
    session_throttle(&session, false, now_ms);
    assert_late_in(3);
}

static void held_session_keeps_what_is_left_for_its_frame(void **state)
{
    (void)state;
    feed("\0", 1);
    pass_ms(FRAME_MS - 5);
    session_throttle(&session, true, now_ms);
    assert_never_late();
    session_throttle(&session, true, now_ms);
    session_throttle(&session, false, now_ms);
    session_throttle(&session, false, now_ms);
    assert_late_in(5);
    assert_reason("frame not complete in time");
}

static void tick_before_the_deadline_changes_nothing(void **state)
{
    (void)state;
    session_tick(&session, now_ms);
    assert_int_equal(session.phase, SESSION_TALKING);
    assert_int_equal(session_deadline(&session), now_ms + FIRST_BYTE_MS);
}

static void unlimited_time_never_passes(void **state)
{
    (void)state;
    rules.first_byte_ms = rules.frame_ms = rules.idle_ms = rules.send_ms = UINT64_MAX;
    assert_never_late();
    feed("\0", 1);
    assert_never_late();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(first_byte_has_a_deadline),
        TEST(frame_has_a_deadline_from_its_first_byte),
        TEST(next_frame_in_the_same_piece_has_a_deadline_of_its_own),
        TEST(idle_client_has_a_deadline_from_its_last_frame),
        TEST(client_of_whom_no_frame_was_taken_is_late_sooner),
        TEST(frame_that_was_taken_buys_time_for_those_refused_after_it),
        TEST(idle_clock_begins_anew_with_the_last_byte_out),
        TEST(receipt_has_a_deadline_from_the_last_byte_of_winners),
        TEST(late_client_still_gets_the_answers_that_are_owed),
        TEST(agency_that_waits_is_never_late),
        TEST(client_that_ended_its_direction_owes_nothing),
        TEST(unsent_answer_has_a_deadline_from_when_it_was_queued),
        TEST(later_answer_does_not_put_the_deadline_off),
        TEST(each_byte_that_is_sent_puts_the_deadline_off),
        TEST(progress_inside_the_system_puts_deadlines_off),
        TEST(progress_starts_no_clock_that_does_not_run),
        TEST(unsent_1_has_a_deadline),
        TEST(clocks_stand_still_while_64_answers_are_owed),
        TEST(frame_clock_stands_still_while_64_answers_are_owed),
        TEST(send_clock_runs_while_the_others_stand_still),
        TEST(held_session_is_not_late),
        TEST(held_session_keeps_what_is_left_for_its_frame),
        TEST(tick_before_the_deadline_changes_nothing),
        TEST(unlimited_time_never_passes),
    };
    return cmocka_run_group_tests_name("server_session_clock", tests, NULL, NULL);
}
