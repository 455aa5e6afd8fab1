/* See bet_row.h. */
#include "store/bet_row.h"

#include <inttypes.h>

#include "base/csv_quote.h"

static void write_as_it_is(void *context, FILE *out, const struct bet_field *field, struct sorteo_text text)
{
    (void)context;
    (void)field;
    csv_quote_write(out, text.bytes, text.len);
}

void bet_row_write(FILE *out, const struct sorteo_bet *bet, bet_row_text *text, void *context)
{
    if (text == NULL)
        text = write_as_it_is;
    (void)fprintf(out, "%u", bet->agency);
    for (const struct bet_field *field = bet_fields; field < bet_fields + BET_FIELD_COUNT; field++) {
        (void)putc(',', out);
        if (field->kind == PROTOCOL_INTEGER)
            (void)fprintf(out, "%" PRIu64, bet_integer(field, bet));
        else
            text(context, out, field, bet_text(field, bet));
    }
    (void)fputs("\r\n", out);
}
