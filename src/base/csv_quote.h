/*
 * Fields of a CSV row, written as RFC 4180 has it: in quotes only where they are needed. Writes no
 * comma and no end of a line.
 */
#ifndef BASE_CSV_QUOTE_H
#define BASE_CSV_QUOTE_H

#include <stddef.h>
#include <stdio.h>

/* Writes text[0..len) as one field. Write errors stay in the file (ferror). */
void csv_quote_write(FILE *file, const char *text, size_t len);

#endif
