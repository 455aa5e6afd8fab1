/*
 * For tests of the encoder: a bet that it takes, and each dialect in turn.
 */
#ifndef TESTS_ENCODER_FIXTURE_H
#define TESTS_ENCODER_FIXTURE_H

#include "codec/sorteo.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define EACH_DIALECT(dialect) for (enum sorteo_dialect dialect = 0; dialect < sorteo_dialect_count(); dialect++)

static inline struct sorteo_text text(const char *string)
{
    return (struct sorteo_text){ .bytes = string, .len = strlen(string) };
}

static inline struct sorteo_bet good_bet(void)
{
    return (struct sorteo_bet){ .agency = 1,
                                .name = text("Santiago Lionel"),
                                .surname = text("Lorca"),
                                .document = 30904465,
                                .birthdate = text("1999-03-17"),
                                .number = 2201 };
}

#endif
