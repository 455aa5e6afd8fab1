/* What is different from dialect to dialect (section 3), for the second decoder. */
#ifndef TESTS_ORACLE_DIALECT_H
#define TESTS_ORACLE_DIALECT_H

#include "codec/sorteo.h"

struct oracle_dialect {
    unsigned length_size;  /* s */
    unsigned key_size;     /* k */
    unsigned winners_size; /* w */
    uint8_t receipt;       /* r */
    bool batch_agency;     /* a: a batch names its agency, and not each of its bets */
};

struct oracle_dialect oracle_dialect_of(enum sorteo_dialect dialect);

/* AGENCY, both lengths, DOCUMENT, BIRTHDATE, NUMBER: a BET whose names are empty. */
uint64_t oracle_least_bet(const struct oracle_dialect *dialect);

/* The same of a bet in a BATCH. */
uint64_t oracle_least_item(const struct oracle_dialect *dialect);

#endif
