/*
 * Plain texts and plain dates, which most are, recognised many bytes at a time.
 *
 * A second implementation of NAME and BIRTHDATE, for shortcut.h when decoding and bet.c when
 * encoding. A text that is plain is one that the grammar accepts. A text that is not plain may be
 * valid or not; the grammar decides. Knows nothing about decoders. If SORTEO_PORTABLE is defined,
 * nothing is plain.
 *
 * *Lanes* are sixteen bytes side by side, which gcc and clang map to what the processor has (SSE2,
 * NEON, or words); they do not depend on the byte order. In a lane, true is 0xff and false is 0.
 */
#ifndef CODEC_PLAIN_H
#define CODEC_PLAIN_H

#include "codec/sorteo.h"

#include <string.h>

/* Bytes that must be readable after a text that is passed to is_plain_text. They do not change its
 * result. */
#define PLAIN_TEXT_SLACK 16u

#ifdef SORTEO_PORTABLE

static inline bool is_plain_text(const uint8_t *text, size_t len)
{
    (void)text;
    (void)len;
    return false;
}

static inline bool are_narrow_texts_exact(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len)
{
    (void)a;
    (void)a_len;
    (void)b;
    (void)b_len;
    return false;
}

static inline bool is_plain_date(const uint8_t *date)
{
    (void)date;
    return false;
}

#else

#define LANES 16u

/* Two texts and the bytes between them are checked together if they are at most this long. */
#define PLAIN_PAIR_MAX (2 * LANES - 1)

/* Vectors pass between the functions of one file only: how they do where a processor has none is no
 * matter. */
#pragma GCC diagnostic ignored "-Wpsabi"
typedef uint64_t words __attribute__((vector_size(LANES)));
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

/* Of the lanes from `at` on, 0 or LANES: true in those below `count`, which is at most 2 *
 * LANES. */
static inline lanes lanes_below(size_t count, size_t at)
{
#define EIGHT_TRUE 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff
    static const uint8_t true_then_false[4 * LANES] = { EIGHT_TRUE, EIGHT_TRUE, EIGHT_TRUE, EIGHT_TRUE };
#undef EIGHT_TRUE

    return lanes_load(true_then_false + 2 * LANES + at - count);
}

/* The bytes that stand `places` in front of `bytes`, 1 to 7, where those in `earlier` come
 * first. */
static inline lanes lanes_before(lanes earlier, lanes bytes, unsigned places)
{
    const words in_front = __builtin_shufflevector((words)earlier, (words)bytes, 1, 2);

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    return (lanes)((words)bytes << 8 * places | in_front >> (64 - 8 * places));
#else
    return (lanes)((words)bytes >> 8 * places | in_front << (64 - 8 * places));
#endif
}

static inline lanes in_range(lanes bytes, uint8_t first, uint8_t last)
{
    return (lanes)((bytes - first) <= (uint8_t)(last - first));
}

/* ---- Texts ----------------------------------------------------------------------------------- */

/* `bytes` where they belong to a text, and spaces elsewhere: the space after a text reveals a
 * character that is cut off. */
static inline lanes text_lanes(lanes bytes, lanes inside)
{
    const lanes spaces = (lanes){ 0 } + ' ';

    return (bytes & inside) | (spaces & ~inside);
}

/* The bytes 0x80 to 0xbf: with a sign, the least. */
static inline lanes is_tail(lanes bytes)
{
    return (lanes)((signed_lanes)bytes < (int8_t)-0x40);
}

/* The first bytes of characters of two, from U+00C0 on. */
static inline lanes is_lead(lanes bytes)
{
    return in_range(bytes, 0xc3, 0xdf);
}

/* Characters of one byte, and of two from U+00C0 on, are *narrow*. True where they are malformed: a
 * continuation byte must follow a lead byte, and nothing else. */
static inline lanes wrong_if_narrow(lanes bytes, lanes before)
{
    const lanes due = is_lead(before);
    const lanes first = in_range(bytes, 0x20, 0x7e) | is_lead(bytes);

    return (is_tail(bytes) ^ due) | ~(first | due);
}

/* Where characters of any number of bytes are. */
static inline lanes wrong_if_any(lanes bytes, lanes before, lanes before_2, lanes before_3)
{
    const lanes due = (lanes)(before >= 0xc2) | (lanes)(before_2 >= 0xe0) | (lanes)(before_3 >= 0xf0);
    const lanes first = in_range(bytes, 0x20, 0x7e) | in_range(bytes, 0xc2, 0xf4);
    const lanes low = ((lanes)(before == 0xc2) | (lanes)(before == 0xe0)) & (lanes)(bytes < 0xa0);
    const lanes surrogate = (lanes)(before == 0xed) & (lanes)(bytes >= 0xa0);
    const lanes plane =
        ((lanes)(before == 0xf0) & (lanes)(bytes < 0x90)) | ((lanes)(before == 0xf4) & (lanes)(bytes >= 0x90));

    return (is_tail(bytes) ^ due) | ~(first | due) | low | surrogate | plane;
}

/* Where a text shorter than the lanes is not narrow; the lanes after it are ignored. */
static inline lanes wrong_in_lanes(lanes bytes, size_t len)
{
    bytes = text_lanes(bytes, lanes_below(len, 0));
    return wrong_if_narrow(bytes, lanes_before((lanes){ 0 }, bytes, 1));
}

/* Is a text that fills the lanes, or more, plain and narrow? No byte after it is read. */
static inline bool is_long_narrow_text(const uint8_t *text, size_t len)
{
    const lanes first = lanes_load(text);
    lanes wrong = wrong_if_narrow(first, lanes_before((lanes){ 0 }, first, 1));

    for (size_t at = LANES; at + LANES < len; at += LANES)
        wrong |= wrong_if_narrow(lanes_load(text + at), lanes_load(text + at - 1));
    if (len > LANES)
        wrong |= wrong_if_narrow(lanes_load(text + len - LANES), lanes_load(text + len - LANES - 1));
    return !any_lane(wrong) && text[len - 1] < 0xc0;
}

static inline bool is_any_text(const uint8_t *text, size_t len)
{
    lanes wrong = { 0 }, earlier = { 0 };

    for (size_t at = 0; at <= len; at += LANES) {
        const lanes bytes = text_lanes(lanes_load(text + at), lanes_below(len - at < LANES ? len - at : LANES, 0));

        wrong |= wrong_if_any(bytes, lanes_before(earlier, bytes, 1), lanes_before(earlier, bytes, 2),
                              lanes_before(earlier, bytes, 3));
        earlier = bytes;
    }
    return !any_lane(wrong);
}

/* Most scripts of names are narrow; checking only for those takes half the time. */
static inline bool is_plain_text(const uint8_t *text, size_t len)
{
    if (len < LANES ? !any_lane(wrong_in_lanes(lanes_load(text), len)) : is_long_narrow_text(text, len))
        return true;
    return is_any_text(text, len);
}

/* Two texts and the bytes between them, as offsets from the beginning of the first; at most
 * PLAIN_PAIR_MAX in all. */
struct plain_pair {
    size_t first_end, second, second_end;
};

/* The lanes of both texts from `at` on. */
static inline lanes pair_lanes(const uint8_t *text, const struct plain_pair *pair, size_t at)
{
    const lanes inside =
        lanes_below(pair->first_end, at) ^ lanes_below(pair->second, at) ^ lanes_below(pair->second_end, at);

    return text_lanes(lanes_load(text + at), inside);
}

/* Both are plain, and narrow throughout. PLAIN_PAIR_MAX + 1 bytes must be readable at `text`. */
static inline bool are_narrow_texts(const uint8_t *text, const struct plain_pair *pair)
{
    const lanes first = pair_lanes(text, pair, 0);
    const lanes second = pair_lanes(text, pair, LANES);

    return !any_lane(wrong_if_narrow(first, lanes_before((lanes){ 0 }, first, 1)) |
                     wrong_if_narrow(second, lanes_before(first, second, 1)));
}

/* ---- Texts with nothing readable after them -------------------------------------------------- */

static inline uint64_t load_4(const uint8_t *bytes)
{
    uint32_t loaded;

    memcpy(&loaded, bytes, sizeof(loaded));
    return loaded;
}

/* A text of 4 to 15 bytes in the first lanes, by four loads that overlap, and zeros after it.
 * Without a branch: half of all names have fewer than eight bytes, which no processor can
 * predict. */
static inline lanes lanes_load_exact(const uint8_t *text, size_t len)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    const uint64_t is_long = 0 - (uint64_t)(len / 8); /* all bits from eight bytes on, and none below */
    const size_t second = (size_t)((len - 4) & ~is_long) | (size_t)(4 & is_long);
    const size_t third = (size_t)((len - 8) & is_long);
    const uint64_t low = load_4(text) | load_4(text + second) << 8 * second;
    const uint64_t last = (load_4(text + third) | load_4(text + len - 4) << 32) & is_long;

    return (lanes)(words){ low, last >> 8 >> (8 * (15 - len) & 63) };
#else
    uint8_t copy[LANES] = { 0 };

    memcpy(copy, text, len);
    return lanes_load(copy);
#endif
}

/* Plain, narrow, and not shorter than four bytes. */
static inline bool is_narrow_text_exact(const uint8_t *text, size_t len)
{
    if (len >= LANES)
        return is_long_narrow_text(text, len);
    return len >= 4 && !any_lane(wrong_in_lanes(lanes_load_exact(text, len), len));
}

/* Both of them. */
static inline bool are_narrow_texts_exact(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len)
{
    if ((a_len - 4 < LANES - 4) & (b_len - 4 < LANES - 4))
        return !any_lane(wrong_in_lanes(lanes_load_exact(a, a_len), a_len) |
                         wrong_in_lanes(lanes_load_exact(b, b_len), b_len));
    return is_narrow_text_exact(a, a_len) && is_narrow_text_exact(b, b_len);
}

/* ---- Days ------------------------------------------------------------------------------------ */

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

/* The ten bytes YYYY-MM-DD are read as two words: YYYY-MM- and DD, most significant byte first.
 * After XOR with zeros and dashes, digits are their values and dashes are 0. */
static inline bool is_plain_date(const uint8_t *date)
{
    /* 29 February, and with it everything about leap years, is left to the grammar. */
    static const uint8_t last_days[100] = { 0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    const uint64_t month_word = read_8(date) ^ UINT64_C(0x303030302d30302d);
    const uint64_t day_word = read_2(date + 8) ^ 0x3030u;
    /* A byte above 9, or above 0 at a dash, sets its highest bit, or has it already. */
    const uint64_t not_digits =
        ((month_word + UINT64_C(0x767676767f76767f)) | month_word) & UINT64_C(0x8080808080808080);
    const uint64_t not_day_digits = ((day_word + 0x7676u) | day_word) & 0x8080u;
    const uint64_t year = month_word >> 32;
    const uint64_t month = (month_word >> 16 & 0xff) * 10 + (month_word >> 8 & 0xff);
    const uint64_t day = (day_word >> 8) * 10 + (day_word & 0xff);

    return (not_digits | not_day_digits) == 0 && year != 0 && day - 1 < last_days[month];
}

#endif

#endif
