/*
 * Watches the order in which a generated machine calls the actions that let a frame grow.
 *
 * That frame_least <= frame_limit is a relation, which EVA's ranges cannot carry. limit.c proves,
 * with WP, that each of three sequences of calls keeps it; here EVA sees that the machine makes no
 * other:
 *
 *     length_fits, length_byte, then name_n or surname_n       on one byte
 *     n_bets_fits, items_byte, then batch_begin                with nothing but KEY between
 *     single_fits, then single_begin                           on one byte
 *
 * To be included between actions.h and the machine.
 */
#ifndef PROOF_WATCH_H
#define PROOF_WATCH_H

#include "codec/actions.h"

static enum { NOTHING, LENGTH_FITS, LENGTH_READ, N_BETS_FIT, N_BETS_READ, SINGLE_FITS } asked;

/* ---- Conditions ------------------------------------------------------------------------------ */

/* Pure tests: EVA continues with each answer separately. */
static inline bool split_in_text(const struct sorteo_decoder *decoder)
{
    //@ split decoder->text_left > 0;
    return in_text(decoder);
}

static inline bool split_has_room(const struct sorteo_decoder *decoder, unsigned count)
{
    //@ split decoder->text_left >= count;
    return has_room(decoder, count);
}

static inline bool split_in_list(const struct sorteo_decoder *decoder)
{
    //@ split decoder->items_left > 0;
    return in_list(decoder);
}

static inline bool watch_length_fits(const struct sorteo_decoder *decoder, uint8_t byte)
{
    const bool fits = length_fits(decoder, byte);

    //@ check a_length_has_room_for_its_last_byte: decoder->text_left <= 0xff;
    if (fits)
        asked = LENGTH_FITS;
    return fits;
}

static inline bool watch_n_bets_fits(const struct sorteo_decoder *decoder, uint8_t byte)
{
    const bool fits = n_bets_fits(decoder, byte);

    //@ check n_bets_has_room_for_its_last_byte: decoder->items <= 0xff;
    if (fits)
        asked = N_BETS_FIT;
    return fits;
}

static inline bool watch_single_fits(const struct sorteo_decoder *decoder)
{
    const bool fits = single_fits(decoder);

    if (fits)
        asked = SINGLE_FITS;
    return fits;
}

#define in_text split_in_text
#define has_room split_has_room
#define in_list split_in_list
#define length_fits watch_length_fits
#define n_bets_fits watch_n_bets_fits
#define single_fits watch_single_fits

/* ---- Actions --------------------------------------------------------------------------------- */

static inline void watch_length_byte(void)
{
    asked = asked == LENGTH_FITS ? LENGTH_READ : NOTHING;
}

static inline void watch_items_byte(void)
{
    asked = asked == N_BETS_FIT ? N_BETS_READ : NOTHING;
}

static inline void watch_length(void)
{
    //@ check a_length_was_found_to_fit: asked == LENGTH_READ;
    asked = NOTHING;
}

static inline void watch_batch(const struct sorteo_decoder *decoder)
{
    //@ check n_bets_was_found_to_fit: asked == N_BETS_READ;
    //@ check a_batch_has_bets: decoder->items >= 1;
    asked = NOTHING;
}

static inline void watch_single(void)
{
    //@ check a_single_was_found_to_fit: asked == SINGLE_FITS;
    asked = NOTHING;
}

/* Returns the answer, so that EVA continues with each. */
static inline bool split_winners(const struct sorteo_decoder *decoder)
{
    //@ split decoder->items == 0;
    return decoder->items == 0;
}

#define length_byte(...) (watch_length_byte(), length_byte(__VA_ARGS__))
#define items_byte(...) (watch_items_byte(), items_byte(__VA_ARGS__))
#define name_n(...) (watch_length(), name_n(__VA_ARGS__))
#define surname_n(...) (watch_length(), surname_n(__VA_ARGS__))
#define batch_begin(...) (watch_batch(decoder), batch_begin(__VA_ARGS__))
#define single_begin(...) (watch_single(), single_begin(__VA_ARGS__))
#define winners_begin(...) (split_winners(decoder), winners_begin(__VA_ARGS__))

#endif
