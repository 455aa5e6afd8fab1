/* A decoder written by hand: see handwritten.h. */
#include "handwritten.h"

#define TAIL_LEN 16u /* DOCUMENT, BIRTHDATE and NUMBER */

static unsigned read_2(const uint8_t *bytes)
{
    return (unsigned)bytes[0] << 8 | bytes[1];
}

static uint32_t read_4(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* ---- Names ----------------------------------------------------------------------------------- */

static bool is_tail(uint8_t byte)
{
    return (byte & 0xc0) == 0x80;
}

/* The length in bytes of a text's first character; 0 if it is malformed. */
static size_t character_len(const uint8_t *text, size_t left)
{
    const uint8_t lead = text[0];

    if (lead < 0x80)
        return lead >= 0x20 && lead != 0x7f ? 1 : 0;
    if (lead < 0xc2)
        return 0;
    if (lead < 0xe0)
        return left >= 2 && is_tail(text[1]) && (lead != 0xc2 || text[1] >= 0xa0) ? 2 : 0;
    if (lead < 0xf0) {
        if (left < 3 || !is_tail(text[1]) || !is_tail(text[2]))
            return 0;
        return (lead != 0xe0 || text[1] >= 0xa0) && (lead != 0xed || text[1] < 0xa0) ? 3 : 0;
    }
    if (lead > 0xf4 || left < 4 || !is_tail(text[1]) || !is_tail(text[2]) || !is_tail(text[3]))
        return 0;
    return (lead != 0xf0 || text[1] >= 0x90) && (lead != 0xf4 || text[1] < 0x90) ? 4 : 0;
}

static bool is_name(const uint8_t *text, size_t len)
{
    while (len > 0) {
        const size_t size = character_len(text, len);

        if (size == 0)
            return false;
        text += size;
        len -= size;
    }
    return true;
}

/* ---- Days ------------------------------------------------------------------------------------ */

/* The value of this many digits, or -1. */
static int read_digits(const uint8_t *bytes, unsigned count)
{
    int number = 0;

    for (unsigned i = 0; i < count; i++) {
        if (bytes[i] < '0' || bytes[i] > '9')
            return -1;
        number = number * 10 + (bytes[i] - '0');
    }
    return number;
}

static bool is_day(const uint8_t *date)
{
    static const uint8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    const int year = read_digits(date, 4), month = read_digits(date + 5, 2), day = read_digits(date + 8, 2);

    if (date[4] != '-' || date[7] != '-' || year < 1 || month < 1 || month > 12 || day < 1)
        return false;
    if (month == 2 && day == 29)
        return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return day <= days[month - 1];
}

/* ---- Bets ------------------------------------------------------------------------------------ */

/* Reads a length and a text. Leaves *at unchanged if they are incomplete. */
static bool read_text(const uint8_t **at, const uint8_t *end, struct sorteo_text *text)
{
    const uint8_t *begin = *at;
    size_t len;

    if (end - begin < 2)
        return false;
    len = read_2(begin);
    begin += 2;
    if ((size_t)(end - begin) < len)
        return false;
    *text = (struct sorteo_text){ .bytes = (const char *)begin, .len = len };
    *at = begin + len;
    return true;
}

static inline enum handwritten_result next(struct handwritten *reader, const uint8_t **at, const uint8_t *end,
                                           struct sorteo_bet *bet, bool checks)
{
    const uint8_t *p = *at;
    unsigned bets_left = reader->bets_left;

    if (bets_left == 0) {
        if (end - p < 2)
            return HANDWRITTEN_MORE;
        bets_left = read_2(p);
        p += 2;
        if (bets_left == 0)
            return HANDWRITTEN_WRONG;
    }
    if (p == end)
        return HANDWRITTEN_MORE;
    bet->agency = *p++;
    if (!read_text(&p, end, &bet->name) || !read_text(&p, end, &bet->surname) || end - p < (ptrdiff_t)TAIL_LEN)
        return HANDWRITTEN_MORE;
    if (checks && (!is_name((const uint8_t *)bet->name.bytes, bet->name.len) ||
                   !is_name((const uint8_t *)bet->surname.bytes, bet->surname.len) || !is_day(p + 4)))
        return HANDWRITTEN_WRONG;
    bet->document = read_4(p);
    bet->birthdate = (struct sorteo_text){ .bytes = (const char *)p + 4, .len = SORTEO_DATE_LEN };
    bet->number = (uint16_t)read_2(p + 4 + SORTEO_DATE_LEN);
    *at = p + TAIL_LEN;
    reader->bets_left = bets_left - 1;
    return HANDWRITTEN_BET;
}

enum handwritten_result handwritten_checked(struct handwritten *reader, const uint8_t **at, const uint8_t *end,
                                            struct sorteo_bet *bet)
{
    return next(reader, at, end, bet, true);
}

enum handwritten_result handwritten_unchecked(struct handwritten *reader, const uint8_t **at, const uint8_t *end,
                                              struct sorteo_bet *bet)
{
    return next(reader, at, end, bet, false);
}
