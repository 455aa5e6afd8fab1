/*
 * What plain.h says to be plain, against the grammar: every date of eight digits, every wrong byte
 * at each place of a date; every character of one, two and three bytes and those of four at whose
 * bytes a decision could change, whole, cut off, and at each place of a text's sixteen lanes.
 *
 * TEST_ROUNDS below 1,000,000 takes only a part of them, for slow instruments.
 */
#include "codec/plain.h"
#include "unit/codec/codec_random.h"
#include "unit/codec/second_codec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdlib.h>

#define FRONT_MAX 34u /* two times the lanes, and a little more */

/* ---- Asking the grammar ---------------------------------------------------------------------- */

static bool grammar_takes(enum machine_entry entry, const uint8_t *bytes, size_t len)
{
    static struct sorteo_decoder decoder;

    decoder.state = portable_machine_entry(SORTEO_WIDE, entry);
    decoder.text_left = (uint16_t)len;
    (void)portable_machine_exec(&decoder, bytes, bytes + len);
    return decoder.state != MACHINE_ERROR_STATE;
}

/* Of what is a whole name or date, but for what is_plain_date leaves to the grammar: exactly what
 * the grammar takes. */
static void check_date(const char *date)
{
    const bool is_leap_day = memcmp(date + 4, "-02-29", 6) == 0;
    const bool is_day = grammar_takes(MACHINE_BIRTHDATE, (const uint8_t *)date, SORTEO_DATE_LEN);

    if (is_plain_date((const uint8_t *)date) != (is_day && !is_leap_day))
        fail_msg("%.10s is %sa day, and %splain", date, is_day ? "" : "not ", is_day && !is_leap_day ? "not " : "");
}

static void check_text(const uint8_t *text, size_t len)
{
    const bool is_name = grammar_takes(MACHINE_NAME, text, len);

    if (is_plain_text(text, len) != is_name) {
        for (size_t i = 0; i < len; i++)
            (void)printf("# byte %zu: %02x\n", i, text[i]);
        fail_msg("%zu bytes are %sa name, and %splain", len, is_name ? "" : "not ", is_name ? "not " : "");
    }
}

/* Nothing but characters of one byte, and of two from U+00C0 on. */
static bool is_narrow(const uint8_t *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (text[i] == 0xc2 || text[i] >= 0xe0)
            return false;
    }
    return true;
}

/* Of two texts that stand where nothing else does: what is read of others is seen by the
 * instruments. */
static void check_exact_pair(const uint8_t *const texts[2], const size_t lens[2], bool expected)
{
    uint8_t *copies[2];

    for (size_t i = 0; i < 2; i++) {
        copies[i] = malloc(lens[i] > 0 ? lens[i] : 1);
        memcpy(copies[i], texts[i], lens[i]);
    }
    if (are_narrow_texts_exact(copies[0], lens[0], copies[1], lens[1]) != (expected && lens[0] >= 4 && lens[1] >= 4))
        fail_msg("texts of %zu and %zu bytes, exactly: not %d", lens[0], lens[1], expected);
    free(copies[0]);
    free(copies[1]);
}

/* Two texts with one or two bytes between them, and others after them. */
static void check_near_pair(const uint8_t *const texts[2], const size_t lens[2], bool expected)
{
    static const uint8_t others[] = { 0x00, ' ', 0x80, 0xbf, 0xc3, 0xff };

    for (size_t i = 0; i < 2 * sizeof(others); i++) {
        const struct plain_pair pair = {
            .first_end = lens[0],
            .second = lens[0] + 1 + i % 2,
            .second_end = lens[0] + 1 + i % 2 + lens[1],
        };
        uint8_t both[PLAIN_PAIR_MAX + 1];

        if (pair.second_end > PLAIN_PAIR_MAX)
            return;
        memset(both, others[i / 2], sizeof(both));
        memcpy(both, texts[0], lens[0]);
        memcpy(both + pair.second, texts[1], lens[1]);
        if (are_narrow_texts(both, &pair) != expected)
            fail_msg("texts of %zu and %zu bytes, with %02x between them: not %d", lens[0], lens[1], others[i / 2],
                     expected);
    }
}

static void check_pair(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len)
{
    const uint8_t *const texts[2] = { a, b };
    const size_t lens[2] = { a_len, b_len };
    const bool expected = is_narrow(a, a_len) && is_narrow(b, b_len) && grammar_takes(MACHINE_NAME, a, a_len) &&
                          grammar_takes(MACHINE_NAME, b, b_len);

    check_exact_pair(texts, lens, expected);
    check_near_pair(texts, lens, expected);
}

/* ---- Days ------------------------------------------------------------------------------------ */

static unsigned stride(void)
{
    const uint64_t rounds = number_from_environment("TEST_ROUNDS", 1000000);

    return rounds >= 1000000 ? 1 : rounds >= 100000 ? 101 : 10007;
}

static void put_digits(char *out, unsigned value, unsigned count)
{
    for (unsigned left = count; left > 0; left--) {
        out[left - 1] = (char)('0' + value % 10);
        value /= 10;
    }
}

static void date_of_any_eight_digits_is_plain_if_the_grammar_takes_it(void **state)
{
    char date[SORTEO_DATE_LEN + 1] = "yyyy-mm-dd";

    const unsigned step = stride();

    (void)state;
    for (unsigned digits = 0; digits < 100000000; digits += step) {
        put_digits(date, digits / 10000, 4);
        put_digits(date + 5, digits / 100 % 100, 2);
        put_digits(date + 8, digits % 100, 2);
        check_date(date);
    }
}

static void date_with_a_wrong_byte_is_not_plain(void **state)
{
    static const char *const good[] = { "2023-02-22", "1999-12-31", "0001-01-01", "9999-10-09", "2000-02-29" };

    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        for (size_t place = 0; place < SORTEO_DATE_LEN; place++) {
            for (unsigned byte = 0; byte < 256; byte++) {
                for (size_t other = 0; other <= place; other++) {
                    char date[SORTEO_DATE_LEN + 1];

                    memcpy(date, good[i], sizeof(date));
                    date[other] = (char)(byte ^ 0x80); /* a second one, or the same */
                    date[place] = (char)byte;
                    check_date(date);
                }
            }
        }
    }
}

/* ---- Texts ----------------------------------------------------------------------------------- */

/* A text of `front` letters, the bytes and `behind` letters, with each of a few things after its
 * end. */
static void check_placed(const uint8_t *bytes, size_t count, size_t front, size_t behind)
{
    static const uint8_t slacks[] = { 0x00, ' ', 0x80, 0xbf, 0xc3, 0xff };
    const size_t len = front + count + behind;

    for (size_t i = 0; i < sizeof(slacks); i++) {
        uint8_t text[FRONT_MAX + 4 + FRONT_MAX + PLAIN_TEXT_SLACK];

        memset(text, 'a', len);
        memcpy(text + front, bytes, count);
        memset(text + len, slacks[i], PLAIN_TEXT_SLACK);
        check_text(text, len);
        check_pair(text, len, (const uint8_t *)"\xc3\x81vila", 6);
        check_pair((const uint8_t *)"Ana Mar\xc3\xad"
                                    "a",
                   10, text, len);
    }
}

static void text_of_a_character_is_plain_if_the_grammar_takes_it(void **state)
{
    uint8_t text[4 + PLAIN_TEXT_SLACK] = { 0 };
    const unsigned step = stride();

    (void)state;
    check_text(text, 0);
    for (uint32_t all = 0; all < 1u << 24; all += step) {
        text[0] = (uint8_t)(all >> 16);
        text[1] = (uint8_t)(all >> 8);
        text[2] = (uint8_t)all;
        if (text[2] == 0) {
            check_text(text, 1);
            check_text(text, 2);
        }
        check_text(text, 3);
    }
}

/* Bytes at which a decision could change, in all fours. */
static void text_with_any_four_bytes_is_plain_if_the_grammar_takes_it(void **state)
{
    static const uint8_t edges[] = { 0x1f, 0x20, 0x7e, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xc3,
                                     0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff };
    const uint32_t count = sizeof(edges);
    const unsigned step = stride();
    uint8_t text[FRONT_MAX + 4 + PLAIN_TEXT_SLACK];

    (void)state;
    memset(text, 'a', sizeof(text));
    for (uint32_t all = 0; all < count * count * count * count; all += step) {
        const size_t front = all % (FRONT_MAX + 1);
        uint32_t rest = all;

        for (size_t i = 0; i < 4; i++, rest /= count)
            text[front + i] = edges[rest % count];
        for (size_t len = front + 1; len <= front + 5; len++)
            check_text(text, len);
        memset(text + front, 'a', 4);
    }
}

static void text_is_plain_wherever_its_characters_stand(void **state)
{
    static const char *const characters[] = { "~",
                                              "\x7f",
                                              "\xc2\xa0",
                                              "\xc2\x9f",
                                              "\xc3\xa1",
                                              "\xdf\xbf",
                                              "\xc3",
                                              "\xa1",
                                              "\xe0\xa0\x80",
                                              "\xe0\x9f\xbf",
                                              "\xe3\x81",
                                              "\xe3\x81\x82",
                                              "\xed\x9f\xbf",
                                              "\xed\xa0\x80",
                                              "\xf0\x90\x80",
                                              "\xf0\x90\x80\x80",
                                              "\xf0\x8f\xbf\xbf",
                                              "\xf4\x8f\xbf\xbf",
                                              "\xf4\x90\x80\x80",
                                              "\xf5\x80\x80\x80" };

    (void)state;
    for (size_t i = 0; i < sizeof(characters) / sizeof(characters[0]); i++) {
        for (size_t front = 0; front <= FRONT_MAX; front++) {
            for (size_t behind = 0; behind <= FRONT_MAX; behind++)
                check_placed((const uint8_t *)characters[i], strlen(characters[i]), front, behind);
        }
    }
}

static void text_of_random_characters_is_plain_until_a_byte_is_changed(void **state)
{
    const uint64_t rounds = number_from_environment("TEST_ROUNDS", 1000000);

    (void)state;
    for (uint64_t round = 0; round < rounds; round++) {
        uint8_t text[300 + PLAIN_TEXT_SLACK] = { 0 };
        const size_t len = random_below(random_below(8) == 0 ? 300 : 40);

        for (size_t used = 0; used < len;) {
            char character[4];
            const size_t size = random_character(character);

            if (size <= len - used) {
                memcpy(text + used, character, size);
                used += size;
            }
        }
        check_text(text, len);
        if (len > 0) {
            text[random_below((uint32_t)len)] = (uint8_t)random_below(256);
            check_text(text, len);
            check_text(text, len - 1);
        }
    }
}

static void texts_are_narrow_in_pairs_of_any_lengths(void **state)
{
    const uint64_t rounds = number_from_environment("TEST_ROUNDS", 1000000) / 10;

    (void)state;
    for (uint64_t round = 0; round < rounds; round++) {
        uint8_t texts[2][40];
        size_t lens[2];

        for (size_t i = 0; i < 2; i++) {
            lens[i] = random_below(sizeof(texts[i]));
            for (size_t at = 0; at < lens[i]; at++)
                texts[i][at] = (uint8_t)(' ' + random_below(0x5f));
            if (lens[i] > 1 && random_below(2) == 0)
                memcpy(texts[i] + random_below((uint32_t)lens[i] - 1), random_below(4) > 0 ? "\xc3\xb1" : "\xc3\x7e",
                       2);
        }
        check_pair(texts[0], lens[0], texts[1], lens[1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(date_of_any_eight_digits_is_plain_if_the_grammar_takes_it),
        cmocka_unit_test(date_with_a_wrong_byte_is_not_plain),
        cmocka_unit_test(text_of_a_character_is_plain_if_the_grammar_takes_it),
        cmocka_unit_test(text_with_any_four_bytes_is_plain_if_the_grammar_takes_it),
        cmocka_unit_test(text_is_plain_wherever_its_characters_stand),
        cmocka_unit_test(text_of_random_characters_is_plain_until_a_byte_is_changed),
        cmocka_unit_test(texts_are_narrow_in_pairs_of_any_lengths),
    };

    random_begin();
    return cmocka_run_group_tests_name("plain", tests, NULL, NULL);
}
