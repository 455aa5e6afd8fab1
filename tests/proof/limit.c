/*
 * A frame never gets longer than its limit: each of the sequences of calls that watch.h sees keeps
 * frame_least <= frame_limit, and no sum that it needs wraps around.
 */
#include "contracts.h"

/*@ requires \valid(decoder) && keeps_to_limit(decoder) && decoder->text_left <= 0xff && here < UINT64_MAX;
    assigns decoder->text_left, decoder->name_len, decoder->name_begin, decoder->frame_least;
    ensures keeps_to_limit(decoder); */
void read_name_length(struct sorteo_decoder *decoder, uint8_t byte, uint64_t here)
{
    if (!length_fits(decoder, byte))
        return;
    length_byte(decoder, byte);
    name_n(decoder, here);
}

/*@ requires \valid(decoder) && keeps_to_limit(decoder) && decoder->text_left <= 0xff && here < UINT64_MAX;
    assigns decoder->text_left, decoder->surname_len, decoder->surname_begin, decoder->frame_least;
    ensures keeps_to_limit(decoder); */
void read_surname_length(struct sorteo_decoder *decoder, uint8_t byte, uint64_t here)
{
    if (!length_fits(decoder, byte))
        return;
    length_byte(decoder, byte);
    surname_n(decoder, here);
}

/*@ requires \valid(decoder) && keeps_to_limit(decoder) && decoder->items <= 0xff;
    ensures keeps_to_limit(decoder); */
void read_n_bets(struct sorteo_decoder *decoder, uint8_t byte, uint8_t of_key, uint8_t bet_state)
{
    if (!n_bets_fits(decoder, byte))
        return;
    items_byte(decoder, byte);
    //@ assert decoder->batch_head + decoder->items * decoder->bet_least <= decoder->frame_limit;
    /* KEY's bytes, as many as there are, change nothing else. */
    key_byte(decoder, of_key);
    batch_begin(decoder, bet_state);
}

/*@ requires \valid(decoder) && keeps_to_limit(decoder);
    ensures keeps_to_limit(decoder); */
void begin_single(struct sorteo_decoder *decoder)
{
    if (single_fits(decoder))
        single_begin(decoder);
}
