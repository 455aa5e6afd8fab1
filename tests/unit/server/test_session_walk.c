/*
 * The session under whatever comes, in any order: random pieces of a stream, answers, draws, ends,
 * time. After each step it must hold that every frame is handed over once and in order, that what
 * the peer gets is exactly the answers and the winners in their order, and that nothing comes after
 * the end.
 *
 * TEST_ROUNDS / 1,000 sessions, from TEST_SEED.
 */
#include "unit/codec/codec_random.h"
#include "unit/server/session_fixture.h"

#define STREAM_MAX 6000u

/* What the peer will send, and what it must get. */
static uint8_t stream[STREAM_MAX];
static size_t stream_len, stream_fed;
static enum frame_kind planned[HANDED_MAX];
static size_t planned_len[HANDED_MAX];
static size_t planned_count;
static uint8_t expected[PEER_BYTES];
static size_t expected_len;
static bool is_last;   /* `expected` ends with the 1 of refused bytes: nothing more comes */
static size_t judged;  /* of `handed`: results given */
static uint32_t total; /* winners of the FINISH under way */
static unsigned asks_seen;

/* ---- A stream -------------------------------------------------------------------------------- */

static void plan(enum frame_kind kind, size_t len)
{
    planned[planned_count] = kind;
    planned_len[planned_count++] = len;
    stream_len += len;
}

/* Batches, now and then a FINISH followed by its RECEIPT, and in some streams a bad byte at the
 * end. */
static void plan_stream(void)
{
    const unsigned frames = random_below(100);

    stream_len = stream_fed = planned_count = 0;
    for (unsigned i = 0; i < frames && stream_len < STREAM_MAX - 400; i++) {
        uint8_t *place = stream + stream_len;
        size_t len = 0;

        if (random_below(20) > 0) {
            plan(FRAME_BATCH, make_batch(place, 400, 1 + random_below(3)));
            continue;
        }
        assert_int_equal(sorteo_encode_finish(rules.dialect, 9, 1, place, 16, &len), SORTEO_E_OK);
        plan(FRAME_FINISH, len);
        assert_int_equal(sorteo_encode_receipt(rules.dialect, place + len, 1, &len), SORTEO_E_OK);
        plan(FRAME_RECEIPT, len);
    }
    if (random_below(4) == 0) {
        memset(stream + stream_len, 0xff, 40);
        stream_len += 40;
    }
}

static void begin_session(void)
{
    start((enum sorteo_dialect)random_below(3), SORTEO_AGENCY_STREAM);
    rules.max_frame = 400;
    plan_stream();
    expected_len = judged = 0;
    asks_seen = 0;
    is_last = false;
}

/* ---- Steps ----------------------------------------------------------------------------------- */

/* A peer of this test does not speak before its turn, but for one time in 50. */
static size_t may_feed(void)
{
    size_t whole = 0;

    for (size_t i = 0; i < planned_count; i++) {
        whole += planned_len[i];
        if (planned[i] == FRAME_FINISH && whole > stream_fed)
            return whole - stream_fed;
        if (planned[i] == FRAME_FINISH && whole == stream_fed && session.phase != SESSION_RECEIPT_DUE &&
            random_below(50) > 0)
            return 0;
    }
    return stream_len - stream_fed;
}

static void feed_some(void)
{
    const size_t most = may_feed();
    size_t len = 1 + random_below(random_below(5) == 0 ? 3000 : 60);

    if (!session_wants_input(&session) || most == 0)
        return;
    len = len < most ? len : most;
    feed(stream + stream_fed, len);
    stream_fed += len;
}

static void expect(uint8_t byte)
{
    assert_false(is_last);
    expected[expected_len++] = byte;
}

static enum verdict judge(enum frame_kind kind)
{
    const uint32_t chance = random_below(100);

    if (chance == 0)
        return VERDICT_CLOSE;
    if (chance == 1)
        return VERDICT_ABORT;
    if (kind == FRAME_RECEIPT)
        return VERDICT_COLLECTED;
    if (kind == FRAME_FINISH)
        return chance < 50 ? VERDICT_WAITING : VERDICT_DRAWN;
    return chance < 80 ? VERDICT_STORED : VERDICT_REFUSED;
}

static void give_result(void)
{
    enum verdict verdict;

    if (session_owed(&session) == 0)
        return;
    verdict = judge(handed[judged++].kind);
    if (!session_is_over(&session) && (verdict == VERDICT_STORED || verdict == VERDICT_REFUSED))
        expect(verdict == VERDICT_STORED ? 0 : 1);
    result(verdict);
}

static void draw(void)
{
    session_drawn(&session, 1, now_ms);
}

/* The 1 of refused bytes comes when all else was answered. */
static void expect_last_1(void)
{
    if (session.error.code == SORTEO_E_OK || session.error.code == SORTEO_E_RECEIPT || is_last)
        return;
    if (session.phase >= SESSION_CLOSING && session_owed(&session) == 0 && session.phase != SESSION_ABORTED &&
        unsent() + peer_len > expected_len) {
        expect(1);
        is_last = true;
    }
}

static void give_documents(void)
{
    size_t count;

    if (asks == asks_seen)
        return;
    asks_seen = asks;
    if (asked_from == 0)
        total = random_below(3) == 0 ? 0 : random_below(100);
    count = total - asked_from;
    if (count > 10)
        count = 1 + random_below(10);
    if (session.phase == SESSION_TELLING) {
        size_t len = 0;
        if (asked_from == 0) {
            assert_int_equal(sorteo_encode_winners_count(rules.dialect, total, expected + expected_len, 2, &len),
                             SORTEO_E_OK);
            expected_len += len;
        }
        for (size_t i = 0; i < count; i++) {
            const uint32_t document = asked_from + (uint32_t)i;
            assert_int_equal(sorteo_encode_documents(rules.dialect, &document, 1, expected + expected_len, 4, &len),
                             SORTEO_E_OK);
            expected_len += len;
        }
    }
    documents(total, asked_from, count);
}

static void pass_some_time(void)
{
    pass_ms(random_below(20) == 0 ? random_below(40000) : random_below(200));
}

/* Rare things, each of which is the end. */
static void end_somehow(void)
{
    switch (random_below(60)) {
    case 0:
        if (!session.ended)
            end_stream();
        break;
    case 1:
        session_stop(&session, now_ms);
        break;
    case 2:
        session_close(&session, "the host closes it", now_ms);
        break;
    case 3:
        if (random_below(4) == 0)
            session_abort(&session, "connection lost");
        break;
    default:
        break;
    }
}

static void step(void)
{
    switch (random_below(10)) {
    case 0:
    case 1:
    case 2:
        feed_some();
        break;
    case 3:
    case 4:
        give_result();
        break;
    case 5:
        (void)receive_some(1 + random_below(20));
        break;
    case 6:
        give_documents();
        break;
    case 7:
        draw();
        break;
    case 8:
        session_throttle(&session, random_below(3) == 0, now_ms);
        pass_some_time();
        break;
    default:
        end_somehow();
        break;
    }
}

/* ---- What must hold -------------------------------------------------------------------------- */

static void check_handed(void)
{
    assert_true(handed_count <= planned_count);
    assert_int_equal(session_owed(&session), handed_count - judged);
    for (size_t i = 0; i < handed_count; i++) {
        assert_int_equal(handed[i].kind, planned[i]);
        assert_int_equal(handed[i].len, planned_len[i]);
    }
}

/* Received and unsent bytes together are a beginning of what is expected, and all of it unless it
 * was cut off. */
static void check_output(void)
{
    size_t len;
    const uint8_t *bytes = session_output(&session, &len);

    assert_true(len <= expected_len - peer_len);
    assert_memory_equal(peer, expected, peer_len);
    if (len > 0)
        assert_memory_equal(bytes, expected + peer_len, len);
    if (session.phase != SESSION_ABORTED && !session_is_over(&session))
        assert_int_equal(peer_len + len, expected_len);
    if (session_is_over(&session)) {
        assert_int_equal(len, 0);
        assert_false(session_wants_input(&session));
        assert_int_equal(session_deadline(&session), UINT64_MAX);
    }
    if (session_is_over(&session) && session.phase != SESSION_ABORTED)
        assert_int_equal(peer_len, expected_len);
}

static void check_limits(enum session_phase before)
{
    if (session.phase <= SESSION_RECEIPT_DUE && session_owed(&session) + unsent() >= SESSION_UNSENT_MAX)
        assert_false(session_wants_input(&session));
    if (session.phase == SESSION_CLOSING)
        assert_false(session_wants_input(&session));
    if (before >= SESSION_CLOSING)
        assert_true(session.phase >= before);
    if (session_has_hung_up(&session))
        assert_int_equal(unsent(), 0);
    if (session.phase >= SESSION_CLOSING && session.phase != SESSION_ABORTED)
        assert_int_equal(session_unfinished(&session), 0);
    assert_true(session_owed(&session) <= SESSION_UNSENT_MAX);
}

static unsigned ways_out[2]; /* sessions that ended cleanly, and that were cut off */

static void walk(void)
{
    for (unsigned i = 0; i < 3000; i++) {
        const enum session_phase before = session.phase;
        const size_t frames = handed_count;

        step();
        expect_last_1();
        check_handed();
        check_output();
        check_limits(before);
        if (before >= SESSION_CLOSING)
            assert_int_equal(handed_count, frames);
        if (session_is_over(&session) && session_owed(&session) == 0)
            break;
    }
    if (session_is_over(&session))
        ways_out[session.phase == SESSION_ABORTED]++;
}

static void session_keeps_its_word_whatever_comes(void **state)
{
    const uint64_t sessions = number_from_environment("TEST_ROUNDS", 1000000) / 1000;

    (void)state;
    random_begin();
    memset(ways_out, 0, sizeof ways_out);
    for (uint64_t i = 0; i < sessions; i++) {
        begin_session();
        walk();
    }
    if (sessions >= 1000) {
        assert_true(ways_out[0] > sessions / 10);
        assert_true(ways_out[1] > sessions / 100);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(session_keeps_its_word_whatever_comes, begin, end),
    };
    return cmocka_run_group_tests_name("server_session_walk", tests, NULL, NULL);
}
