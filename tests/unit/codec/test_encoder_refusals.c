/*
 * What the encoder refuses, with which error, and that it then leaves everything as it was.
 */
#include "unit/codec/encoder_fixture.h"

#include "codec/ask.h"

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
    };

    return cmocka_run_group_tests_name("encoder_refusals", tests, NULL, NULL);
}
