/*
 * Contracts of the actions that add up integers and let a frame grow, for WP. What they promise, actions.h must keep.
 *
 * The provers that WP calls know little of bits. What they are told is in the axioms below, which bits.smt2 states of
 * 64-bit words; there z3 shows them.
 */
#ifndef PROOF_CONTRACTS_H
#define PROOF_CONTRACTS_H

#include "codec/sorteo.h"

/*@ axiomatic bits {
    axiom low_byte:    \forall integer x; 0 <= x ==> (x & 0xff) == x % 0x100;
    axiom low_3_bytes: \forall integer x; 0 <= x ==> (x & 0xffffff) == x % 0x1000000;
    axiom low_7_bytes: \forall integer x; 0 <= x ==> (x & 0xffffffffffffff) == x % 0x100000000000000;
    axiom shifted:     \forall integer x; 0 <= x < 0x100000000000000 ==> (x << 8) == x * 0x100;
    axiom appended:    \forall integer x, byte; 0 <= x < 0x100000000000000 ==> 0 <= byte <= 0xff
                           ==> ((x << 8) | byte) == x * 0x100 + byte;
} */

/* ---- Integers: what was read so far, and one more byte --------------------------------------- */

/*@ requires \valid(decoder);
    assigns decoder->text_left;
    ensures decoder->text_left == \old(decoder->text_left) % 0x100 * 0x100 + byte; */
static inline void length_byte(struct sorteo_decoder *decoder, uint8_t byte);

/*@ requires \valid(decoder);
    assigns decoder->document;
    ensures decoder->document == \old(decoder->document) % 0x1000000 * 0x100 + byte; */
static inline void document_byte(struct sorteo_decoder *decoder, uint8_t byte);

/*@ requires \valid(decoder);
    assigns decoder->number;
    ensures decoder->number == \old(decoder->number) % 0x100 * 0x100 + byte; */
static inline void number_byte(struct sorteo_decoder *decoder, uint8_t byte);

/*@ requires \valid(decoder);
    assigns decoder->key;
    ensures decoder->key == \old(decoder->key) % 0x100000000000000 * 0x100 + byte; */
static inline void key_byte(struct sorteo_decoder *decoder, uint8_t byte);

/*@ requires \valid(decoder);
    assigns decoder->items;
    ensures decoder->items == \old(decoder->items) % 0x100 * 0x100 + byte; */
static inline void items_byte(struct sorteo_decoder *decoder, uint8_t byte);

/* ---- The length of a frame ------------------------------------------------------------------- */

/*@ predicate keeps_to_limit(struct sorteo_decoder *decoder) = decoder->frame_least <= decoder->frame_limit
        && decoder->bet_fixed <= decoder->bet_least && decoder->single_fixed <= decoder->single_least; */

/*@ requires \valid_read(decoder) && keeps_to_limit(decoder);
    assigns \nothing;
    ensures \result == 1 <==> decoder->frame_least + more <= decoder->frame_limit; */
static inline bool frame_may_grow(const struct sorteo_decoder *decoder, uint64_t more);

/*@ requires \valid_read(decoder) && keeps_to_limit(decoder);
    requires decoder->text_left <= 0xff;
    assigns \nothing;
    ensures \result == 1 <==> decoder->frame_least + decoder->text_left * 0x100 + byte <= decoder->frame_limit; */
static inline bool length_fits(const struct sorteo_decoder *decoder, uint8_t byte);

/*@ requires \valid_read(decoder) && keeps_to_limit(decoder);
    assigns \nothing;
    ensures \result == 1 <==> decoder->frame_least + byte * 0x100 <= decoder->frame_limit; */
static inline bool length_high_fits(const struct sorteo_decoder *decoder, uint8_t byte);

/*@ requires \valid_read(decoder);
    assigns \nothing;
    ensures \result == 1 <==> decoder->batch_head + bets * decoder->bet_least <= decoder->frame_limit; */
static inline bool batch_fits(const struct sorteo_decoder *decoder, unsigned bets);

/*@ requires \valid_read(decoder) && decoder->items <= 0xff;
    assigns \nothing;
    ensures \result == 1 <==>
        decoder->batch_head + (decoder->items * 0x100 + byte) * decoder->bet_least <= decoder->frame_limit; */
static inline bool n_bets_fits(const struct sorteo_decoder *decoder, uint8_t byte);

/*@ requires \valid(decoder) && decoder->frame_least + decoder->text_left <= decoder->frame_limit && here < UINT64_MAX;
    assigns decoder->name_len, decoder->name_begin, decoder->frame_least;
    ensures decoder->frame_least == \old(decoder->frame_least) + decoder->text_left; */
static inline void name_n(struct sorteo_decoder *decoder, uint64_t here);

/*@ requires \valid(decoder) && decoder->frame_least + decoder->text_left <= decoder->frame_limit && here < UINT64_MAX;
    assigns decoder->surname_len, decoder->surname_begin, decoder->frame_least;
    ensures decoder->frame_least == \old(decoder->frame_least) + decoder->text_left; */
static inline void surname_n(struct sorteo_decoder *decoder, uint64_t here);

/*@ requires \valid(decoder);
    assigns decoder->bet_state, decoder->frame_least, decoder->items_left, decoder->event;
    ensures decoder->frame_least == decoder->batch_head + decoder->items * decoder->bet_fixed; */
static inline void batch_begin(struct sorteo_decoder *decoder, uint8_t bet_state);

/*@ requires \valid_read(decoder);
    assigns \nothing;
    ensures \result == 1 <==> decoder->single_least <= decoder->frame_limit; */
static inline bool single_fits(const struct sorteo_decoder *decoder);

/*@ requires \valid(decoder);
    assigns decoder->frame_least;
    ensures decoder->frame_least == decoder->single_fixed; */
static inline void single_begin(struct sorteo_decoder *decoder);

#include "codec/actions.h"

#endif
