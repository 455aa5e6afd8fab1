/*
 * The fields of a BET after its AGENCY, in their order. Made by `make gen` from grammar/ (src/generator/describe.py). Not to be edited.
 *
 * BET_FIELDS(INTEGER, TEXT, CHARS) has for each one of
 *     INTEGER(name, FIELD, size, type, max)        an integer of `size` bytes, up to max
 *     TEXT(name, FIELD, 0)                         a text, in front of which FIELD_N is its length
 *     CHARS(name, FIELD, size, after, offset)      `size` bytes, `offset` bytes after the text `after`
 * BET_FIELD_NOTHING(...) is for those that do not matter. BET_SHAPE is 0 for the fields that were released, otherwise
 * a number that goes with these fields.
 */
#ifndef GEN_BET_H
#define GEN_BET_H

#define BET_FIELD_NOTHING(...)

#define BET_FIELDS(INTEGER, TEXT, CHARS) \
    TEXT(name, NAME, 0) \
    TEXT(surname, SURNAME, 0) \
    INTEGER(document, DOCUMENT, 4, uint32_t, UINT32_C(4294967295)) \
    CHARS(birthdate, BIRTHDATE, 10, surname, 4) \
    INTEGER(number, NUMBER, 2, uint16_t, UINT16_C(65535))

#define BET_SHAPE 0

#endif
