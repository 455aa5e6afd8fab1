/* See lines.h. */
#include "tool/conform/lines.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv_quote.h"
#include "codec/bet_fields.h"

void lines_fini(struct lines *lines)
{
    free(lines->text);
    *lines = (struct lines){ .text = NULL };
}

void lines_clear(struct lines *lines)
{
    lines->len = 0;
    lines->count = 0;
}

static void append(struct lines *lines, const char *bytes, size_t len)
{
    if (len >= lines->cap - lines->len) {
        lines->cap = 2 * (lines->len + len) + 1024;
        lines->text = realloc(lines->text, lines->cap);
        if (lines->text == NULL)
            abort();
    }
    if (len > 0)
        memcpy(lines->text + lines->len, bytes, len);
    lines->len += len;
    lines->text[lines->len] = '\0';
}

/* A name holds no control, and so neither a tab nor the end of a line. */
void lines_add(struct lines *lines, const struct sorteo_bet *bet)
{
    for (unsigned i = 0; i < BET_FIELD_COUNT; i++) {
        const struct bet_field *field = &bet_fields[i];
        char number[24];

        if (field->kind == PROTOCOL_INTEGER) {
            append(lines, number, (size_t)snprintf(number, sizeof number, "%" PRIu64, bet_integer(field, bet)));
        } else {
            const struct sorteo_text text = bet_text(field, bet);

            append(lines, text.bytes, text.len);
        }
        append(lines, i == BET_FIELD_COUNT - 1 ? "\n" : "\t", 1);
    }
    lines->count++;
}

void lines_append(struct lines *lines, const struct lines *more)
{
    append(lines, more->text, more->len);
    lines->count += more->count;
}

unsigned lines_same(const struct lines *a, const struct lines *b)
{
    unsigned same = 0;

    for (size_t i = 0; i < a->len && i < b->len && a->text[i] == b->text[i]; i++)
        same += a->text[i] == '\n';
    return same;
}

void lines_write_row(FILE *file, const struct sorteo_bet *bet)
{
    for (unsigned i = 0; i < BET_FIELD_COUNT; i++) {
        const struct bet_field *field = &bet_fields[i];

        if (field->kind == PROTOCOL_INTEGER)
            (void)fprintf(file, "%" PRIu64, bet_integer(field, bet));
        else
            csv_quote_write(file, bet_text(field, bet).bytes, bet_text(field, bet).len);
        (void)putc(i == BET_FIELD_COUNT - 1 ? '\n' : ',', file);
    }
}
