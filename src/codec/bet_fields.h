/*
 * The fields of a BET after its AGENCY as a table: for all code that goes over them and need not be
 * as fast as the codec. Their order is the grammar's, which is also that of a row of CSV.
 *
 * Made of gen/bet.h and labels.h. Internal: no part of the library's interface.
 */
#ifndef CODEC_BET_FIELDS_H
#define CODEC_BET_FIELDS_H

#include "../gen/bet.h"
#include "codec/labels.h"
#include "codec/protocol.h"

#define BET_FIELD_ONE(...) +1
#define BET_FIELD_COUNT (0 BET_FIELDS(BET_FIELD_ONE, BET_FIELD_ONE, BET_FIELD_ONE))

/* The names, the labels and the variables of all fields, each after a comma and a blank: ", name,
 * surname …". */
#define BET_FIELD_NAME(name, ...) ", " #name
#define BET_FIELD_NAMES BET_FIELDS(BET_FIELD_NAME, BET_FIELD_NAME, BET_FIELD_NAME)
#define BET_FIRST(first, second, third) first
#define BET_SECOND(first, second, third) second
#define BET_OF_LABEL(which, ...) which(__VA_ARGS__)
#define BET_FIELD_LABEL(name, ...) ", " BET_OF_LABEL(BET_FIRST, BET_LABEL_##name)
#define BET_FIELD_LABELS BET_FIELDS(BET_FIELD_LABEL, BET_FIELD_LABEL, BET_FIELD_LABEL)
#define BET_FIELD_VARIABLE(name, ...) ", " BET_OF_LABEL(BET_SECOND, BET_LABEL_##name)
#define BET_FIELD_VARIABLES BET_FIELDS(BET_FIELD_VARIABLE, BET_FIELD_VARIABLE, BET_FIELD_VARIABLE)
#define BET_LIST(names) (&(names)[2]) /* without the first comma */

/* For help texts: a row of CSV in words, and a line for each variable of the environment. */
#define BET_FIELD_ROW_LINE(name, ...) "    " BET_OF_LABEL(BET_FIRST, BET_LABEL_##name) "\n"
#define BET_FIELD_ROW                                                                                                  \
    "Each row has these fields, in this order:\n" BET_FIELDS(BET_FIELD_ROW_LINE, BET_FIELD_ROW_LINE, BET_FIELD_ROW_LINE)
#define BET_FIELD_LINE(name, ...)                                                                                      \
    "    " BET_OF_LABEL(BET_SECOND, BET_LABEL_##name) " (" BET_OF_LABEL(BET_FIRST, BET_LABEL_##name) ")\n"
#define BET_FIELD_LINES BET_FIELDS(BET_FIELD_LINE, BET_FIELD_LINE, BET_FIELD_LINE)

struct bet_field {
    const char *name; /* of the member of struct sorteo_bet: "surname" */
    enum protocol_kind kind;
    enum sorteo_field field;  /* SORTEO_F_SURNAME … */
    enum sorteo_field length; /* … and its length; of what is no text, the field again */
    size_t offset;            /* of the member of struct sorteo_bet */
    size_t size;              /* of an integer and of chars, on the wire */
    uint64_t max;             /* of an integer, as its size allows */
    const char *label;        /* the others: see labels.h */
    const char *variable;
    const char *form;
};

__attribute__((visibility("hidden"))) extern const struct bet_field bet_fields[BET_FIELD_COUNT];

/* The field with an error is of this one; NULL if it is of none, or of AGENCY. */
__attribute__((visibility("hidden"))) const struct bet_field *bet_field_of(enum sorteo_field field);

/* Of an integer. */
__attribute__((visibility("hidden"))) uint64_t bet_integer(const struct bet_field *field, const struct sorteo_bet *bet);
__attribute__((visibility("hidden"))) void bet_set_integer(const struct bet_field *field, struct sorteo_bet *bet,
                                                           uint64_t value);

/* Of a text or chars. */
__attribute__((visibility("hidden"))) struct sorteo_text bet_text(const struct bet_field *field,
                                                                  const struct sorteo_bet *bet);
__attribute__((visibility("hidden"))) void bet_set_text(const struct bet_field *field, struct sorteo_bet *bet,
                                                        struct sorteo_text text);

#endif
