/*
 * What the encoder refuses, with which error, and that it then leaves everything as it was; exact
 * sizes; and the packet writer at its limit.
 */
#include "codec/ask.h"
#include "codec/bet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define EACH_DIALECT(dialect) for (enum sorteo_dialect dialect = 0; dialect < sorteo_dialect_count(); dialect++)

static struct sorteo_text text(const char *string)
{
    return (struct sorteo_text){ .bytes = string, .len = strlen(string) };
}

static struct sorteo_bet good_bet(void)
{
    return (struct sorteo_bet){ .agency = 1,
                                .name = text("Santiago Lionel"),
                                .surname = text("Lorca"),
                                .document = 30904465,
                                .birthdate = text("1999-03-17"),
                                .number = 2201 };
}

/* ---- Refusals -------------------------------------------------------------------------------- */

/* SINGLE, BATCH and packet must refuse the bet alike, and change nothing. */
static void check_refused(enum sorteo_dialect dialect, const struct sorteo_bet *bet, enum sorteo_code code,
                          enum sorteo_field field, uint64_t offset)
{
    const struct sorteo_bet bets[] = { good_bet(), *bet };
    static uint8_t out[1u << 18], untouched[sizeof(out)];
    struct sorteo_packet packet, packet_before;
    struct sorteo_error error;
    size_t len = 4711;

    memset(out, 0x55, sizeof(out));
    memset(untouched, 0x55, sizeof(untouched));
    memset(&packet, 0, sizeof(packet)); /* its padding is compared too */
    for (unsigned way = 0; way < 3; way++) {
        memset(&error, 0, sizeof(error));
        if (way == 0) {
            assert_int_equal(sorteo_encode_single(dialect, 1, bet, out, sizeof(out), &len, &error), code);
            assert_int_equal(sorteo_encode_single(dialect, 1, bet, out, sizeof(out), &len, NULL), code);
        } else if (way == 1) {
            const struct sorteo_bet turned[] = { bets[1], bets[0] };

            assert_int_equal(sorteo_encode_batch(dialect, 1, turned, 2, out, sizeof(out), &len, NULL), code);
            assert_int_equal(sorteo_encode_batch(dialect, 1, bets, 2, out, sizeof(out), &len, &error), code);
        } else {
            assert_int_equal(sorteo_packet_begin(&packet, dialect, out, sizeof(out)), SORTEO_E_OK);
            memcpy(&packet_before, &packet, sizeof(packet));
            assert_int_equal(sorteo_packet_add(&packet, bet, &error), code);
            assert_memory_equal(&packet, &packet_before, sizeof(packet));
        }
        assert_int_equal(error.code, code);
        assert_int_equal(error.field, field);
        assert_int_equal(error.offset, offset);
        assert_int_equal(len, 4711);
        assert_memory_equal(out, untouched, sizeof(out));
    }
}

static void encoder_refuses_names_that_are_not_utf8(void **state)
{
    (void)state;
    EACH_DIALECT(dialect)
    {
        struct sorteo_bet bet = good_bet();

        bet.name = text("ab\xff");
        check_refused(dialect, &bet, SORTEO_E_UTF8, SORTEO_F_NAME, 2);
        bet.name = text("ab\xc3"); /* cut inside a character */
        check_refused(dialect, &bet, SORTEO_E_UTF8, SORTEO_F_NAME, 2);
        bet = good_bet();
        bet.surname = text("\xed\xa0\x80");
        check_refused(dialect, &bet, SORTEO_E_UTF8, SORTEO_F_SURNAME, 1);
    }
}

static void encoder_refuses_controls(void **state)
{
    (void)state;
    EACH_DIALECT(dialect)
    {
        struct sorteo_bet bet = good_bet();

        bet.name = text("a\nb");
        check_refused(dialect, &bet, SORTEO_E_CONTROL, SORTEO_F_NAME, 1);
        bet.name = (struct sorteo_text){ .bytes = "a\0b", .len = 3 };
        check_refused(dialect, &bet, SORTEO_E_CONTROL, SORTEO_F_NAME, 1);
        bet = good_bet();
        bet.surname = text("ab\xc2\x85");
        check_refused(dialect, &bet, SORTEO_E_CONTROL, SORTEO_F_SURNAME, 3);
        bet.surname = text("\x7f");
        check_refused(dialect, &bet, SORTEO_E_CONTROL, SORTEO_F_SURNAME, 0);
    }
}

/* What the decoder says of a SINGLE with this name, the offset counted from the name's first
 * byte. */
static struct sorteo_error ask_decoder(enum sorteo_dialect dialect, const char *name, size_t len)
{
    const unsigned length_size = sorteo_dialect_parameters(dialect)->length_size;
    const size_t head = sorteo_dialect_parameters(dialect)->key_size + 1u + length_size;
    uint8_t bytes[512] = { 0 };
    const struct sorteo_window window = { .bytes = bytes, .len = head + len + length_size };
    struct sorteo_decoder decoder;
    struct sorteo_event event;

    bytes[head - 1] = (uint8_t)len;
    memcpy(bytes + head, name, len);
    sorteo_decoder_init(&decoder, dialect, SORTEO_BET_STREAM, 0);
    if (sorteo_decoder_next(&decoder, &window, &event) == SORTEO_ERROR)
        decoder.error.offset -= head;
    return decoder.error;
}

static void check_wrong_byte(enum sorteo_dialect dialect, const char *name, size_t len)
{
    const struct sorteo_error expected = ask_decoder(dialect, name, len);

    for (unsigned which = 0; which < 2; which++) {
        struct sorteo_bet bet = good_bet();
        struct sorteo_error error = { .code = SORTEO_E_OK };
        uint8_t out[512];
        size_t out_len;

        *(which == 0 ? &bet.name : &bet.surname) = (struct sorteo_text){ .bytes = name, .len = len };
        assert_int_equal(sorteo_encode_single(dialect, 1, &bet, out, sizeof(out), &out_len, &error), expected.code);
        assert_int_equal(error.field,
                         which == 1 && expected.field == SORTEO_F_NAME ? SORTEO_F_SURNAME : expected.field);
        assert_int_equal(error.offset, expected.offset);
    }
}

/* Names that are looked at in pieces: a wrong byte at each place, and a character that the end cuts
 * off. */
static void encoder_refuses_in_long_names_what_the_decoder_refuses(void **state)
{
    static const char *const characters[] = { "x", "\xc3\xb1", "\xe4\xb8\xad", "\xf0\x9f\x8e\xb2" };
    static const uint8_t wrong[] = { 'x', 0x00, 0x1f, 0x7f, 0x80, 0x9f, 0xbf, 0xc2, 0xc3, 0xdf, 0xe0, 0xf0, 0xff };

    (void)state;
    EACH_DIALECT(dialect)
    {
        for (size_t which = 0; which < sizeof(characters) / sizeof(characters[0]); which++) {
            const size_t size = strlen(characters[which]);

            for (size_t len = 1; len < 70; len++) {
                char name[80];

                for (size_t at = 0; at < len; at++)
                    name[at] = characters[which][at % size];
                for (size_t at = 0; at < len; at++) {
                    const char right = name[at];

                    for (size_t i = 0; i < sizeof(wrong); i++) {
                        name[at] = (char)wrong[i];
                        check_wrong_byte(dialect, name, len);
                    }
                    name[at] = right;
                }
            }
        }
    }
}

static void encoder_refuses_days_that_do_not_exist(void **state)
{
    static const struct {
        const char *date;
        uint64_t offset;
    } cases[] = {
        { "", 0 },           { "1", 1 },           { "1999-03-1", 9 },  { "1999-03-170", 10 },
        { "1999-02-29", 9 }, { "1999-13-01", 6 },  { "2000-W01-1", 5 }, { "0000-01-01", 3 },
        { "x", 0 },          { "1999-02-290", 9 },
    };

    (void)state;
    EACH_DIALECT(dialect)
    {
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
            struct sorteo_bet bet = good_bet();

            bet.birthdate = text(cases[i].date);
            check_refused(dialect, &bet, SORTEO_E_DATE, SORTEO_F_BIRTHDATE, cases[i].offset);
        }
        for (size_t len = 0; len < SORTEO_DATE_LEN; len++) {
            struct sorteo_bet bet = good_bet();

            bet.birthdate.len = len;
            check_refused(dialect, &bet, SORTEO_E_DATE, SORTEO_F_BIRTHDATE, len);
        }
    }
}

static void encoder_refuses_names_beyond_their_length_field(void **state)
{
    static char long_name[65537];

    (void)state;
    memset(long_name, 'x', sizeof(long_name));
    EACH_DIALECT(dialect)
    {
        const size_t max = sorteo_dialect_parameters(dialect)->length_size == 1 ? 255 : 65535;
        struct sorteo_bet bet = good_bet();
        static uint8_t out[1u << 18];
        size_t len = 0;

        bet.name = (struct sorteo_text){ .bytes = long_name, .len = max + 1 };
        check_refused(dialect, &bet, SORTEO_E_LENGTH, SORTEO_F_NAME, max);
        bet.name.len = SIZE_MAX; /* never looked at */
        check_refused(dialect, &bet, SORTEO_E_LENGTH, SORTEO_F_NAME, max);
        bet.surname = (struct sorteo_text){ .bytes = long_name, .len = max + 1 };
        bet.name = text("Lionel");
        check_refused(dialect, &bet, SORTEO_E_LENGTH, SORTEO_F_SURNAME, max);
        bet.name = (struct sorteo_text){ .bytes = long_name, .len = max };
        check_refused(dialect, &bet, SORTEO_E_LENGTH, SORTEO_F_SURNAME, max);
        bet.surname.len = max;
        assert_int_equal(sorteo_encode_single(dialect, 0, &bet, out, sizeof(out), &len, NULL), SORTEO_E_OK);
        assert_int_equal(len, sorteo_single_size(dialect, &bet));
    }
}

/* Whatever is wrong with those after it. */
static void encoder_tells_of_the_first_field_that_is_wrong(void **state)
{
    static char long_name[65536];

    (void)state;
    memset(long_name, 'x', sizeof(long_name));
    EACH_DIALECT(dialect)
    {
        struct sorteo_bet bet = good_bet();

        bet.name = text("ab\xff");
        bet.surname = (struct sorteo_text){ .bytes = long_name, .len = sizeof(long_name) };
        check_refused(dialect, &bet, SORTEO_E_UTF8, SORTEO_F_NAME, 2);
        bet.surname = text("a\nb");
        bet.birthdate.len = 0;
        check_refused(dialect, &bet, SORTEO_E_UTF8, SORTEO_F_NAME, 2);
        bet.name = text("Lionel");
        check_refused(dialect, &bet, SORTEO_E_CONTROL, SORTEO_F_SURNAME, 1);
    }
}

static void encoder_refuses_batches_that_n_bets_cannot_say(void **state)
{
    static struct sorteo_bet bets[SORTEO_BATCH_MAX + 1];
    static uint8_t out[4u << 20];

    (void)state;
    for (size_t i = 0; i < SORTEO_BATCH_MAX + 1; i++)
        bets[i] = good_bet();
    EACH_DIALECT(dialect)
    {
        struct sorteo_error error = { .code = SORTEO_E_OK };
        size_t len = 4711;

        assert_int_equal(sorteo_encode_batch(dialect, 0, bets, 0, out, sizeof(out), &len, &error), SORTEO_E_COUNT);
        assert_int_equal(error.code, SORTEO_E_COUNT);
        assert_int_equal(error.field, SORTEO_F_N_BETS);
        assert_int_equal(sorteo_encode_batch(dialect, 0, bets, SORTEO_BATCH_MAX + 1, out, sizeof(out), &len, NULL),
                         SORTEO_E_COUNT);
        assert_int_equal(len, 4711);
        assert_int_equal(sorteo_encode_batch(dialect, 0, bets, SORTEO_BATCH_MAX, out, sizeof(out), &len, NULL),
                         SORTEO_E_OK);
        assert_int_equal(out[0] << 8 | out[1], SORTEO_BATCH_MAX);
    }
}

static void encoder_refuses_more_winners_than_n_winners_can_say(void **state)
{
    static uint32_t documents[65536];
    static uint8_t out[4 * 65536 + 2];

    (void)state;
    EACH_DIALECT(dialect)
    {
        const unsigned head = sorteo_dialect_parameters(dialect)->winners_size;
        const uint32_t max = head == 1 ? 255 : 65535;
        size_t len = 4711;

        assert_int_equal(sorteo_winners_max(dialect), max);
        memset(out, 0x55, sizeof(out));
        assert_int_equal(sorteo_encode_winners(dialect, documents, max + 1, out, sizeof(out), &len), SORTEO_E_COUNT);
        for (size_t i = 0; i < sizeof(out); i++)
            assert_int_equal(out[i], 0x55);
        assert_int_equal(sorteo_encode_winners_count(dialect, max + 1, out, sizeof(out), &len), SORTEO_E_COUNT);
        assert_int_equal(sorteo_encode_winners_count(dialect, SIZE_MAX, out, sizeof(out), &len), SORTEO_E_COUNT);
        assert_int_equal(len, 4711);
        assert_int_equal(sorteo_encode_winners_count(dialect, max, out, sizeof(out), &len), SORTEO_E_OK);
        assert_int_equal(len, head);
        assert_int_equal(sorteo_encode_winners(dialect, documents, max, out, sizeof(out), &len), SORTEO_E_OK);
        assert_int_equal(len, head + 4 * (size_t)max);
    }
}

/* No dialect refuses one: what they are asked for is not seen in a frame. */
static void documents_are_asked_one_by_one(void **state)
{
    const uint32_t documents[] = { 0, 30904465, UINT32_MAX };

    (void)state;
    EACH_DIALECT(dialect)
    {
        assert_int_equal(ask_documents(dialect, documents, 0), SORTEO_E_OK);
        assert_int_equal(ask_documents(dialect, documents, 3), SORTEO_E_OK);
    }
}

/* ---- Space ----------------------------------------------------------------------------------- */

/* Every frame, into `cap` bytes. Returns its code. */
static enum sorteo_code encode(unsigned frame, enum sorteo_dialect dialect, uint8_t *out, size_t cap, size_t *len)
{
    const struct sorteo_bet bets[] = { good_bet(), good_bet() };
    const uint32_t documents[] = { 1, 2, 3 };

    switch (frame) {
    case 0:
        return sorteo_encode_single(dialect, 9, bets, out, cap, len, NULL);
    case 1:
        return sorteo_encode_batch(dialect, 9, bets, 2, out, cap, len, NULL);
    case 2:
        return sorteo_encode_finish(dialect, 9, 1, out, cap, len);
    case 3:
        return sorteo_encode_answer(true, out, cap, len);
    case 4:
        return sorteo_encode_winners_count(dialect, 3, out, cap, len);
    case 5:
        return sorteo_encode_documents(dialect, documents, 3, out, cap, len);
    case 6:
        return sorteo_encode_winners(dialect, documents, 3, out, cap, len);
    default:
        return sorteo_encode_receipt(dialect, out, cap, len);
    }
}

/* Into memory of each size, so that a sanitizer sees a byte too many. */
static void encoder_needs_exactly_the_bytes_of_the_frame(void **state)
{
    (void)state;
    EACH_DIALECT(dialect)
    {
        for (unsigned frame = 0; frame < 8; frame++) {
            uint8_t whole[256];
            size_t size;

            assert_int_equal(encode(frame, dialect, whole, sizeof(whole), &size), SORTEO_E_OK);
            for (size_t cap = 0; cap <= size; cap++) {
                uint8_t *out = malloc(cap > 0 ? cap : 1);
                size_t len = 4711;

                assert_non_null(out);
                memset(out, 0x55, cap > 0 ? cap : 1);
                assert_int_equal(encode(frame, dialect, out, cap, &len), cap < size ? SORTEO_E_SPACE : SORTEO_E_OK);
                assert_int_equal(len, cap < size ? 4711 : size);
                for (size_t i = 0; i < cap; i++)
                    assert_int_equal(out[i], cap < size ? 0x55 : whole[i]);
                free(out);
            }
        }
    }
}

static void encoder_takes_empty_names_without_memory(void **state)
{
    (void)state;
    EACH_DIALECT(dialect)
    {
        struct sorteo_bet bet = good_bet();
        uint8_t out[64];
        size_t len;

        bet.name = bet.surname = (struct sorteo_text){ .bytes = NULL, .len = 0 };
        assert_int_equal(sorteo_encode_single(dialect, 0, &bet, out, sizeof(out), &len, NULL), SORTEO_E_OK);
        assert_int_equal(len, 17u + 2u * sorteo_dialect_parameters(dialect)->length_size +
                                  sorteo_dialect_parameters(dialect)->key_size);
    }
}

static void bet_size_never_wraps(void **state)
{
    /* Of those in sorteo.h, which are the first. */
    static const size_t bet_sizes[] = { 21, 19, 21, 18 }, single_sizes[] = { 21, 19, 29, 19 };

    (void)state;
    EACH_DIALECT(dialect)
    {
        struct sorteo_bet bet = good_bet();

        bet.name.len = bet.surname.len = 0;
        if (dialect <= SORTEO_GROUPED) {
            assert_int_equal(sorteo_bet_size(dialect, &bet), bet_sizes[dialect]);
            assert_int_equal(sorteo_single_size(dialect, &bet), single_sizes[dialect]);
        }
        bet.name.len = SIZE_MAX;
        assert_true(sorteo_bet_size(dialect, &bet) == SIZE_MAX);
        assert_true(sorteo_single_size(dialect, &bet) == SIZE_MAX);
        bet.surname.len = SIZE_MAX;
        assert_true(sorteo_bet_size(dialect, &bet) == SIZE_MAX);
        bet.name.len = SIZE_MAX / 2 + 1;
        bet.surname.len = SIZE_MAX / 2 + 1;
        assert_true(sorteo_bet_size(dialect, &bet) == SIZE_MAX);
    }
}

/* ---- Keys and agencies ----------------------------------------------------------------------- */

/* In dialects whose batches name their agency, the second bet may not have another. */
static void encoder_refuses_bets_of_two_agencies_where_the_batch_names_one(void **state)
{
    (void)state;
    EACH_DIALECT(dialect)
    {
        const bool names_one = sorteo_dialect_parameters(dialect)->batch_agency_size > 0;
        struct sorteo_bet bets[2] = { good_bet(), good_bet() };
        struct sorteo_error error = { 0 };
        struct sorteo_packet packet, before;
        uint8_t out[256], buf[256], untouched[256];
        size_t len = 4711;

        bets[1].agency = 2;
        memset(out, 0x55, sizeof(out));
        memset(untouched, 0x55, sizeof(untouched));
        assert_int_equal(sorteo_encode_batch(dialect, 0, bets, 2, out, sizeof(out), &len, &error),
                         names_one ? SORTEO_E_AGENCY : SORTEO_E_OK);
        memset(&packet, 0, sizeof(packet));
        assert_int_equal(sorteo_packet_begin(&packet, dialect, buf, sizeof(buf)), SORTEO_E_OK);
        assert_int_equal(sorteo_packet_add(&packet, &bets[0], NULL), SORTEO_E_OK);
        memcpy(&before, &packet, sizeof(packet));
        assert_int_equal(sorteo_packet_add(&packet, &bets[1], NULL), names_one ? SORTEO_E_AGENCY : SORTEO_E_OK);
        if (!names_one)
            continue;
        assert_int_equal(error.field, SORTEO_F_AGENCY);
        assert_int_equal(error.offset, 1);
        assert_int_equal(len, 4711);
        assert_memory_equal(out, untouched, sizeof(out));
        assert_memory_equal(&packet, &before, sizeof(packet));
    }
}

static void encoder_writes_the_agency_of_a_batch_once(void **state)
{
    static const uint8_t expected[] = "\0\2\1\1A\1B\0\0\0\7"
                                      "1999-03-17\x08\x99\0\0\0\0\0\x07"
                                      "1999-03-17\x08\x99";
    struct sorteo_bet bets[2] = { good_bet(), good_bet() };
    struct sorteo_packet packet;
    uint8_t out[256], buf[256];
    size_t len, packet_len;

    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        bets[i].name = i == 0 ? text("A") : text("");
        bets[i].surname = i == 0 ? text("B") : text("");
        bets[i].document = 7;
        bets[i].birthdate = text("1999-03-17");
        bets[i].number = 2201;
    }
    assert_int_equal(sorteo_encode_batch(SORTEO_GROUPED, 0, bets, 2, out, sizeof(out), &len, NULL), SORTEO_E_OK);
    assert_int_equal(len, sizeof(expected) - 1);
    assert_memory_equal(out, expected, len);
    assert_int_equal(sorteo_packet_begin(&packet, SORTEO_GROUPED, buf, sizeof(buf)), SORTEO_E_OK);
    assert_int_equal(sorteo_packet_add(&packet, &bets[0], NULL), SORTEO_E_OK);
    assert_int_equal(sorteo_packet_add(&packet, &bets[1], NULL), SORTEO_E_OK);
    assert_int_equal(sorteo_packet_end(&packet, 0, &packet_len), SORTEO_E_OK);
    assert_int_equal(packet_len, len);
    assert_memory_equal(buf, expected, len);
}

/* Whether or not it has any bytes: a key is never cut. */
static void keys_fit_up_to_their_last_value(void **state)
{
    (void)state;
    assert_true(key_fits(UINT64_MAX, 0)); /* ignored */
    assert_true(key_fits(UINT64_MAX, 8));
    for (unsigned size = 1; size < 8; size++) {
        assert_true(key_fits((UINT64_C(1) << 8 * size) - 1, size));
        assert_false(key_fits(UINT64_C(1) << 8 * size, size));
        assert_false(key_fits(UINT64_MAX, size));
    }
}

/* ---- Packets --------------------------------------------------------------------------------- */

/* A bet of exactly so many bytes, with both names in use. */
static struct sorteo_bet bet_of_size(enum sorteo_dialect dialect, size_t size)
{
    static char letters[8192];
    struct sorteo_bet bet = good_bet();
    size_t left;

    memset(letters, 'x', sizeof(letters));
    bet.name.len = bet.surname.len = 0;
    left = size - sorteo_bet_size(dialect, &bet);
    bet.name = (struct sorteo_text){ .bytes = letters, .len = left < 255 ? left : 255 };
    bet.surname = (struct sorteo_text){ .bytes = letters, .len = left - bet.name.len };
    assert_int_equal(sorteo_bet_size(dialect, &bet), size);
    return bet;
}

/* Fills a packet up to `left` bytes before SORTEO_PACKET_MAX. */
static void fill(struct sorteo_packet *packet, enum sorteo_dialect dialect, uint8_t *buf, size_t cap, size_t left)
{
    memset(packet, 0, sizeof(*packet)); /* its padding is compared too */
    assert_int_equal(sorteo_packet_begin(packet, dialect, buf, cap), SORTEO_E_OK);
    while (SORTEO_PACKET_MAX - packet->len > left) {
        const size_t rest = SORTEO_PACKET_MAX - packet->len - left;
        const struct sorteo_bet bet = bet_of_size(dialect, rest < 400 ? rest : 200);

        assert_int_equal(sorteo_packet_add(packet, &bet, NULL), SORTEO_E_OK);
    }
    assert_int_equal(packet->len, SORTEO_PACKET_MAX - left);
}

static void packet_takes_8000_bytes_and_not_8001(void **state)
{
    static uint8_t buf[2 * SORTEO_PACKET_MAX];

    (void)state;
    EACH_DIALECT(dialect)
    {
        struct sorteo_packet packet, before;
        struct sorteo_bet bet = bet_of_size(dialect, 101);
        struct sorteo_error error;
        size_t len = 4711;

        fill(&packet, dialect, buf, sizeof(buf), 100);
        memcpy(&before, &packet, sizeof(packet));
        assert_int_equal(sorteo_packet_add(&packet, &bet, &error), SORTEO_E_PACKET);
        assert_int_equal(error.code, SORTEO_E_PACKET);
        assert_memory_equal(&packet, &before, sizeof(packet));

        bet = bet_of_size(dialect, 100);
        assert_int_equal(sorteo_packet_add(&packet, &bet, &error), SORTEO_E_OK);
        assert_int_equal(packet.bets, before.bets + 1);
        assert_int_equal(sorteo_packet_end(&packet, 0, &len), SORTEO_E_OK);
        assert_int_equal(len, 8000);
        bet = bet_of_size(dialect, 21);
        assert_int_equal(sorteo_packet_add(&packet, &bet, NULL), SORTEO_E_PACKET);
    }
}

static void packet_uses_no_more_than_the_callers_memory(void **state)
{
    (void)state;
    EACH_DIALECT(dialect)
    {
        const struct sorteo_bet bet = good_bet();
        const struct sorteo_parameters *parameters = sorteo_dialect_parameters(dialect);
        const size_t head = 2u + parameters->key_size + parameters->batch_agency_size;
        const size_t size = head + sorteo_bet_size(dialect, &bet);

        for (size_t cap = 0; cap <= size; cap++) {
            uint8_t *buf = malloc(cap > 0 ? cap : 1);
            struct sorteo_packet packet;
            size_t len = 4711;

            assert_non_null(buf);
            memset(&packet, 0x55, sizeof(packet));
            if (cap < head) {
                assert_int_equal(sorteo_packet_begin(&packet, dialect, buf, cap), SORTEO_E_SPACE);
                assert_int_equal(((uint8_t *)&packet)[0], 0x55);
            } else {
                assert_int_equal(sorteo_packet_begin(&packet, dialect, buf, cap), SORTEO_E_OK);
                assert_int_equal(sorteo_packet_add(&packet, &bet, NULL), cap < size ? SORTEO_E_PACKET : SORTEO_E_OK);
                assert_int_equal(sorteo_packet_end(&packet, 0, &len), cap < size ? SORTEO_E_COUNT : SORTEO_E_OK);
                assert_int_equal(len, cap < size ? 4711 : size);
            }
            free(buf);
        }
    }
}

static void packet_ends_again_with_another_key(void **state)
{
    const struct sorteo_bet bet = good_bet();
    uint8_t buf[256], expected[256];
    struct sorteo_packet packet;
    size_t len, expected_len;

    (void)state;
    assert_int_equal(sorteo_packet_begin(&packet, SORTEO_KEYED, buf, sizeof(buf)), SORTEO_E_OK);
    assert_int_equal(sorteo_packet_end(&packet, 1, &len), SORTEO_E_COUNT);
    for (uint64_t count = 1; count < 3; count++) {
        const struct sorteo_bet bets[] = { bet, bet };

        assert_int_equal(sorteo_packet_add(&packet, &bet, NULL), SORTEO_E_OK);
        assert_int_equal(sorteo_packet_end(&packet, count << 56, &len), SORTEO_E_OK);
        assert_int_equal(sorteo_encode_batch(SORTEO_KEYED, count << 56, bets, (size_t)count, expected, sizeof(expected),
                                             &expected_len, NULL),
                         SORTEO_E_OK);
        assert_int_equal(len, expected_len);
        assert_memory_equal(buf, expected, len);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(encoder_refuses_names_that_are_not_utf8),
        cmocka_unit_test(encoder_refuses_controls),
        cmocka_unit_test(encoder_refuses_in_long_names_what_the_decoder_refuses),
        cmocka_unit_test(encoder_refuses_days_that_do_not_exist),
        cmocka_unit_test(encoder_refuses_names_beyond_their_length_field),
        cmocka_unit_test(encoder_tells_of_the_first_field_that_is_wrong),
        cmocka_unit_test(encoder_refuses_batches_that_n_bets_cannot_say),
        cmocka_unit_test(encoder_refuses_more_winners_than_n_winners_can_say),
        cmocka_unit_test(documents_are_asked_one_by_one),
        cmocka_unit_test(encoder_needs_exactly_the_bytes_of_the_frame),
        cmocka_unit_test(encoder_takes_empty_names_without_memory),
        cmocka_unit_test(bet_size_never_wraps),
        cmocka_unit_test(encoder_refuses_bets_of_two_agencies_where_the_batch_names_one),
        cmocka_unit_test(encoder_writes_the_agency_of_a_batch_once),
        cmocka_unit_test(keys_fit_up_to_their_last_value),
        cmocka_unit_test(packet_takes_8000_bytes_and_not_8001),
        cmocka_unit_test(packet_uses_no_more_than_the_callers_memory),
        cmocka_unit_test(packet_ends_again_with_another_key),
    };

    return cmocka_run_group_tests_name("encoder", tests, NULL, NULL);
}
