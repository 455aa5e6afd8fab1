/*
 * Shortcuts past the grammar, which change how fast a decoder is and nothing else. Each takes bytes
 * only if the grammar and its actions would take them, leaves the decoder as these would, and in
 * doubt takes nothing: then the grammar reads the bytes. None refuses, and none looks at a byte at
 * `end` or after it.
 *
 * What each takes for granted of the grammar stands in shortcuts.rl. `make gen` looks whether the
 * grammar of a dialect grants it; where it does not, gen/shortcuts.h says so, and the shortcut is
 * not tried.
 *
 * Where SORTEO_PORTABLE is defined they take nothing.
 */
#ifndef CODEC_SHORTCUT_H
#define CODEC_SHORTCUT_H

#include "codec/actions.h"
#include "codec/machine.h"
#include "codec/plain.h"

#include "../gen/shortcuts.h"

#ifdef SORTEO_PORTABLE

static inline const uint8_t *skip_text(struct sorteo_decoder *decoder, const uint8_t *p, const uint8_t *end)
{
    (void)decoder;
    (void)end;
    return p;
}

static inline bool may_take_bet(const struct sorteo_decoder *decoder, size_t unread)
{
    (void)decoder;
    (void)unread;
    return false;
}

static inline bool take_bet(struct sorteo_decoder *decoder, const uint8_t *begin, const uint8_t *end)
{
    (void)decoder;
    (void)begin;
    (void)end;
    return false;
}

#else

/* After a length, whose last byte is at p: skips the text, and returns where its last byte is; or
 * p. */
static inline const uint8_t *skip_text(struct sorteo_decoder *decoder, const uint8_t *p, const uint8_t *end)
{
    const size_t len = decoder->text_left;

    if ((size_t)(end - p) <= len + PLAIN_TEXT_SLACK || !is_plain_text(p + 1, len))
        return p;
    decoder->text_left = 0;
    return p + len;
}

/* Bytes of DOCUMENT, BIRTHDATE and NUMBER. */
#define BET_TAIL_LEN (4u + SORTEO_DATE_LEN + 2u)

static inline size_t read_length(const uint8_t *bytes, size_t size)
{
    return size == 1 ? bytes[0] : (size_t)read_2(bytes);
}

/* What of a bet lies where, and how long its names are.
 *
 *     | AGENCY NAME_N | NAME | SURNAME_N | SURNAME | DOCUMENT BIRTHDATE NUMBER |
 *     begin           name               surname   tail                        */
struct bet_parts {
    const uint8_t *name, *surname, *tail;
    size_t name_len, surname_len;
};

/* False if the bet that begins at `begin` does not end at or before `end`. */
static inline bool find_parts(const struct sorteo_decoder *decoder, const uint8_t *begin, const uint8_t *end,
                              struct bet_parts *parts)
{
    const size_t agency_size = decoder->bet_agency;
    const size_t length_size = (decoder->bet_fixed - agency_size - BET_TAIL_LEN) / 2;
    size_t names_max = (size_t)(end - begin);

    if (names_max < decoder->bet_fixed)
        return false;
    names_max -= decoder->bet_fixed;
    parts->name = begin + agency_size + length_size;
    parts->name_len = read_length(begin + agency_size, length_size);
    if (parts->name_len > names_max)
        return false;
    parts->surname = parts->name + parts->name_len + length_size;
    parts->surname_len = read_length(parts->name + parts->name_len, length_size);
    parts->tail = parts->surname + parts->surname_len;
    return parts->surname_len <= names_max - parts->name_len;
}

static inline bool has_plain_names(const struct bet_parts *parts, const uint8_t *end)
{
    const struct plain_pair pair = {
        .first_end = parts->name_len,
        .second = (size_t)(parts->surname - parts->name),
        .second_end = (size_t)(parts->tail - parts->name),
    };

    if (pair.second_end <= PLAIN_PAIR_MAX && (size_t)(end - parts->name) > PLAIN_PAIR_MAX &&
        are_narrow_texts(parts->name, &pair))
        return true;
    return is_plain_text(parts->name, parts->name_len) && is_plain_text(parts->surname, parts->surname_len);
}

/* Can there be the end of a BET of a batch in so many bytes that are unread? No batch has begun, or
 * the dialect has not this shortcut, where no state for bets was noted. */
static inline bool may_take_bet(const struct sorteo_decoder *decoder, size_t unread)
{
    return unread >= BET_TAIL_LEN && in_list(decoder) && decoder->bet_state != MACHINE_ERROR_STATE;
}

/* Where may_take_bet says so: takes the BET that begins at p, where decoder->offset is, or that
 * began before and of which the machine has read a part. (The caller has kept that part.) */
static inline bool take_bet(struct sorteo_decoder *decoder, const uint8_t *p, const uint8_t *end)
{
    /* Nothing is noted before it is sure: the machine may refuse the bet's first byte. */
    const uint64_t begun = decoder->in_bet ? decoder->bet_begin : decoder->offset;
    const uint64_t noted = decoder->in_bet ? (uint64_t)decoder->name_len + decoder->surname_len : 0;
    const uint64_t least = decoder->frame_least - noted;
    const uint8_t *const begin = p - (size_t)(decoder->offset - begun);
    struct bet_parts parts;

    if (!find_parts(decoder, begin, end, &parts))
        return false;
    if (parts.name_len + parts.surname_len > decoder->frame_limit - least || !is_plain_date(parts.tail + 4) ||
        !has_plain_names(&parts, end))
        return false;

    decoder->frame_least = least + parts.name_len + parts.surname_len;
    decoder->bet_begin = begun;
    if (decoder->bet_agency > 0)
        decoder->agency = begin[0];
    decoder->name_len = (uint16_t)parts.name_len;
    decoder->name_begin = decoder->bet_begin + (uint64_t)(parts.name - begin);
    decoder->surname_len = (uint16_t)parts.surname_len;
    decoder->surname_begin = decoder->bet_begin + (uint64_t)(parts.surname - begin);
    decoder->text_left = 0;
    decoder->document = (uint32_t)read_4(parts.tail);
    decoder->number = (uint16_t)read_2(parts.tail + 4 + SORTEO_DATE_LEN);
    decoder->offset += (uint64_t)(parts.tail + BET_TAIL_LEN - p);
    decoder->state = decoder->bet_state;
    batch_bet(decoder);
    return true;
}

#endif

#endif
