/* See export_rows.h. A file that somebody else has written may have anything in its texts. */
#include "tool/export_rows.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv_quote.h"
#include "base/printable.h"
#include "codec/bet_fields.h"
#include "store/bet_row.h"

static void show_field(FILE *out, struct sorteo_text text)
{
    char *shown = strndup(text.bytes, text.len);

    if (shown == NULL)
        return;
    printable(shown, text.len + 1, shown);
    csv_quote_write(out, shown, strlen(shown));
    free(shown);
}

static void write_field(const struct export_rows *rows, struct sorteo_text text)
{
    if (rows->terminal)
        show_field(rows->file, text);
    else
        csv_quote_write(rows->file, text.bytes, text.len);
}

bool export_rows_are_written(struct export_rows *rows)
{
    if (ferror(rows->file) != 0)
        rows->error = errno != 0 ? errno : EIO;
    return rows->error == 0;
}

/* Names come from bettors. */
static void write_text(void *context, FILE *out, const struct bet_field *field, struct sorteo_text text)
{
    const struct export_rows *rows = context;

    if (rows->escape_formulas && field->kind == PROTOCOL_TEXT && text.len > 0 &&
        memchr("=+-@", text.bytes[0], 4) != NULL)
        putc('\'', out);
    write_field(rows, text);
}

bool export_row_of_bet(void *context, uint32_t round, const struct sorteo_bet *bet)
{
    struct export_rows *rows = context;

    (void)round;
    errno = 0;
    bet_row_write(rows->file, bet, write_text, rows);
    return export_rows_are_written(rows);
}

static struct sorteo_text text_of(const char *text)
{
    return (struct sorteo_text){ .bytes = text, .len = strlen(text) };
}

bool export_row_of_finish(void *context, const struct finish_record *record)
{
    struct export_rows *rows = context;
    FILE *out = rows->file;

    errno = 0;
    fprintf(out, "%" PRIu32 ",%u,", record->round, record->agency);
    write_field(rows, text_of(record->at));
    fprintf(out, ",%" PRIu64 ",%" PRId64 ",", record->bets, record->uid);
    write_field(rows, text_of(record->user));
    putc(',', out);
    write_field(rows, text_of(record->host));
    fputs("\r\n", out);
    return export_rows_are_written(rows);
}
