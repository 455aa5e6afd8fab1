/*
 * See event_print.h. Both forms list the same fields in the same order: what an event has is said
 * once, in print_fields, and how a field looks is the form's.
 */
#include "tool/event_print.h"

#include <inttypes.h>

#include "base/printable.h"
#include "codec/bet_fields.h"
#include "codec/event_key.h"

struct printer {
    FILE *file;
    enum event_form form;
};

/* How many bytes the character has that text begins with, if it must be escaped; else 0. Control
 * characters cannot come from a decoder, but JSON without escapes for them would be no JSON. Marks
 * of direction can, and would show a line's other fields in another order. */
static size_t escaped_len(const char *text, size_t len)
{
    unsigned char first = (unsigned char)text[0];
    if (first < 0x20 || first == 0x7f || first == '"' || first == '\\')
        return 1;
    return layout_mark_len(text, len);
}

/* The number in Unicode of a character of one to three bytes. */
static unsigned code_point(const char *text, size_t len)
{
    static const unsigned char first_bits[] = { 0, 0x7f, 0x1f, 0x0f };
    unsigned value = (unsigned char)text[0] & first_bits[len];
    for (size_t i = 1; i < len; i++)
        value = value << 6 | ((unsigned char)text[i] & 0x3fu);
    return value;
}

static void print_escape(FILE *file, const char *text, size_t len)
{
    if (text[0] == '"' || text[0] == '\\')
        (void)fprintf(file, "\\%c", text[0]);
    else
        (void)fprintf(file, "\\u%04x", code_point(text, len));
}

static void print_escaped(FILE *file, struct sorteo_text text)
{
    size_t plain = 0;
    for (size_t i = 0, len; i<text.len; i += len> 0 ? len : 1) {
        len = escaped_len(text.bytes + i, text.len - i);
        if (len == 0)
            continue;
        (void)fwrite(text.bytes + plain, 1, i - plain, file);
        print_escape(file, text.bytes + i, len);
        plain = i + len;
    }
    (void)fwrite(text.bytes + plain, 1, text.len - plain, file);
}

void json_print_string(FILE *file, struct sorteo_text text)
{
    (void)fputc('"', file);
    print_escaped(file, text);
    (void)fputc('"', file);
}

static void print_name(const struct printer *printer, const char *name)
{
    (void)fprintf(printer->file, printer->form == EVENT_JSON ? ",\"%s\":" : " %s=", name);
}

static void print_number(const struct printer *printer, const char *name, uint64_t value)
{
    print_name(printer, name);
    (void)fprintf(printer->file, "%" PRIu64, value);
}

static void print_key(const struct printer *printer, uint64_t key)
{
    print_name(printer, "key");
    (void)fprintf(printer->file, printer->form == EVENT_JSON ? "\"%" PRIu64 "\"" : "%" PRIu64, key);
}

static void print_text(const struct printer *printer, const char *name, struct sorteo_text text)
{
    print_name(printer, name);
    json_print_string(printer->file, text);
}

/* Of a fixed number of bytes: no quotes are needed to show where they end. */
static void print_chars(const struct printer *printer, const char *name, struct sorteo_text text)
{
    if (printer->form == EVENT_JSON) {
        print_text(printer, name, text);
        return;
    }
    print_name(printer, name);
    (void)fwrite(text.bytes, 1, text.len, printer->file);
}

static void print_bet(const struct printer *printer, const struct sorteo_bet *bet)
{
    print_number(printer, "agency", bet->agency);
    for (const struct bet_field *field = bet_fields; field < bet_fields + BET_FIELD_COUNT; field++) {
        switch (field->kind) {
        case PROTOCOL_INTEGER:
            print_number(printer, field->name, bet_integer(field, bet));
            break;
        case PROTOCOL_TEXT:
            print_text(printer, field->name, bet_text(field, bet));
            break;
        case PROTOCOL_CHARS:
            print_chars(printer, field->name, bet_text(field, bet));
            break;
        }
    }
}

/* Of a frame that one event tells of. */
static void print_values(const struct printer *printer, const struct sorteo_event *event)
{
#define X(frame, value)                                                                                                \
    if (event->kind == SORTEO_##frame)                                                                                 \
        print_number(printer, #value, event->value);
    PLAIN_VALUES(X)
#undef X
}

static void print_fields(const struct printer *printer, const struct sorteo_event *event)
{
    switch (event->kind) {
    case SORTEO_BATCH_BEGIN:
    case SORTEO_BATCH_END:
        print_number(printer, "bets", event->bets);
        break;
    case SORTEO_BET:
        print_bet(printer, &event->bet);
        break;
    case SORTEO_ANSWER:
        print_name(printer, "stored");
        (void)fputs(event->stored ? "true" : "false", printer->file);
        break;
    case SORTEO_WINNERS_BEGIN:
    case SORTEO_WINNERS_END:
        print_number(printer, "winners", event->winners);
        break;
    case SORTEO_WINNER:
        print_number(printer, "document", event->document);
        break;
    default:
        print_values(printer, event);
        break;
    }
}

void event_print(FILE *file, enum event_form form, const struct sorteo_event *event, bool has_keys)
{
    const struct printer printer = { file, form };
    const char *kind = sorteo_event_name(event->kind);

    if (form == EVENT_JSON)
        (void)fprintf(file, "{\"event\":\"%s\",\"begin\":%" PRIu64 ",\"end\":%" PRIu64, kind, event->begin, event->end);
    else
        (void)fputs(kind, file);
    if (has_keys && event_has_key(event->kind))
        print_key(&printer, event->key);
    print_fields(&printer, event);
    if (form == EVENT_JSON)
        (void)fputs("}\n", file);
    else
        (void)fprintf(file, " [%" PRIu64 ",%" PRIu64 ")\n", event->begin, event->end);
}
