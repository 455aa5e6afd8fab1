/*
 * What the encoder puts the decoder reads as the same value: lengths, counts, KEYs and the integers
 * of a bet. It follows from what is shown of both elsewhere: put.h of the one, contracts.h and
 * integers.c of the other.
 */
#include "integers.c"

#include "codec/put.h"

/* An integer is its bytes. The provers know little of bits: bits.smt2 shows this of words. */
/*@ axiomatic parts {
    axiom two_bytes: \forall integer x; 0 <= x <= 0xffff ==> (uint8_t)(x >> 8) * 0x100 + (uint8_t)x == x;
    axiom four_bytes: \forall integer x; 0 <= x <= 0xffffffff
        ==> (uint8_t)(x >> 24) * 0x1000000 + (uint8_t)(x >> 16) * 0x10000 + (uint8_t)(x >> 8) * 0x100 + (uint8_t)x == x;
    axiom eight_bytes: \forall integer x; 0 <= x <= 0xffffffffffffffff
        ==> (uint8_t)(x >> 56) * 0x100000000000000 + (uint8_t)(x >> 48) * 0x1000000000000
            + (uint8_t)(x >> 40) * 0x10000000000 + (uint8_t)(x >> 32) * 0x100000000
            + (uint8_t)(x >> 24) * 0x1000000 + (uint8_t)(x >> 16) * 0x10000 + (uint8_t)(x >> 8) * 0x100 + (uint8_t)x
            == x;
} */

/* Where a length has one byte, none came before it. */
/*@ requires \valid(decoder) && decoder->text_left == 0;
    assigns decoder->text_left;
    ensures decoder->text_left == value; */
void length_of_one_byte(struct sorteo_decoder *decoder, uint8_t value)
{
    uint8_t bytes[1];

    (void)put_length(bytes, value, 1);
    length_byte(decoder, bytes[0]);
}

/*@ requires \valid(decoder);
    assigns decoder->text_left;
    ensures decoder->text_left == value; */
void length_of_two_bytes(struct sorteo_decoder *decoder, uint16_t value)
{
    uint8_t bytes[2];

    (void)put_length(bytes, value, 2);
    read_length(decoder, bytes[0], bytes[1]);
}

/* N_BETS, and N_WINNERS where it has two bytes. */
/*@ requires \valid(decoder);
    assigns decoder->items;
    ensures decoder->items == value; */
void count_of_two_bytes(struct sorteo_decoder *decoder, uint16_t value)
{
    uint8_t bytes[2];

    (void)put_integer(bytes, value, 2);
    //@ assert bytes[0] == (uint8_t)(value >> 8);
    //@ assert bytes[1] == (uint8_t)(value >> 0);
    read_items(decoder, bytes[0], bytes[1]);
}

/*@ requires \valid(decoder);
    assigns decoder->number;
    ensures decoder->number == value; */
void number_of_two_bytes(struct sorteo_decoder *decoder, uint16_t value)
{
    uint8_t bytes[2];

    (void)put_2(bytes, value);
    read_number(decoder, bytes[0], bytes[1]);
}

/*@ requires \valid(decoder);
    assigns decoder->document;
    ensures decoder->document == value; */
void document_of_four_bytes(struct sorteo_decoder *decoder, uint32_t value)
{
    uint8_t bytes[4];

    (void)put_4(bytes, value);
    read_document(decoder, bytes[0], bytes[1], bytes[2], bytes[3]);
}

/* A frame begins with a KEY of 0. */
/*@ requires \valid(decoder) && decoder->key == 0;
    assigns decoder->key;
    ensures decoder->key == value; */
void key_of_eight_bytes(struct sorteo_decoder *decoder, uint64_t value)
{
    uint8_t bytes[8];

    (void)put_integer(bytes, value, 8);
    //@ assert bytes[0] == (uint8_t)(value >> 56);
    //@ assert bytes[1] == (uint8_t)(value >> 48);
    //@ assert bytes[2] == (uint8_t)(value >> 40);
    //@ assert bytes[3] == (uint8_t)(value >> 32);
    //@ assert bytes[4] == (uint8_t)(value >> 24);
    //@ assert bytes[5] == (uint8_t)(value >> 16);
    //@ assert bytes[6] == (uint8_t)(value >> 8);
    //@ assert bytes[7] == (uint8_t)(value >> 0);
    key_byte(decoder, bytes[0]);
    //@ assert decoder->key == bytes[0];
    key_byte(decoder, bytes[1]);
    //@ assert decoder->key == bytes[0] * 0x100 + bytes[1];
    key_byte(decoder, bytes[2]);
    //@ assert decoder->key == bytes[0] * 0x10000 + bytes[1] * 0x100 + bytes[2];
    key_byte(decoder, bytes[3]);
    //@ assert decoder->key == bytes[0] * 0x1000000 + bytes[1] * 0x10000 + bytes[2] * 0x100 + bytes[3];
    key_byte(decoder, bytes[4]);
    /*@ assert decoder->key == bytes[0] * 0x100000000 + bytes[1] * 0x1000000 + bytes[2] * 0x10000
            + bytes[3] * 0x100 + bytes[4]; */
    key_byte(decoder, bytes[5]);
    /*@ assert decoder->key == bytes[0] * 0x10000000000 + bytes[1] * 0x100000000 + bytes[2] * 0x1000000
            + bytes[3] * 0x10000 + bytes[4] * 0x100 + bytes[5]; */
    key_byte(decoder, bytes[6]);
    /*@ assert decoder->key == bytes[0] * 0x1000000000000 + bytes[1] * 0x10000000000 + bytes[2] * 0x100000000
            + bytes[3] * 0x1000000 + bytes[4] * 0x10000 + bytes[5] * 0x100 + bytes[6]; */
    key_byte(decoder, bytes[7]);
}
