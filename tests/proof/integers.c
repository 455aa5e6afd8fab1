/*
 * The bytes of an integer, read one after the other, make the big-endian value that they say, whatever was there before.
 */
#include "contracts.h"

/*@ requires \valid(decoder);
    assigns decoder->text_left;
    ensures decoder->text_left == a * 0x100 + b; */
void read_length(struct sorteo_decoder *decoder, uint8_t a, uint8_t b)
{
    length_byte(decoder, a);
    length_byte(decoder, b);
}

/*@ requires \valid(decoder);
    assigns decoder->items;
    ensures decoder->items == a * 0x100 + b; */
void read_items(struct sorteo_decoder *decoder, uint8_t a, uint8_t b)
{
    items_byte(decoder, a);
    items_byte(decoder, b);
}

/*@ requires \valid(decoder);
    assigns decoder->number;
    ensures decoder->number == a * 0x100 + b; */
void read_number(struct sorteo_decoder *decoder, uint8_t a, uint8_t b)
{
    number_byte(decoder, a);
    number_byte(decoder, b);
}
