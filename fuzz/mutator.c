/* Changes an input along its structure: see mutator.h. */
#include "mutator.h"

#include <stdbool.h>
#include <string.h>

#include "fuzz.h"
#include "outline.h"

/* ---- The input under change ------------------------------------------------------------------ */

struct text {
    uint8_t *bytes;
    size_t len; /* at most cap, but while it shrinks */
    size_t cap;
    uint64_t random;
};

static size_t below(struct text *text, size_t bound)
{
    return bound == 0 ? 0 : (size_t)(fuzz_random(&text->random) % bound);
}

static bool one_in(struct text *text, size_t count)
{
    return below(text, count) == 0;
}

/* Replaces `less` bytes at `at` with `more` bytes. False, with nothing changed, if there is no
 * room; replacing with fewer bytes always fits. */
static bool replace(struct text *text, size_t at, size_t less, const uint8_t *bytes, size_t more)
{
    if (at > text->len || less > text->len - at)
        return false;
    if (more > less && more - less > text->cap - text->len)
        return false;
    memmove(text->bytes + at + more, text->bytes + at + less, text->len - at - less);
    if (more > 0)
        memcpy(text->bytes + at, bytes, more);
    text->len += more - less;
    return true;
}

/* Adds to a big-endian integer, wrapping around. */
static void add(struct text *text, size_t at, size_t size, long more)
{
    for (size_t i = size; i > 0 && more != 0; i--) {
        const long sum = text->bytes[at + i - 1] + more;

        text->bytes[at + i - 1] = (uint8_t)(sum & 0xff);
        more = (sum - (sum & 0xff)) / 256;
    }
}

static void set_edge(struct text *text, size_t at, size_t size)
{
    static const uint8_t edges[] = { 0x00, 0x01, 0x02, 0x1f, 0x7f, 0x80, 0xfe, 0xff };

    for (size_t i = 0; i < size; i++)
        text->bytes[at + i] = edges[below(text, sizeof edges)];
}

/* ---- Bets ------------------------------------------------------------------------------------ */

static const struct outline_bet *any_bet(struct text *text, const struct outline *outline)
{
    return outline->bet_count == 0 ? NULL : &outline->bets[below(text, outline->bet_count)];
}

/* N_BETS follows what happened to the batch's bets, most of the time. */
static void recount(struct text *text, const struct outline_bet *bet, long more)
{
    if (bet->count_at != OUTLINE_NONE && !one_in(text, 16))
        add(text, bet->count_at, 2, more);
}

static void repeat_bet(struct text *text, const struct outline *outline)
{
    uint8_t copy[OUTLINE_BET_MAX];
    const struct outline_bet *bet = any_bet(text, outline), *place = any_bet(text, outline);
    const size_t len = bet->end - bet->begin;

    if (len > sizeof copy)
        return;
    memcpy(copy, text->bytes + bet->begin, len);
    if (replace(text, place->begin, 0, copy, len))
        recount(text, place, 1);
}

static void drop_bet(struct text *text, const struct outline *outline)
{
    const struct outline_bet *bet = any_bet(text, outline);

    if (replace(text, bet->begin, bet->end - bet->begin, NULL, 0))
        recount(text, bet, -1);
}

static void change_integer(struct text *text, const struct outline *outline)
{
    const struct outline_bet *bet = any_bet(text, outline);

    switch (below(text, 4)) {
    case 0:
        set_edge(text, bet->begin, 1);
        break; /* AGENCY */
    case 1:
        set_edge(text, bet->end - 2, 2);
        break; /* NUMBER */
    case 2:
        set_edge(text, bet->end - 16, 4);
        break; /* DOCUMENT */
    default:
        add(text, bet->begin, 1, one_in(text, 2) ? 1 : -1);
        break;
    }
}

static void change_day(struct text *text, const struct outline *outline)
{
    static const char *const days[] = { "0001-01-01", "9999-12-31", "2000-02-29", "1900-02-28", "1900-02-29",
                                        "2024-02-29", "2023-02-29", "1999-04-30", "1999-04-31", "0000-12-31",
                                        "1999-00-10", "1999-13-01", "0004-02-29", "0400-02-29", "1999-10-32" };
    uint8_t *day = text->bytes + any_bet(text, outline)->end - 12;

    if (one_in(text, 3))
        memcpy(day, days[below(text, sizeof days / sizeof days[0])], 10);
    else
        day[below(text, 10)] = (uint8_t)('0' + below(text, 10));
}

/* ---- Names ----------------------------------------------------------------------------------- */

/* Characters at the limits of RFC 3629 and next to the control characters, and some beyond these
 * limits. */
static size_t any_character(struct text *text, uint8_t out[static 4])
{
    static const char *const characters[] = {
        "A",
        " ",
        "~",
        "\"",
        "\\",
        "\x1f",
        "\x7f",
        "\xc2\x80",
        "\xc2\x9f",
        "\xc2\xa0",
        "\xc3\xb1",
        "\xdf\xbf",
        "\xc1\xbf",
        "\xe0\xa0\x80",
        "\xe0\x9f\xbf",
        "\xed\x9f\xbf",
        "\xed\xa0\x80",
        "\xee\x80\x80",
        "\xef\xbf\xbf",
        "\xf0\x90\x80\x80",
        "\xf0\x8f\xbf\xbf",
        "\xf4\x8f\xbf\xbf",
        "\xf4\x90\x80\x80",
        "\xf3\xa0\x81\x81",
    };
    const char *character = characters[below(text, sizeof characters / sizeof characters[0])];
    const size_t len = strlen(character);

    memcpy(out, character, len);
    return len;
}

/* One more character, one less, or another one; the length follows, most of the time. */
static void change_name(struct text *text, const struct outline *outline)
{
    const struct outline_bet *bet = any_bet(text, outline);
    const struct outline_name *name = one_in(text, 2) ? &bet->name : &bet->surname;
    uint8_t character[4];
    const size_t more = one_in(text, 3) ? 0 : any_character(text, character);
    const size_t at = below(text, name->len + 1);
    const size_t less = one_in(text, 2) && at < name->len ? 1 : 0;

    if (replace(text, name->at + at, less, character, more) && !one_in(text, 12))
        add(text, name->at - outline->length_size, outline->length_size, (long)more - (long)less);
}

static void grow_name(struct text *text, const struct outline *outline)
{
    static const size_t lens[] = { 1, 2, 126, 127, 128, 254, 255, 256, 300 };
    const struct outline_bet *bet = any_bet(text, outline);
    const size_t len = lens[below(text, sizeof lens / sizeof lens[0])];
    uint8_t letters[300];

    memset(letters, 'n', sizeof letters);
    if (!replace(text, bet->name.at, bet->name.len, letters, len))
        return;
    for (size_t i = 0; i < outline->length_size; i++)
        text->bytes[bet->name.at - 1 - i] = (uint8_t)(len >> 8 * i);
}

static void lie_about_length(struct text *text, const struct outline *outline)
{
    const struct outline_bet *bet = any_bet(text, outline);
    const struct outline_name *name = one_in(text, 2) ? &bet->name : &bet->surname;

    if (one_in(text, 2))
        set_edge(text, name->at - outline->length_size, outline->length_size);
    else
        add(text, name->at - 1, 1, one_in(text, 2) ? 1 : -1);
}

static void lie_about_count(struct text *text, const struct outline *outline)
{
    const struct outline_bet *bet = any_bet(text, outline);

    if (bet->count_at != OUTLINE_NONE)
        set_edge(text, bet->count_at, 2);
}

/* ---- Frames ---------------------------------------------------------------------------------- */

static size_t any_boundary(struct text *text, const struct outline *outline)
{
    return outline->frames[below(text, outline->frame_count)];
}

/* A whole frame: FINISH and RECEIPT, or a SINGLE or BATCH of one bet. */
static void insert_frame(struct text *text, const struct outline *outline)
{
    static const uint8_t bet[] = "\x01\0\x01"
                                 "A\0\x01"
                                 "B\0\0\0\x07"
                                 "1999-03-17\x08\x99";
    uint8_t frame[64] = { 0 };
    size_t len = outline->is_bet_stream ? 0 : 2;
    const bool finish = !outline->is_bet_stream && one_in(text, 2);

    if (!outline->is_bet_stream && !finish)
        frame[1] = 1;
    for (size_t i = 0; i < outline->key_size; i++)
        frame[len++] = (uint8_t)below(text, 3);
    if (finish) {
        frame[len++] = 1;
        frame[len++] = outline->receipt;
    } else {
        for (size_t i = 0; i < sizeof bet - 1; i++)
            if ((i != 1 && i != 4) || outline->length_size == 2)
                frame[len++] = bet[i];
    }
    (void)replace(text, any_boundary(text, outline), 0, frame, len);
}

static void drop_frame(struct text *text, const struct outline *outline)
{
    if (outline->frame_count < 2)
        return;
    const size_t i = below(text, outline->frame_count - 1);
    (void)replace(text, outline->frames[i], outline->frames[i + 1] - outline->frames[i], NULL, 0);
}

static void repeat_frame(struct text *text, const struct outline *outline)
{
    uint8_t copy[1024];

    if (outline->frame_count < 2)
        return;
    const size_t i = below(text, outline->frame_count - 1);
    const size_t len = outline->frames[i + 1] - outline->frames[i];
    if (len > sizeof copy)
        return;
    memcpy(copy, text->bytes + outline->frames[i], len);
    (void)replace(text, any_boundary(text, outline), 0, copy, len);
}

/* ---- The door -------------------------------------------------------------------------------- */

typedef void change(struct text *text, const struct outline *outline);

static change *const bet_changes[] = {
    repeat_bet,  drop_bet,  change_integer,   change_day,      change_name,
    change_name, grow_name, lie_about_length, lie_about_count,
};
static change *const frame_changes[] = { insert_frame, drop_frame, repeat_frame };

static void change_once(struct text *text)
{
    struct outline outline;

    outline_best(&outline, text->bytes, text->len, fuzz_random(&text->random));
    if (outline.bet_count == 0 || one_in(text, 4))
        frame_changes[below(text, sizeof frame_changes / sizeof *frame_changes)](text, &outline);
    else
        bet_changes[below(text, sizeof bet_changes / sizeof *bet_changes)](text, &outline);
}

/* An engine that looks for a smaller input hands over more than may come back: a frame or bet is
 * dropped, and what is then still too much is cut off. */
static void shrink(struct text *text)
{
    struct outline outline;

    if (text->len <= text->cap)
        return;
    outline_best(&outline, text->bytes, text->len, fuzz_random(&text->random));
    if (outline.bet_count == 0 || one_in(text, 4))
        drop_frame(text, &outline);
    else
        drop_bet(text, &outline);
    if (text->len > text->cap)
        text->len = text->cap;
}

size_t mutator_change(uint8_t *bytes, size_t len, size_t cap, uint64_t seed)
{
    struct text text = { .bytes = bytes, .len = len, .cap = cap, .random = seed };

    if (len > cap) {
        shrink(&text);
        if (!one_in(&text, 4))
            return text.len; /* nothing but smaller, most of the time */
    }
    do {
        change_once(&text);
    } while (one_in(&text, 3));
    return text.len;
}

size_t mutator_splice(uint8_t *bytes, size_t len, size_t cap, const uint8_t *other, size_t other_len, uint64_t seed)
{
    struct text text = { .bytes = bytes, .len = len, .cap = cap, .random = seed };
    struct outline ours, theirs;

    shrink(&text);
    outline_best(&ours, bytes, len, fuzz_random(&text.random));
    outline_best(&theirs, other, other_len, fuzz_random(&text.random));
    const struct outline_bet *place = any_bet(&text, &ours), *bet = any_bet(&text, &theirs);
    if (place != NULL && bet != NULL && ours.length_size == theirs.length_size &&
        ours.batch_agency_size == theirs.batch_agency_size && one_in(&text, 2)) {
        if (replace(&text, place->begin, 0, other + bet->begin, bet->end - bet->begin))
            recount(&text, place, 1);
    } else if (theirs.frame_count > 1) {
        const size_t i = below(&text, theirs.frame_count - 1);
        (void)replace(&text, any_boundary(&text, &ours), 0, other + theirs.frames[i],
                      theirs.frames[i + 1] - theirs.frames[i]);
    }
    return text.len;
}
