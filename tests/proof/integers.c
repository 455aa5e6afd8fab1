/*
 * The bytes of an integer, read one after the other, give their big-endian value, whatever was
 * there before.
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

/* A step that Z3 takes at once by itself, and not among many others. */
/*@ requires rest < 0x1000000;
    assigns \nothing;
    ensures (above * 0x1000000 + rest) % 0x1000000 == rest; */
static void leave_rest(uint8_t above, uint32_t rest)
{
    (void)above;
    (void)rest;
}

/*@ requires \valid(decoder);
    assigns decoder->document;
    ensures decoder->document == a * 0x1000000 + b * 0x10000 + c * 0x100 + d; */
void read_document(struct sorteo_decoder *decoder, uint8_t a, uint8_t b, uint8_t c, uint8_t d)
{
    uint32_t above; /* what is left of what was there before */

    document_byte(decoder, a);
    //@ assert decoder->document % 0x100 == a;
    document_byte(decoder, b);
    above = decoder->document / 0x10000;
    //@ assert decoder->document == above * 0x10000 + a * 0x100 + b;
    above %= 0x100;
    //@ assert decoder->document % 0x1000000 == above * 0x10000 + a * 0x100 + b;
    document_byte(decoder, c);
    //@ assert decoder->document == above * 0x1000000 + (a * 0x10000 + b * 0x100 + c);
    leave_rest((uint8_t)above, (uint32_t)(a * 0x10000 + b * 0x100 + c));
    //@ assert decoder->document % 0x1000000 == a * 0x10000 + b * 0x100 + c;
    document_byte(decoder, d);
}
