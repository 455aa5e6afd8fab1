/*
 * What the grammar's actions and conditions do: add up integers, note positions, count down, raise
 * events, name errors. They never decide what is accepted, and never look at a byte but the one at
 * hand.
 *
 * Included by the generated machines alone. Invariants that they keep and rely on:
 *   - text_left is 0 outside of NAME_N, NAME, SURNAME_N and SURNAME; inside of a character it is at
 *     least the bytes of it that are due (has_room looked before the first one);
 *   - items_left is not 0 while a bet or document is under way, but in the bet stream;
 *   - frame_least <= frame_limit (a byte that would break this has no transition).
 */
#ifndef CODEC_ACTIONS_H
#define CODEC_ACTIONS_H

#include "../gen/bet.h"
#include "codec/frames.h"
#include "codec/sorteo.h"

/* ---- Conditions: pure ------------------------------------------------------------------------ */

static inline bool in_text(const struct sorteo_decoder *decoder)
{
    return decoder->text_left > 0;
}

static inline bool has_room(const struct sorteo_decoder *decoder, unsigned count)
{
    return decoder->text_left >= count;
}

static inline bool in_list(const struct sorteo_decoder *decoder)
{
    return decoder->items_left > 0;
}

/* May the frame become `more` bytes longer than it must be by what was read? */
static inline bool frame_may_grow(const struct sorteo_decoder *decoder, uint64_t more)
{
    return more <= decoder->frame_limit - decoder->frame_least;
}

/* A length's first byte of two: it says at least this much. */
static inline bool length_high_fits(const struct sorteo_decoder *decoder, uint8_t byte)
{
    return frame_may_grow(decoder, (uint64_t)byte << 8);
}

/* A length's last byte. */
static inline bool length_fits(const struct sorteo_decoder *decoder, uint8_t byte)
{
    return frame_may_grow(decoder, (uint64_t)(decoder->text_left << 8 | byte));
}

/* Would a BATCH of so many of the smallest bets keep to the limit? */
static inline bool batch_fits(const struct sorteo_decoder *decoder, unsigned bets)
{
    return decoder->batch_head + (uint64_t)bets * decoder->bet_least <= decoder->frame_limit;
}

static inline bool n_bets_high_fits(const struct sorteo_decoder *decoder, uint8_t byte)
{
    return batch_fits(decoder, (unsigned)byte << 8);
}

static inline bool n_bets_fits(const struct sorteo_decoder *decoder, uint8_t byte)
{
    return batch_fits(decoder, (decoder->items & 0xffu) << 8 | byte);
}

static inline bool single_fits(const struct sorteo_decoder *decoder)
{
    return decoder->single_least <= decoder->frame_limit;
}

/* ---- Positions ------------------------------------------------------------------------------- */

/* The stream offset of the byte at p, of a run that begins at decoder->offset. */
static inline uint64_t position(const struct sorteo_decoder *decoder, const uint8_t *begin, const uint8_t *p)
{
    return decoder->offset + (uint64_t)(p - begin);
}

/* ---- Fields ---------------------------------------------------------------------------------- */

static inline void agency_byte(struct sorteo_decoder *decoder, uint8_t byte)
{
    decoder->agency = byte;
}

static inline void length_byte(struct sorteo_decoder *decoder, uint8_t byte)
{
    decoder->text_left = (uint16_t)((decoder->text_left & 0xffu) << 8 | byte);
}

/* name_n, surname_n …: the length of a text was read. */
#define TEXT(name, field, none)                                                                                        \
    static inline void name##_n(struct sorteo_decoder *decoder, uint64_t here)                                         \
    {                                                                                                                  \
        decoder->name##_len = decoder->text_left;                                                                      \
        decoder->name##_begin = here + 1;                                                                              \
        decoder->frame_least += decoder->text_left;                                                                    \
    }
BET_FIELDS(BET_FIELD_NOTHING, TEXT, BET_FIELD_NOTHING)
#undef TEXT

static inline void text_byte(struct sorteo_decoder *decoder)
{
    decoder->text_left--;
}

/* document_byte, number_byte …: one more byte of an integer. */
#define INTEGER(name, field, size, type, max)                                                                          \
    static inline void name##_byte(struct sorteo_decoder *decoder, uint8_t byte)                                       \
    {                                                                                                                  \
        decoder->name = (type)((decoder->name & (max) >> 8) << 8 | byte);                                              \
    }
BET_FIELDS(INTEGER, BET_FIELD_NOTHING, BET_FIELD_NOTHING)
PLAIN_INTEGERS(INTEGER)
#undef INTEGER

static inline void key_byte(struct sorteo_decoder *decoder, uint8_t byte)
{
    decoder->key = (decoder->key & 0xffffffffffffffu) << 8 | byte;
}

/* N_BETS or N_WINNERS. */
static inline void items_byte(struct sorteo_decoder *decoder, uint8_t byte)
{
    decoder->items = (uint16_t)((decoder->items & 0xffu) << 8 | byte);
}

/* ---- Frames ---------------------------------------------------------------------------------- */

/* `event` tells of what ends with the byte at hand, and the frame ends there too. */
static inline void frame_end(struct sorteo_decoder *decoder, enum sorteo_event_kind event)
{
    decoder->event = (uint8_t)event;
    decoder->between_frames = true;
}

/* One bet or document ends; with the last one the frame does, and tells of it in an event of its
 * own. */
static inline void item_end(struct sorteo_decoder *decoder, enum sorteo_event_kind item, enum sorteo_event_kind frame)
{
    decoder->event = (uint8_t)item;
    decoder->items_left--;
    if (decoder->items_left == 0) {
        decoder->pending = (uint8_t)frame;
        decoder->between_frames = true;
    }
}

static inline void bet_begin(struct sorteo_decoder *decoder, uint64_t here)
{
    decoder->bet_begin = here;
#define TEXT(name, field, none) decoder->name##_len = 0;
    BET_FIELDS(BET_FIELD_NOTHING, TEXT, BET_FIELD_NOTHING)
#undef TEXT
    decoder->in_bet = true;
}

static inline void single_begin(struct sorteo_decoder *decoder)
{
    decoder->frame_least = decoder->single_fixed;
}

static inline void single_end(struct sorteo_decoder *decoder)
{
    decoder->in_bet = false;
    frame_end(decoder, SORTEO_BET);
}

static inline void batch_begin(struct sorteo_decoder *decoder, uint8_t bet_state)
{
    decoder->bet_state = bet_state;
    decoder->frame_least = decoder->batch_head + (uint64_t)decoder->items * decoder->bet_fixed;
    decoder->items_left = decoder->items;
    decoder->event = SORTEO_BATCH_BEGIN;
}

static inline void batch_bet(struct sorteo_decoder *decoder)
{
    decoder->in_bet = false;
    item_end(decoder, SORTEO_BET, SORTEO_BATCH_END);
}

static inline void answer(struct sorteo_decoder *decoder, bool stored)
{
    decoder->stored = stored;
    frame_end(decoder, SORTEO_ANSWER);
}

static inline void winners_begin(struct sorteo_decoder *decoder)
{
    decoder->items_left = decoder->items;
    decoder->event = SORTEO_WINNERS_BEGIN;
    if (decoder->items == 0) {
        decoder->pending = SORTEO_WINNERS_END;
        decoder->between_frames = true;
    }
}

static inline void winner(struct sorteo_decoder *decoder)
{
    item_end(decoder, SORTEO_WINNER, SORTEO_WINNERS_END);
}

/* ---- Errors ---------------------------------------------------------------------------------- */

/* Where two fields meet in one state, both are asked, in their order: the first that names a field
 * stands. */
static inline void refuse(struct sorteo_decoder *decoder, enum sorteo_code code, enum sorteo_field field)
{
    if (decoder->error.field != SORTEO_F_NONE)
        return;
    if (decoder->error.code == SORTEO_E_OK)
        decoder->error.code = code;
    decoder->error.field = field;
}

/* Which field it was that refused the byte, and in which state, for refusal_name (refusal.h). Where
 * several may begin in one state, all are asked in their order: the first one stands. */
static inline void value_error(struct sorteo_decoder *decoder, int state, enum sorteo_field field)
{
    if (!decoder->refused_elsewhere && decoder->refused_field == SORTEO_F_NONE)
        decoder->refused_field = (uint8_t)field;
    decoder->refused_elsewhere = false;
    decoder->refused_in = (uint8_t)state; /* generate.sh keeps them below 256 */
}

/* The field that is asked next is the first of a bet or document. If one is due it is the one that
 * has refused the byte, whatever may begin there at other times; and if none is, it has not. */
static inline void item_error(struct sorteo_decoder *decoder)
{
    if (in_list(decoder))
        decoder->refused_field = SORTEO_F_NONE;
    else
        decoder->refused_elsewhere = true;
}

/* At the first byte of a character. */
static inline void c0_error(struct sorteo_decoder *decoder, uint8_t byte)
{
    if (in_text(decoder) && (byte < 0x20 || byte == 0x7f))
        decoder->error.code = SORTEO_E_CONTROL;
}

/* At the second byte of U+0080 to U+00BF. */
static inline void c1_error(struct sorteo_decoder *decoder, uint8_t byte)
{
    if (byte >= 0x80 && byte <= 0x9f)
        decoder->error.code = SORTEO_E_CONTROL;
}

/* The state after a text is also the first of what follows: there the text is not at fault. */
static inline void text_error(struct sorteo_decoder *decoder, enum sorteo_field field)
{
    if (in_text(decoder))
        refuse(decoder, SORTEO_E_UTF8, field);
}

/* The state after a bet is the first of the next bet and of the next batch: while bets are due, the
 * batch is not at fault. */
static inline void n_bets_error(struct sorteo_decoder *decoder)
{
    if (!in_list(decoder))
        refuse(decoder, SORTEO_E_LIMIT, SORTEO_F_N_BETS);
}

#endif
