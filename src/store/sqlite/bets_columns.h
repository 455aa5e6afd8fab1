/*
 * The columns of bets, as SQL: those of the table, and those that the view of winners shows.
 *
 * Stores are compared with these texts word for word (schema_check), so the text for the fields
 * that were released stays as it is for ever. Other fields have another schema version (BET_SHAPE),
 * and a text that is made of the grammar's list.
 */
#ifndef STORE_SQLITE_BETS_COLUMNS_H
#define STORE_SQLITE_BETS_COLUMNS_H

#include "codec/bet_fields.h"

/* What follows after the columns that do not depend on the fields. */
#if BET_SHAPE == 0

#define BETS_COLUMNS                                                                                                   \
    ",\n"                                                                                                              \
    "    name       TEXT NOT NULL,\n"                                                                                  \
    "    surname    TEXT NOT NULL,\n"                                                                                  \
    "    document   INTEGER NOT NULL CHECK (document BETWEEN 0 AND 4294967295),\n"                                     \
    "    birthdate  TEXT NOT NULL,  -- YYYY-MM-DD\n"                                                                   \
    "    number     INTEGER NOT NULL CHECK (number BETWEEN 0 AND 65535)\n"

#define WINNING_BETS_COLUMNS                                                                                           \
    ", bets.name, bets.surname, bets.document,\n"                                                                      \
    "           bets.birthdate, bets.number\n"

#else

/* An integer of 8 bytes from 2^63 on is stored as a negative one: SQLite's are signed. */
#define BETS_INTEGER(name, field, size, ...)                                                                           \
    ",\n    " #name "  INTEGER NOT NULL CHECK (" #size " = 8 OR " #name " BETWEEN 0 AND (1 << 8 * " #size ") - 1)"
#define BETS_TEXT(name, ...) ",\n    " #name "  TEXT NOT NULL"
#define BETS_COLUMNS BET_FIELDS(BETS_INTEGER, BETS_TEXT, BETS_TEXT) "\n"

#define WINNING_BETS_NAME(name, ...) ",\n           bets." #name
#define WINNING_BETS_COLUMNS BET_FIELDS(WINNING_BETS_NAME, WINNING_BETS_NAME, WINNING_BETS_NAME) "\n"

#endif

#endif
