/*
 * Plain texts and plain days, which nearly all are, recognised many bytes at a time.
 *
 * A second implementation of NAME and BIRTHDATE, for shortcut.h on the way in and bet.c on the way out. What is
 * said to be plain here the grammar takes, and more is not said: what is not plain may be good or not, and the grammar
 * knows. Knows nothing of decoders. Where SORTEO_PORTABLE is defined nothing is plain.
 *
 * *Lanes* are sixteen bytes side by side. gcc and clang make of them what the processor has (SSE2, NEON, or words),
 * and no byte order is in them. What is true in a lane is 0xff there, and what is false 0.
 */
#ifndef CODEC_PLAIN_H
#define CODEC_PLAIN_H

#include "sorteo.h"

#include <string.h>

/* Bytes that must be readable behind a text that is_plain_text is asked about. They do not change its answer. */
#define PLAIN_TEXT_SLACK 16u

#ifdef SORTEO_PORTABLE

static inline bool is_plain_text(const uint8_t *text, size_t len)
{
    (void)text;
    (void)len;
    return false;
}

static inline bool is_plain_date(const uint8_t *date)
{
    (void)date;
    return false;
}

#else

#define LANES 16u

typedef uint8_t lanes __attribute__((vector_size(LANES)));
typedef int8_t signed_lanes __attribute__((vector_size(LANES)));

static inline lanes lanes_load(const uint8_t *bytes)
{
    lanes loaded;

    memcpy(&loaded, bytes, sizeof(loaded));
    return loaded;
}

static inline bool any_lane(lanes values)
{
    uint64_t halves[2];

    memcpy(halves, &values, sizeof(halves));
    return (halves[0] | halves[1]) != 0;
}

/* True in the first `count` lanes: 0 to one more than there are. */
static inline lanes first_lanes(size_t count)
{
#define FOUR_TRUE 0xff, 0xff, 0xff, 0xff
    static const uint8_t true_then_false[LANES + 1 + LANES] = { FOUR_TRUE, FOUR_TRUE, FOUR_TRUE, FOUR_TRUE, 0xff };
#undef FOUR_TRUE

    return lanes_load(true_then_false + LANES + 1 - count);
}

static inline lanes in_range(lanes bytes, uint8_t first, uint8_t last)
{
    return (lanes)((bytes - first) <= (uint8_t)(last - first));
}

/* ---- Texts --------------------------------------------------------------------------------------- */

/* The bytes of a text from `at` on, with spaces behind its end: at the first of them shows a character that the end
 * has cut off. */
static inline lanes text_lanes(const uint8_t *text, size_t len, size_t at)
{
    const lanes spaces = (lanes){ 0 } + ' ';
    const lanes inside = first_lanes(len - at < LANES ? len - at : LANES);

    return (lanes_load(text + at) & inside) | (spaces & ~inside);
}

/* The bytes that stand `places` before those, given the ones that stand a place less before them. In front of the text there
 * is nothing. */
static inline lanes text_lanes_before(const uint8_t *text, size_t at, unsigned places, lanes nearer)
{
    return at > 0 ? lanes_load(text + at - places)
                  : __builtin_shufflevector((lanes){ 0 }, nearer, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28,
                                            29, 30);
}

/* The bytes 0x80 to 0xbf: with a sign, the least. */
static inline lanes is_tail(lanes bytes)
{
    return (lanes)((signed_lanes)bytes < (int8_t)-0x40);
}

/* Where characters of one byte, and of two from 0xc3 on, are wrong: tails stand behind leads, and nowhere else. */
static inline lanes wrong_if_short(lanes bytes, lanes before)
{
    const lanes due = in_range(before, 0xc3, 0xdf);
    const lanes first = in_range(bytes, 0x20, 0x7e) | in_range(bytes, 0xc3, 0xdf);

    return (is_tail(bytes) ^ due) | ~(first | due);
}

/* Where characters of any number of bytes are. */
static inline lanes wrong_if_any(lanes bytes, lanes before, lanes before_2, lanes before_3)
{
    const lanes due = (lanes)(before >= 0xc2) | (lanes)(before_2 >= 0xe0) | (lanes)(before_3 >= 0xf0);
    const lanes first = in_range(bytes, 0x20, 0x7e) | in_range(bytes, 0xc2, 0xf4);
    const lanes low = ((lanes)(before == 0xc2) | (lanes)(before == 0xe0)) & (lanes)(bytes < 0xa0);
    const lanes surrogate = (lanes)(before == 0xed) & (lanes)(bytes >= 0xa0);
    const lanes plane = ((lanes)(before == 0xf0) & (lanes)(bytes < 0x90)) |
                        ((lanes)(before == 0xf4) & (lanes)(bytes >= 0x90));

    return (is_tail(bytes) ^ due) | ~(first | due) | low | surrogate | plane;
}

static inline bool is_short_text(const uint8_t *text, size_t len)
{
    lanes wrong = { 0 };

    for (size_t at = 0; at <= len; at += LANES) {
        const lanes bytes = text_lanes(text, len, at);
        const lanes before = text_lanes_before(text, at, 1, bytes);

        wrong |= wrong_if_short(bytes, before) & first_lanes(len - at < LANES ? len - at + 1 : LANES);
    }
    return !any_lane(wrong);
}

static inline bool is_any_text(const uint8_t *text, size_t len)
{
    lanes wrong = { 0 };

    for (size_t at = 0; at <= len; at += LANES) {
        const lanes bytes = text_lanes(text, len, at);
        const lanes before = text_lanes_before(text, at, 1, bytes);
        const lanes before_2 = text_lanes_before(text, at, 2, before);
        const lanes before_3 = text_lanes_before(text, at, 3, before_2);

        wrong |= wrong_if_any(bytes, before, before_2, before_3) & first_lanes(len - at < LANES ? len - at + 1 : LANES);
    }
    return !any_lane(wrong);
}

/* Most scripts of names write characters of one and two bytes; to know those alone takes half the time. */
static inline bool is_plain_text(const uint8_t *text, size_t len)
{
    return is_short_text(text, len) || is_any_text(text, len);
}

/* ---- Days ---------------------------------------------------------------------------------------- */

static inline uint64_t read_2(const uint8_t *bytes)
{
    return (uint64_t)bytes[0] << 8 | bytes[1];
}

static inline uint64_t read_4(const uint8_t *bytes)
{
    return read_2(bytes) << 16 | read_2(bytes + 2);
}

static inline uint64_t read_8(const uint8_t *bytes)
{
    return read_4(bytes) << 32 | read_4(bytes + 4);
}

/* The ten bytes YYYY-MM-DD are taken in two words: YYYY-MM- and DD, most significant byte first. What was XORed with
 * zeros and dashes has digits as values, and the dashes are 0. */
static inline bool is_plain_date(const uint8_t *date)
{
    /* 29 February is left to the grammar, and with it all that there is to know of leap years. */
    static const uint8_t last_days[100] = { 0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    const uint64_t month_word = read_8(date) ^ UINT64_C(0x303030302d30302d);
    const uint64_t day_word = read_2(date + 8) ^ 0x3030u;
    /* Whatever is above 9, or above 0 at a dash, sets its byte's highest bit, or has it. */
    const uint64_t not_digits = ((month_word + UINT64_C(0x767676767f76767f)) | month_word) & UINT64_C(0x8080808080808080);
    const uint64_t not_day_digits = ((day_word + 0x7676u) | day_word) & 0x8080u;
    const uint64_t year = month_word >> 32;
    const uint64_t month = (month_word >> 16 & 0xff) * 10 + (month_word >> 8 & 0xff);
    const uint64_t day = (day_word >> 8) * 10 + (day_word & 0xff);

    return (not_digits | not_day_digits) == 0 && year != 0 && day - 1 < last_days[month];
}

#endif

#endif
