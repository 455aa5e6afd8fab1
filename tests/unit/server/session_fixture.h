/*
 * For tests of the session: a host that notes what it is asked for, a clock that stands until it is
 * moved, and a peer that keeps what it is sent. Knows what frames look like only through the
 * encoder.
 */
#ifndef TESTS_SESSION_FIXTURE_H
#define TESTS_SESSION_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "server/worker/session.h"

#define HANDED_MAX 4096u
#define PEER_BYTES 300000u
#define FIRST_BYTE_MS 10000u
#define FRAME_MS 11000u
#define IDLE_MS 300000u
#define UNTAKEN_MS 20000u
#define REFUSALS 5u
#define SEND_MS 30000u
#define MAX_FRAME 2000u

struct handed {
    enum frame_kind kind;
    size_t len;
    uint8_t first[4]; /* bytes of it */
};

static struct handed handed[HANDED_MAX];
static size_t handed_count;
static unsigned asks;        /* for winners … */
static uint32_t asked_round; /* … and the last of them */
static uint32_t asked_from;

static unsigned named;     /* agencies whose bytes were refused … */
static uint8_t named_last; /* … and the last of them */

static struct session session;
static struct session_rules rules;
static uint64_t now_ms;
static uint8_t peer[PEER_BYTES]; /* what it was sent */
static size_t peer_len;

/* ---- The host -------------------------------------------------------------------------------- */

static void note_frame(void *context, enum frame_kind kind, const uint8_t *bytes, size_t len)
{
    assert_ptr_equal(context, &session);
    assert_true(handed_count < HANDED_MAX);
    handed[handed_count].kind = kind;
    handed[handed_count].len = len;
    memcpy(handed[handed_count].first, bytes, len < 4 ? len : 4);
    handed_count++;
}

static void note_ask(void *context, uint32_t round, uint32_t from)
{
    assert_ptr_equal(context, &session);
    asks++;
    asked_round = round;
    asked_from = from;
}

/* A host that wants to know: start_named. */
static inline void note_refused(void *context, uint8_t agency)
{
    assert_ptr_equal(context, &session);
    named++;
    named_last = agency;
}

static inline void start(enum sorteo_dialect dialect, enum sorteo_stream stream)
{
    const struct session_host host = { .hand_over = note_frame, .ask_winners = note_ask, .context = &session };

    session_fini(&session);
    rules = (struct session_rules){ .dialect = dialect,
                                    .max_frame = MAX_FRAME,
                                    .first_byte_ms = FIRST_BYTE_MS,
                                    .frame_ms = FRAME_MS,
                                    .idle_ms = IDLE_MS,
                                    .untaken_ms = UNTAKEN_MS,
                                    .refusals = REFUSALS,
                                    .send_ms = SEND_MS };
    handed_count = peer_len = 0;
    asks = named = 0;
    now_ms = 5000;
    session_init(&session, &rules, stream, &host, now_ms);
}

static inline int begin(void **state)
{
    (void)state;
    session = (struct session){ 0 };
    start(SORTEO_WIDE, SORTEO_AGENCY_STREAM);
    return 0;
}

static inline int end(void **state)
{
    (void)state;
    session_fini(&session);
    return 0;
}

/* ---- The peer -------------------------------------------------------------------------------- */

static inline void feed(const void *bytes, size_t len)
{
    assert_true(session_wants_input(&session));
    session_feed(&session, bytes, len, now_ms);
}

/* Takes what the session has to send, at most `most` bytes of it. Returns how many it was. */
static inline size_t receive_some(size_t most)
{
    size_t len;
    const uint8_t *bytes = session_output(&session, &len);

    if (len > most)
        len = most;
    if (len == 0)
        return 0;
    assert_true(len <= PEER_BYTES - peer_len);
    memcpy(peer + peer_len, bytes, len);
    peer_len += len;
    session_sent(&session, len, now_ms);
    return len;
}

static inline void receive(void)
{
    while (receive_some(SIZE_MAX) > 0)
        ;
}

static inline size_t unsent(void)
{
    size_t len;

    (void)session_output(&session, &len);
    return len;
}

/* The peer has received these bytes since it was asked last, and no more. */
#define assert_received(...)                                                                                           \
    do {                                                                                                               \
        const uint8_t expected_[] = { __VA_ARGS__ };                                                                   \
        receive();                                                                                                     \
        assert_int_equal(peer_len, sizeof expected_);                                                                  \
        assert_memory_equal(peer, expected_, sizeof expected_);                                                        \
        peer_len = 0;                                                                                                  \
    } while (0)

static inline void assert_silence(void)
{
    receive();
    assert_int_equal(peer_len, 0);
}

/* Whatever it is waiting for: of a peer that ended its direction nothing more is read. */
static inline void end_stream(void)
{
    session_end(&session, now_ms);
    assert_false(session_wants_input(&session));
}

static inline void pass_ms(uint64_t ms)
{
    now_ms += ms;
    session_tick(&session, now_ms);
}

/* ---- The committer --------------------------------------------------------------------------- */

static inline void result(enum verdict verdict)
{
    session_result(&session, verdict, 1, now_ms);
}

/* Documents from, from + 1, … of `total`. */
static inline void documents(uint32_t total, uint32_t from, size_t count)
{
    static uint32_t numbers[MESSAGE_DOCUMENTS_MAX];

    assert_true(count <= MESSAGE_DOCUMENTS_MAX);
    for (size_t i = 0; i < count; i++)
        numbers[i] = from + (uint32_t)i;
    session_documents(&session, VERDICT_DRAWN, total, numbers, count, now_ms);
}

/* ---- Frames ---------------------------------------------------------------------------------- */

/* Writes a frame of the session's dialect to out, and returns its bytes. */
static inline size_t make_batch(uint8_t *out, size_t cap, size_t bets)
{
    static struct sorteo_bet list[64];
    size_t len = 0;

    assert_true(bets <= 64);
    for (size_t i = 0; i < bets; i++)
        list[i] = (struct sorteo_bet){ .agency = 1,
                                       .name = { "Ana", 3 },
                                       .surname = { "Sosa", 4 },
                                       .document = (uint32_t)i,
                                       .birthdate = { "1999-03-17", 10 },
                                       .number = 2201 };
    assert_int_equal(sorteo_encode_batch(rules.dialect, 7, list, bets, out, cap, &len, NULL), SORTEO_E_OK);
    return len;
}

static inline size_t make_single(uint8_t *out, size_t cap)
{
    const struct sorteo_bet bet = {
        .agency = 1, .name = { "Ana", 3 }, .surname = { "", 0 }, .birthdate = { "1999-03-17", 10 }
    };
    size_t len = 0;

    assert_int_equal(sorteo_encode_single(rules.dialect, 7, &bet, out, cap, &len, NULL), SORTEO_E_OK);
    return len;
}

static inline void feed_batch(void)
{
    uint8_t bytes[256];

    feed(bytes, make_batch(bytes, sizeof bytes, 1));
}

static inline void feed_finish(void)
{
    uint8_t bytes[16];
    size_t len = 0;

    assert_int_equal(sorteo_encode_finish(rules.dialect, 9, 1, bytes, sizeof bytes, &len), SORTEO_E_OK);
    feed(bytes, len);
}

static inline void feed_receipt(void)
{
    uint8_t bytes[1];
    size_t len = 0;

    assert_int_equal(sorteo_encode_receipt(rules.dialect, bytes, sizeof bytes, &len), SORTEO_E_OK);
    feed(bytes, len);
}

/* The start of a batch whose name holds a control character at its end, which the decoder refuses
 * there. */
static inline void feed_bad(void)
{
    static const uint8_t bad[] = { 0, 1, 1, 0, 1, 0x07 };

    feed(bad, sizeof bad);
}

/* ---- Places to be in ------------------------------------------------------------------------- */

static inline void come_to_waiting(void)
{
    feed_finish();
    result(VERDICT_WAITING);
    assert_int_equal(session.phase, SESSION_WAITING);
}

/* Documents were asked for and have not come. */
static inline void come_to_telling(void)
{
    come_to_waiting();
    session_drawn(&session, 1, now_ms);
    assert_int_equal(session.phase, SESSION_TELLING);
}

/* WINNERS, of which there is one, are written, and a RECEIPT is due. */
static inline void come_to_receipt(void)
{
    come_to_telling();
    documents(1, 5, 1);
    assert_received(0, 1, 0, 0, 0, 5);
    assert_int_equal(session.phase, SESSION_RECEIPT_DUE);
}

static inline void come_to_draining(void)
{
    feed_bad();
    assert_received(1);
    assert_int_equal(session.phase, SESSION_DRAINING);
}

/* Our direction is ended, the peer's bytes are dropped. */
static inline void assert_hung_up(void)
{
    assert_true(session_has_hung_up(&session));
    assert_false(session_is_over(&session));
    assert_true(session_wants_input(&session));
}

static inline void assert_over(void)
{
    assert_true(session_is_over(&session));
    assert_false(session_wants_input(&session));
    assert_int_equal(unsent(), 0);
    assert_int_equal(session_deadline(&session), UINT64_MAX);
}

#endif
