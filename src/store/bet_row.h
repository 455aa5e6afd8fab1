/*
 * A stored bet as a row of CSV: agency, name, surname, document, birthdate, number (the fields of a
 * BET, in their order), ended by CRLF (RFC 4180).
 *
 * Of the export, and of the file that a server keeps beside its store: so that the two agree byte
 * for byte.
 */
#ifndef STORE_BET_ROW_H
#define STORE_BET_ROW_H

#include <stdio.h>

#include "codec/bet_fields.h"

/* Writes one text of a bet, quoted where that is needed (csv_quote_write). */
typedef void bet_row_text(void *context, FILE *out, const struct bet_field *field, struct sorteo_text text);

/* Writes the row of a bet; its texts with `text`, or as they are if that is NULL. Write errors stay
 * in the file (ferror). */
void bet_row_write(FILE *out, const struct sorteo_bet *bet, bet_row_text *text, void *context);

#endif
