/*
 * The session: what it hands over, what it answers, and what it is worth when all goes well. How it
 * ends is in test_server_session_end.c, its clocks in test_server_session_clock.c.
 */
#include "unit/server/session_fixture.h"

/* ---- Frames in ------------------------------------------------------------------------------- */

static void batch_is_handed_over_whole_and_answered(void **state)
{
    uint8_t bytes[256];
    const size_t len = make_batch(bytes, sizeof bytes, 2);

    (void)state;
    feed(bytes, len);
    assert_int_equal(handed_count, 1);
    assert_int_equal(handed[0].kind, FRAME_BATCH);
    assert_int_equal(handed[0].len, len);
    assert_memory_equal(handed[0].first, bytes, 4);
    assert_silence();
    assert_int_equal(session_owed(&session), 1);
    result(VERDICT_STORED);
    assert_int_equal(session_owed(&session), 0);
    assert_received(0);
    assert_true(session_wants_input(&session));
}

static void refused_batch_is_answered_1_and_the_connection_goes_on(void **state)
{
    (void)state;
    feed_batch();
    result(VERDICT_REFUSED);
    assert_received(1);
    feed_batch();
    result(VERDICT_STORED);
    assert_received(0);
}

static void single_is_handed_over_on_the_bet_stream(void **state)
{
    uint8_t bytes[256];
    size_t len;

    (void)state;
    start(SORTEO_KEYED, SORTEO_BET_STREAM);
    len = make_single(bytes, sizeof bytes);
    feed(bytes, len);
    feed(bytes, len);
    assert_int_equal(handed_count, 2);
    assert_int_equal(handed[1].kind, FRAME_SINGLE);
    assert_int_equal(handed[1].len, len);
    result(VERDICT_STORED);
    result(VERDICT_REFUSED);
    assert_received(0, 1);
}

static void frames_cut_at_every_place_are_handed_over_once(void **state)
{
    uint8_t bytes[256];
    const size_t one = make_batch(bytes, sizeof bytes, 1);
    const size_t len = one + make_batch(bytes + one, sizeof bytes - one, 2);

    (void)state;
    for (size_t cut = 1; cut < len; cut++) {
        start(SORTEO_WIDE, SORTEO_AGENCY_STREAM);
        feed(bytes, cut);
        assert_int_equal(handed_count, cut >= one ? 1 : 0);
        assert_int_equal(session_unfinished(&session), cut >= one ? cut - one : cut);
        feed(bytes + cut, len - cut);
        assert_int_equal(handed_count, 2);
        assert_int_equal(handed[1].len, len - one);
        assert_int_equal(session_unfinished(&session), 0);
    }
}

static void round_is_served_byte_by_byte_in_both_directions(void **state)
{
    uint8_t bytes[256];
    size_t len = make_batch(bytes, sizeof bytes, 3);
    static const uint8_t finish[] = { 0, 0, 1 };

    (void)state;
    for (size_t i = 0; i < len; i++)
        feed(bytes + i, 1);
    result(VERDICT_STORED);
    for (size_t i = 0; i < sizeof finish; i++)
        feed(finish + i, 1);
    assert_int_equal(handed_count, 2);
    assert_int_equal(handed[1].kind, FRAME_FINISH);
    result(VERDICT_DRAWN);
    documents(2, 0x01020304, 2);
    while (receive_some(1) == 1)
        ;
    assert_received(0, 0, 2, 1, 2, 3, 4, 1, 2, 3, 5);
    feed_receipt();
    assert_int_equal(handed[2].kind, FRAME_RECEIPT);
}

/* ---- Pipelining ------------------------------------------------------------------------------ */

static void pipelined_frames_are_answered_in_order(void **state)
{
    uint8_t bytes[2048];
    size_t len = 0;

    (void)state;
    for (unsigned i = 0; i < 5; i++)
        len += make_batch(bytes + len, sizeof bytes - len, 1 + i % 2);
    feed(bytes, len);
    assert_int_equal(handed_count, 5);
    result(VERDICT_STORED);
    result(VERDICT_REFUSED);
    assert_received(0, 1);
    result(VERDICT_STORED);
    result(VERDICT_STORED);
    result(VERDICT_REFUSED);
    assert_received(0, 0, 1);
}

/* 80 frames in one piece. */
static void feed_80(void)
{
    uint8_t bytes[80 * 40];
    size_t len = 0;

    for (unsigned i = 0; i < 80; i++)
        len += make_batch(bytes + len, sizeof bytes - len, 1);
    feed(bytes, len);
}

static void no_more_is_read_while_64_answers_are_owed(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 63; i++)
        feed_batch();
    assert_true(session_wants_input(&session));
    feed_batch();
    assert_false(session_wants_input(&session));
    assert_int_equal(handed_count, 64);
}

static void no_more_is_read_while_64_answers_are_unsent(void **state)
{
    (void)state;
    feed_80();
    assert_int_equal(handed_count, 64);
    for (unsigned i = 0; i < 64; i++)
        result(VERDICT_STORED);
    assert_int_equal(unsent(), 64);
    assert_int_equal(handed_count, 64);
    assert_false(session_wants_input(&session));
    assert_int_equal(receive_some(1), 1);
    assert_int_equal(handed_count, 65);
    assert_false(session_wants_input(&session));
    assert_int_equal(receive_some(15), 15);
    assert_int_equal(handed_count, 80);
    assert_false(session_wants_input(&session)); /* 48 unsent and 16 owed */
    assert_int_equal(receive_some(1), 1);
    assert_true(session_wants_input(&session));
}

static void finish_after_pipelined_batches_is_told_after_their_answers(void **state)
{
    (void)state;
    feed_batch();
    feed_batch();
    feed_finish();
    assert_int_equal(handed_count, 3);
    result(VERDICT_STORED);
    result(VERDICT_STORED);
    result(VERDICT_DRAWN);
    documents(1, 9, 1);
    assert_received(0, 0, 0, 1, 0, 0, 0, 9);
}

static void held_session_wants_no_input(void **state)
{
    (void)state;
    session_throttle(&session, true, now_ms);
    assert_false(session_wants_input(&session));
    session_throttle(&session, false, now_ms);
    assert_true(session_wants_input(&session));
    feed_batch();
    assert_int_equal(handed_count, 1);
}

/* ---- FINISH and WINNERS ---------------------------------------------------------------------- */

static void finish_waits_for_the_draw_in_silence(void **state)
{
    (void)state;
    feed_finish();
    assert_int_equal(session.phase, SESSION_ASKING);
    result(VERDICT_WAITING);
    assert_int_equal(session.phase, SESSION_WAITING);
    assert_silence();
    assert_int_equal(asks, 0);
    assert_int_equal(session_deadline(&session), UINT64_MAX);
}

static void draw_of_an_earlier_round_tells_nothing(void **state)
{
    (void)state;
    feed_finish();
    session_result(&session, VERDICT_WAITING, 3, now_ms);
    session_drawn(&session, 2, now_ms);
    assert_int_equal(session.phase, SESSION_WAITING);
    session_drawn(&session, 3, now_ms);
    assert_int_equal(session.phase, SESSION_TELLING);
    assert_int_equal(asked_round, 3);
    assert_int_equal(asked_from, 0);
}

static void draw_while_nobody_waits_changes_nothing(void **state)
{
    (void)state;
    session_drawn(&session, 1, now_ms);
    assert_int_equal(session.phase, SESSION_TALKING);
    feed_finish();
    session_drawn(&session, 1, now_ms);
    assert_int_equal(session.phase, SESSION_ASKING);
    assert_int_equal(asks, 0);
}

static void finish_of_a_drawn_round_asks_for_its_winners_at_once(void **state)
{
    (void)state;
    feed_finish();
    session_result(&session, VERDICT_DRAWN, 4, now_ms);
    assert_int_equal(asks, 1);
    assert_int_equal(asked_round, 4);
    session_drawn(&session, 5, now_ms);
    assert_int_equal(asks, 1);
}

static void agency_without_winners_is_told_none(void **state)
{
    (void)state;
    come_to_telling();
    documents(0, 0, 0);
    assert_received(0, 0);
    assert_int_equal(session.phase, SESSION_RECEIPT_DUE);
    feed_receipt();
    assert_int_equal(handed[1].kind, FRAME_RECEIPT);
}

static void compact_says_the_count_in_one_byte(void **state)
{
    (void)state;
    start(SORTEO_COMPACT, SORTEO_AGENCY_STREAM);
    come_to_telling();
    documents(2, 1, 2);
    assert_received(2, 0, 0, 0, 1, 0, 0, 0, 2);
}

static void documents_come_in_pieces_one_at_a_time(void **state)
{
    enum { TOTAL = 5000 };
    size_t told = 0;

    (void)state;
    come_to_telling();
    while (told < TOTAL) {
        const size_t count = TOTAL - told < MESSAGE_DOCUMENTS_MAX ? TOTAL - told : MESSAGE_DOCUMENTS_MAX;
        const unsigned before = asks;

        assert_int_equal(asked_from, told);
        documents(TOTAL, (uint32_t)told, count);
        told += count;
        (void)receive_some(unsent() - 4096);
        assert_int_equal(asks, before); /* enough is still unsent */
        (void)receive_some(1);
        assert_int_equal(asks, before + (told < TOTAL ? 1 : 0));
    }
    receive();
    assert_int_equal(peer_len, 2 + 4 * TOTAL);
    assert_int_equal(peer[0] << 8 | peer[1], TOTAL);
    for (size_t i = 0; i < TOTAL; i++)
        assert_int_equal(peer[2 + 4 * i + 2] << 8 | peer[2 + 4 * i + 3], i);
    assert_int_equal(session.phase, SESSION_RECEIPT_DUE);
}

static void pieces_of_1_document_lack_nothing(void **state)
{
    (void)state;
    come_to_telling();
    for (uint32_t i = 0; i < 3; i++) {
        documents(3, i, 1);
        receive();
    }
    assert_received(0, 3, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2);
    assert_int_equal(asks, 3);
}

static void receipt_is_due_when_the_last_byte_of_winners_was_written(void **state)
{
    (void)state;
    come_to_telling();
    documents(1, 5, 1);
    (void)receive_some(5);
    assert_int_equal(session.phase, SESSION_TELLING);
    (void)receive_some(1);
    assert_int_equal(session.phase, SESSION_RECEIPT_DUE);
}

static void next_round_follows_the_receipt_on_the_same_connection(void **state)
{
    (void)state;
    come_to_receipt();
    feed_receipt();
    assert_int_equal(handed[1].kind, FRAME_RECEIPT);
    feed_batch();
    feed_finish();
    assert_int_equal(handed_count, 4);
    result(VERDICT_COLLECTED);
    assert_silence();
    result(VERDICT_STORED);
    assert_received(0);
    session_result(&session, VERDICT_WAITING, 2, now_ms);
    session_drawn(&session, 1, now_ms);
    assert_int_equal(session.phase, SESSION_WAITING);
    session_drawn(&session, 2, now_ms);
    assert_int_equal(asked_round, 2);
    documents(1, 6, 1);
    assert_received(0, 1, 0, 0, 0, 6);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(batch_is_handed_over_whole_and_answered),
        TEST(refused_batch_is_answered_1_and_the_connection_goes_on),
        TEST(single_is_handed_over_on_the_bet_stream),
        TEST(frames_cut_at_every_place_are_handed_over_once),
        TEST(round_is_served_byte_by_byte_in_both_directions),
        TEST(pipelined_frames_are_answered_in_order),
        TEST(no_more_is_read_while_64_answers_are_owed),
        TEST(no_more_is_read_while_64_answers_are_unsent),
        TEST(finish_after_pipelined_batches_is_told_after_their_answers),
        TEST(held_session_wants_no_input),
        TEST(finish_waits_for_the_draw_in_silence),
        TEST(draw_of_an_earlier_round_tells_nothing),
        TEST(draw_while_nobody_waits_changes_nothing),
        TEST(finish_of_a_drawn_round_asks_for_its_winners_at_once),
        TEST(agency_without_winners_is_told_none),
        TEST(compact_says_the_count_in_one_byte),
        TEST(documents_come_in_pieces_one_at_a_time),
        TEST(pieces_of_1_document_lack_nothing),
        TEST(receipt_is_due_when_the_last_byte_of_winners_was_written),
        TEST(next_round_follows_the_receipt_on_the_same_connection),
    };
    return cmocka_run_group_tests_name("server_session", tests, NULL, NULL);
}
