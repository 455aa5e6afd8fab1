/* The dialects, in the order of their numbers. Made by `make gen` from grammar/ (src/generator/describe.py). Not to be edited. */
#define CODEC_DIALECTS(X) \
    X(wide) \
    X(compact) \
    X(keyed) \
    X(grouped)

#define CODEC_DIALECT_wide \
    { \
        .name = "wide", \
        .parameters = { .length_size = 2, .key_size = 0, .winners_size = 2, .receipt = 1, .batch_agency_size = 0 }, \
        .sizes = { .batch_head = 2, .bet_fixed = 21, .bet_least = 21, .bet_agency = 1, .single_fixed = 21, .single_least = 21 }, \
    }

#define CODEC_DIALECT_compact \
    { \
        .name = "compact", \
        .parameters = { .length_size = 1, .key_size = 0, .winners_size = 1, .receipt = 3, .batch_agency_size = 0 }, \
        .sizes = { .batch_head = 2, .bet_fixed = 19, .bet_least = 19, .bet_agency = 1, .single_fixed = 19, .single_least = 19 }, \
    }

#define CODEC_DIALECT_keyed \
    { \
        .name = "keyed", \
        .parameters = { .length_size = 2, .key_size = 8, .winners_size = 2, .receipt = 1, .batch_agency_size = 0 }, \
        .sizes = { .batch_head = 10, .bet_fixed = 21, .bet_least = 21, .bet_agency = 1, .single_fixed = 29, .single_least = 29 }, \
    }

#define CODEC_DIALECT_grouped \
    { \
        .name = "grouped", \
        .parameters = { .length_size = 1, .key_size = 0, .winners_size = 1, .receipt = 2, .batch_agency_size = 1 }, \
        .sizes = { .batch_head = 3, .bet_fixed = 18, .bet_least = 18, .bet_agency = 0, .single_fixed = 19, .single_least = 19 }, \
    }

/* What the encoder writes where a field has no value. */
#define CODEC_NO_BETS 0
#define CODEC_STORED 0
#define CODEC_REFUSED 1

/* What is said of a date that is refused: `text` where BIRTHDATE is the calendar in all dialects. */
#define CODEC_DATE_TEXT(text) text
