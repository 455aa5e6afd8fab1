/* See bet_fields.h. */
#include "codec/bet_fields.h"

#include <string.h>

const struct bet_field bet_fields[BET_FIELD_COUNT] = {
#define INTEGER(name, field, size, type, max)                                                                          \
    { #name, PROTOCOL_INTEGER, SORTEO_F_##field, SORTEO_F_##field, offsetof(struct sorteo_bet, name), size,            \
      max,   BET_LABEL_##name },
#define TEXT(name, field, none)                                                                                        \
    { #name, PROTOCOL_TEXT,   SORTEO_F_##field, SORTEO_F_##field##_N, offsetof(struct sorteo_bet, name), 0,            \
      0,     BET_LABEL_##name },
#define CHARS(name, field, size, after, after_by)                                                                      \
    { #name, PROTOCOL_CHARS,  SORTEO_F_##field, SORTEO_F_##field, offsetof(struct sorteo_bet, name), size,             \
      0,     BET_LABEL_##name },
    BET_FIELDS(INTEGER, TEXT, CHARS)
#undef CHARS
#undef TEXT
#undef INTEGER
};

const struct bet_field *bet_field_of(enum sorteo_field field)
{
    for (unsigned i = 0; i < BET_FIELD_COUNT; i++) {
        if (bet_fields[i].field == field || bet_fields[i].length == field)
            return &bet_fields[i];
    }
    return NULL;
}

static const char *member(const struct bet_field *field, const struct sorteo_bet *bet)
{
    return (const char *)bet + field->offset;
}

/* Through a copy of its own type: an integer of 3 bytes on the wire has 4 in C. */
uint64_t bet_integer(const struct bet_field *field, const struct sorteo_bet *bet)
{
    uint8_t one;
    uint16_t two;
    uint32_t four;
    uint64_t eight;

    switch (field->size) {
    case 1:
        memcpy(&one, member(field, bet), sizeof(one));
        return one;
    case 2:
        memcpy(&two, member(field, bet), sizeof(two));
        return two;
    case 3:
    case 4:
        memcpy(&four, member(field, bet), sizeof(four));
        return four;
    default:
        memcpy(&eight, member(field, bet), sizeof(eight));
        return eight;
    }
}

void bet_set_integer(const struct bet_field *field, struct sorteo_bet *bet, uint64_t value)
{
    char *to = (char *)bet + field->offset;
    const uint8_t one = (uint8_t)value;
    const uint16_t two = (uint16_t)value;
    const uint32_t four = (uint32_t)value;

    switch (field->size) {
    case 1:
        memcpy(to, &one, sizeof(one));
        break;
    case 2:
        memcpy(to, &two, sizeof(two));
        break;
    case 3:
    case 4:
        memcpy(to, &four, sizeof(four));
        break;
    default:
        memcpy(to, &value, sizeof(value));
    }
}

struct sorteo_text bet_text(const struct bet_field *field, const struct sorteo_bet *bet)
{
    struct sorteo_text text;

    memcpy(&text, member(field, bet), sizeof(text));
    return text;
}

void bet_set_text(const struct bet_field *field, struct sorteo_bet *bet, struct sorteo_text text)
{
    memcpy((char *)bet + field->offset, &text, sizeof(text));
}
