/*
 * Encoder and decoder are each other's inverse: value → bytes → value, and bytes → value → bytes,
 * for random frames of every kind in every dialect. The bytes of the second way are made here, by
 * hand, not by the encoder.
 *
 * TEST_ROUNDS frames of each kind in all (default 1,000,000), from TEST_SEED.
 */
#include "unit/codec/codec_random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define FRAME_MAX (4u << 20)
#define BETS_MAX 3u

static uint8_t frame[FRAME_MAX];
static uint8_t again[FRAME_MAX];
static struct random_bet bets[BETS_MAX];

static uint64_t rounds;

/* Each round another dialect. */
static enum sorteo_dialect dialect_of(uint64_t round)
{
    return (enum sorteo_dialect)(round % sorteo_dialect_count());
}

/* ---- A decoder that is fed in two pieces ----------------------------------------------------- */

struct reader {
    struct sorteo_decoder decoder;
    struct sorteo_event event;
    const uint8_t *bytes;
    size_t len;
    size_t cut; /* what has arrived of it */
};

static void reader_begin(struct reader *reader, enum sorteo_dialect dialect, enum sorteo_stream stream,
                         const uint8_t *bytes, size_t len)
{
    reader->bytes = bytes;
    reader->len = len;
    reader->cut = random_below((uint32_t)len + 1);
    sorteo_decoder_init(&reader->decoder, dialect, stream, 0);
}

/* The next event must be of this kind. */
static const struct sorteo_event *reader_expect(struct reader *reader, enum sorteo_event_kind kind)
{
    for (;;) {
        const struct sorteo_window window = { .bytes = reader->bytes, .len = reader->cut, .base = 0 };
        const enum sorteo_event_kind got = sorteo_decoder_next(&reader->decoder, &window, &reader->event);

        if (got != SORTEO_MORE || reader->cut == reader->len) {
            assert_int_equal(got, kind);
            return &reader->event;
        }
        reader->cut = reader->len;
    }
}

/* There is nothing more, and it is a whole frame. */
static void reader_end(struct reader *reader)
{
    (void)reader_expect(reader, SORTEO_MORE);
    assert_int_equal(sorteo_decoder_end(&reader->decoder), SORTEO_E_OK);
    assert_int_equal(reader->decoder.offset, reader->len);
}

static void assert_text_equal(const struct sorteo_text *a, const struct sorteo_text *b)
{
    assert_int_equal(a->len, b->len);
    if (a->len > 0)
        assert_memory_equal(a->bytes, b->bytes, a->len);
}

static void assert_bet_equal(const struct sorteo_bet *a, const struct sorteo_bet *b)
{
    assert_int_equal(a->agency, b->agency);
#define INTEGER(name, ...) assert_int_equal(a->name, b->name);
#define TEXT(name, ...) assert_text_equal(&a->name, &b->name);
    BET_FIELDS(INTEGER, TEXT, TEXT)
#undef TEXT
#undef INTEGER
}

static uint64_t random_key(enum sorteo_dialect dialect)
{
    const uint64_t key = random_number();

    const unsigned size = sorteo_dialect_parameters(dialect)->key_size;

    return size == 0 ? 0 : key >> (64 - 8 * size);
}

static void assert_same_frame(size_t len, size_t again_len)
{
    assert_int_equal(len, again_len);
    assert_memory_equal(frame, again, len);
}

/* ---- Bytes by hand, section 2 by the letter -------------------------------------------------- */

static size_t hand(size_t at, uint64_t value, unsigned size)
{
    for (unsigned i = 0; i < size; i++)
        frame[at + i] = (uint8_t)(value >> (8 * (size - 1 - i)));
    return at + size;
}

static size_t hand_text(size_t at, const struct sorteo_text *text)
{
    memcpy(frame + at, text->bytes, text->len);
    return at + text->len;
}

static size_t hand_person(size_t at, enum sorteo_dialect dialect, const struct sorteo_bet *bet)
{
    const unsigned s = sorteo_dialect_parameters(dialect)->length_size;

#define INTEGER(name, field, size, ...) at = hand(at, bet->name, size);
#define TEXT(name, ...) at = hand_text(hand(at, bet->name.len, s), &bet->name);
#define CHARS(name, ...) at = hand_text(at, &bet->name);
    BET_FIELDS(INTEGER, TEXT, CHARS)
#undef CHARS
#undef TEXT
#undef INTEGER
    return at;
}

static size_t hand_bet(size_t at, enum sorteo_dialect dialect, const struct sorteo_bet *bet)
{
    return hand_person(hand(at, bet->agency, 1), dialect, bet);
}

static bool names_agency_once(enum sorteo_dialect dialect)
{
    return sorteo_dialect_parameters(dialect)->batch_agency_size > 0;
}

/* One of a batch. */
static size_t hand_item(size_t at, enum sorteo_dialect dialect, const struct sorteo_bet *bet)
{
    return names_agency_once(dialect) ? hand_person(at, dialect, bet) : hand_bet(at, dialect, bet);
}

static size_t hand_agency(size_t at, enum sorteo_dialect dialect, const struct sorteo_bet *first)
{
    return names_agency_once(dialect) ? hand(at, first->agency, 1) : at;
}

static size_t hand_key(size_t at, enum sorteo_dialect dialect, uint64_t key)
{
    return hand(at, key, sorteo_dialect_parameters(dialect)->key_size);
}

/* ---- Frames with bets ------------------------------------------------------------------------ */

static void single_round_trips(void **state)
{
    (void)state;
    for (uint64_t round = 0; round < rounds; round++) {
        const enum sorteo_dialect dialect = dialect_of(round);
        const uint64_t key = random_key(dialect);
        const struct sorteo_event *event;
        struct reader reader;
        size_t len, again_len;

        random_bet(&bets[0], dialect);
        len = hand_bet(hand_key(0, dialect, key), dialect, &bets[0].bet);
        assert_int_equal(sorteo_encode_single(dialect, key, &bets[0].bet, again, FRAME_MAX, &again_len, NULL),
                         SORTEO_E_OK);
        assert_same_frame(len, again_len);

        reader_begin(&reader, dialect, SORTEO_BET_STREAM, frame, len);
        event = reader_expect(&reader, SORTEO_BET);
        assert_bet_equal(&event->bet, &bets[0].bet);
        assert_int_equal(event->key, key);
        assert_int_equal(event->end - event->begin, len);
        assert_int_equal(sorteo_encode_single(dialect, event->key, &event->bet, again, FRAME_MAX, &again_len, NULL),
                         SORTEO_E_OK);
        assert_same_frame(len, again_len);
        reader_end(&reader);
    }
}

static void batch_round_trips(void **state)
{
    (void)state;
    for (uint64_t round = 0; round < rounds; round++) {
        const enum sorteo_dialect dialect = dialect_of(round);
        const uint64_t key = random_key(dialect);
        const size_t count = 1 + random_below(BETS_MAX);
        struct sorteo_bet sent[BETS_MAX], got[BETS_MAX];
        struct reader reader;
        size_t len = hand_key(hand(0, count, 2), dialect, key), again_len;

        for (size_t i = 0; i < count; i++) {
            random_bet(&bets[i], dialect);
            sent[i] = bets[i].bet;
            if (names_agency_once(dialect))
                sent[i].agency = sent[0].agency;
            if (i == 0)
                len = hand_agency(len, dialect, &sent[0]);
            len = hand_item(len, dialect, &sent[i]);
        }
        assert_int_equal(sorteo_encode_batch(dialect, key, sent, count, again, FRAME_MAX, &again_len, NULL),
                         SORTEO_E_OK);
        assert_same_frame(len, again_len);

        reader_begin(&reader, dialect, SORTEO_AGENCY_STREAM, frame, len);
        assert_int_equal(reader_expect(&reader, SORTEO_BATCH_BEGIN)->bets, count);
        for (size_t i = 0; i < count; i++) {
            got[i] = reader_expect(&reader, SORTEO_BET)->bet;
            assert_bet_equal(&got[i], &sent[i]);
        }
        assert_int_equal(reader_expect(&reader, SORTEO_BATCH_END)->key, key);
        reader_end(&reader);
        assert_int_equal(sorteo_encode_batch(dialect, key, got, count, again, FRAME_MAX, &again_len, NULL),
                         SORTEO_E_OK);
        assert_same_frame(len, again_len);
    }
}

/* The packet writer makes the same frame as the encoder of batches. */
static void packet_round_trips(void **state)
{
    (void)state;
    for (uint64_t round = 0; round < rounds; round++) {
        const enum sorteo_dialect dialect = dialect_of(round);
        const uint64_t key = random_key(dialect);
        struct sorteo_bet sent[BETS_MAX];
        struct sorteo_packet packet;
        size_t len = hand_key(2, dialect, key) + (names_agency_once(dialect) ? 1 : 0), again_len, count = 0;

        assert_int_equal(sorteo_packet_begin(&packet, dialect, again, FRAME_MAX), SORTEO_E_OK);
        for (size_t i = 0; i < BETS_MAX; i++) {
            random_bet(&bets[i], dialect);
            if (names_agency_once(dialect) && count > 0)
                bets[i].bet.agency = sent[0].agency;
            if (sorteo_bet_size(dialect, &bets[i].bet) > SORTEO_PACKET_MAX - len) {
                assert_int_equal(sorteo_packet_add(&packet, &bets[i].bet, NULL), SORTEO_E_PACKET);
                continue;
            }
            assert_int_equal(sorteo_packet_add(&packet, &bets[i].bet, NULL), SORTEO_E_OK);
            sent[count++] = bets[i].bet;
            len = hand_item(len, dialect, &bets[i].bet);
        }
        (void)hand(0, count, 2);
        if (count > 0)
            (void)hand_agency(hand_key(2, dialect, key), dialect, &sent[0]);
        if (count == 0) {
            assert_int_equal(sorteo_packet_end(&packet, key, &again_len), SORTEO_E_COUNT);
            continue;
        }
        assert_int_equal(sorteo_packet_end(&packet, key, &again_len), SORTEO_E_OK);
        assert_same_frame(len, again_len);
        assert_int_equal(sorteo_encode_batch(dialect, key, sent, count, again, FRAME_MAX, &again_len, NULL),
                         SORTEO_E_OK);
        assert_same_frame(len, again_len);
    }
}

/* ---- Frames without bets --------------------------------------------------------------------- */

static void finish_round_trips(void **state)
{
    (void)state;
    for (uint64_t round = 0; round < rounds; round++) {
        const enum sorteo_dialect dialect = dialect_of(round);
        const uint64_t key = random_key(dialect);
        const uint8_t agency = (uint8_t)(1 + random_below(255));
        const size_t len = hand(hand_key(hand(0, 0, 2), dialect, key), agency, 1);
        const struct sorteo_event *event;
        struct reader reader;
        size_t again_len;

        assert_int_equal(sorteo_encode_finish(dialect, key, agency, again, FRAME_MAX, &again_len), SORTEO_E_OK);
        assert_same_frame(len, again_len);
        reader_begin(&reader, dialect, SORTEO_AGENCY_STREAM, frame, len);
        event = reader_expect(&reader, SORTEO_FINISH);
        assert_int_equal(event->agency, agency);
        assert_int_equal(event->key, key);
        assert_int_equal(sorteo_encode_finish(dialect, event->key, event->agency, again, FRAME_MAX, &again_len),
                         SORTEO_E_OK);
        assert_same_frame(len, again_len);
        reader_end(&reader);
    }
}

/* A receipt is one only after a FINISH. */
static void receipt_round_trips(void **state)
{
    (void)state;
    for (uint64_t round = 0; round < rounds; round++) {
        const enum sorteo_dialect dialect = dialect_of(round);
        const size_t finish_len = hand(hand_key(hand(0, 0, 2), dialect, random_number()), 1 + random_below(255), 1);
        const size_t len = hand(finish_len, sorteo_dialect_parameters(dialect)->receipt, 1);
        const struct sorteo_event *event;
        struct reader reader;
        size_t again_len;

        reader_begin(&reader, dialect, SORTEO_AGENCY_STREAM, frame, len);
        (void)reader_expect(&reader, SORTEO_FINISH);
        event = reader_expect(&reader, SORTEO_RECEIPT);
        assert_int_equal(event->begin, finish_len);
        assert_int_equal(event->end, len);
        assert_int_equal(sorteo_encode_receipt(dialect, again, FRAME_MAX, &again_len), SORTEO_E_OK);
        assert_int_equal(again_len, 1);
        assert_int_equal(again[0], frame[finish_len]);
        reader_end(&reader);
    }
}

static void answer_round_trips(void **state)
{
    (void)state;
    for (uint64_t round = 0; round < rounds; round++) {
        const enum sorteo_dialect dialect = dialect_of(round);
        const bool stored = random_below(2) == 0;
        const size_t len = hand(0, stored ? 0 : 1, 1);
        struct reader reader;
        size_t again_len;

        reader_begin(&reader, dialect, SORTEO_REPLY_STREAM, frame, len);
        sorteo_decoder_expect(&reader.decoder, SORTEO_REPLY_ANSWER);
        assert_int_equal(reader_expect(&reader, SORTEO_ANSWER)->stored, stored);
        assert_int_equal(sorteo_encode_answer(reader.event.stored, again, FRAME_MAX, &again_len), SORTEO_E_OK);
        assert_same_frame(len, again_len);
        reader_end(&reader);
    }
}

/* Mostly few, sometimes as many as N_WINNERS can say. */
static size_t random_winner_count(enum sorteo_dialect dialect)
{
    if (random_below(20000) == 0)
        return sorteo_winners_max(dialect);
    return random_below(random_below(16) == 0 ? 256 : 8);
}

static void winners_round_trip(void **state)
{
    static uint32_t sent[65535], got[65535];

    (void)state;
    for (uint64_t round = 0; round < rounds; round++) {
        const enum sorteo_dialect dialect = dialect_of(round);
        const size_t count = random_winner_count(dialect);
        size_t len = hand(0, count, sorteo_dialect_parameters(dialect)->winners_size), again_len;
        struct reader reader;

        for (size_t i = 0; i < count; i++) {
            sent[i] = (uint32_t)random_number();
            len = hand(len, sent[i], 4);
        }
        assert_int_equal(sorteo_encode_winners(dialect, sent, count, again, FRAME_MAX, &again_len), SORTEO_E_OK);
        assert_same_frame(len, again_len);

        reader_begin(&reader, dialect, SORTEO_REPLY_STREAM, frame, len);
        sorteo_decoder_expect(&reader.decoder, SORTEO_REPLY_WINNERS);
        assert_int_equal(reader_expect(&reader, SORTEO_WINNERS_BEGIN)->winners, count);
        for (size_t i = 0; i < count; i++)
            got[i] = reader_expect(&reader, SORTEO_WINNER)->document;
        assert_int_equal(reader_expect(&reader, SORTEO_WINNERS_END)->winners, count);
        assert_int_equal(reader.event.end - reader.event.begin, len);
        assert_memory_equal(got, sent, count * sizeof(got[0]));
        assert_int_equal(sorteo_encode_winners(dialect, got, count, again, FRAME_MAX, &again_len), SORTEO_E_OK);
        assert_same_frame(len, again_len);
        reader_end(&reader);
    }
}

/* ---- Bytes that chance has spoilt: what is still taken is made again byte for byte ----------- */

static void spoilt_single_round_trips_or_is_refused(void **state)
{
    uint64_t taken = 0, refused = 0;

    (void)state;
    for (uint64_t round = 0; round < rounds; round++) {
        const enum sorteo_dialect dialect = dialect_of(round);
        struct sorteo_window whole = { .bytes = frame };
        struct sorteo_decoder decoder;
        struct sorteo_event event;
        size_t again_len;

        random_bet(&bets[0], dialect);
        whole.len = hand_bet(hand_key(0, dialect, random_number()), dialect, &bets[0].bet);
        frame[random_below((uint32_t)whole.len)] = (uint8_t)random_below(256);
        sorteo_decoder_init(&decoder, dialect, SORTEO_BET_STREAM, 0);
        if (sorteo_decoder_next(&decoder, &whole, &event) != SORTEO_BET) {
            refused++;
            continue;
        }
        taken++;
        assert_int_equal(sorteo_encode_single(dialect, event.key, &event.bet, again, FRAME_MAX, &again_len, NULL),
                         SORTEO_E_OK);
        assert_same_frame((size_t)event.end, again_len);
    }
    assert_true(taken > rounds / 10);
    assert_true(refused > rounds / 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(single_round_trips),  cmocka_unit_test(batch_round_trips),
        cmocka_unit_test(packet_round_trips),  cmocka_unit_test(finish_round_trips),
        cmocka_unit_test(receipt_round_trips), cmocka_unit_test(answer_round_trips),
        cmocka_unit_test(winners_round_trip),  cmocka_unit_test(spoilt_single_round_trips_or_is_refused),
    };

    random_begin();
    rounds = number_from_environment("TEST_ROUNDS", 1000000);
    return cmocka_run_group_tests_name("roundtrip", tests, NULL, NULL);
}
