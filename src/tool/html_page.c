/* See html_page.h. What a frame's fields are is the description's (codec/protocol.h). */
#include "tool/html_page.h"

#include <inttypes.h>
#include <string.h>

#include "codec/protocol.h"
#include "tool/error_print.h"

/* Hues; those of fields that stand side by side are far apart. */
#define COLOURS 13u

static const char *const head =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
    "<style>\n"
    ":root { color-scheme: light dark; --light: 88%; --edge: 45%; --wrong: #c00; }\n"
    "@media (prefers-color-scheme: dark) { :root { --light: 22%; --edge: 60%; --wrong: #f66; } }\n"
    "body { font: 15px/1.45 system-ui, sans-serif; margin: 1.5rem auto; max-width: 76rem; padding: 0 1rem; }\n"
    "h1 { font-size: 1.4rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }\n"
    "article { border-left: 4px solid; margin: .8rem 0; padding: .1rem .8rem; }\n"
    "article.server { border-left-style: double; margin-left: 3rem; }\n"
    "h3 { font-size: 1rem; margin: .2rem 0; } h3 small { font-weight: normal; opacity: .75; margin-left: .6rem; }\n"
    "p { margin: .25rem 0; }\n"
    ".f { background: hsl(var(--hue) 70% var(--light)); border: 1px solid hsl(var(--hue) 50% var(--edge));\n"
    "  border-radius: 4px; display: inline-block; margin: 2px 3px 2px 0; max-width: 100%; padding: 0 .4em; }\n"
    ".f code { display: block; overflow-wrap: anywhere; } .f b { font-size: .75em; letter-spacing: .03em; }\n"
    ".plain { background: none; border: 1px dotted; }\n"
    ".wrong { border: 3px solid var(--wrong); border-radius: 4px; display: inline-block; padding: 0 .4em; }\n"
    ".wrong code { display: block; }\n"
    "strong { color: var(--wrong); }\n";

/* ---- Text ------------------------------------------------------------------------------------ */

static void put_escaped(FILE *file, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        switch (text[i]) {
        case '&':
            (void)fputs("&amp;", file);
            break;
        case '<':
            (void)fputs("&lt;", file);
            break;
        case '>':
            (void)fputs("&gt;", file);
            break;
        case '"':
            (void)fputs("&quot;", file);
            break;
        default:
            (void)fputc((unsigned char)text[i] < 0x20 ? '?' : text[i], file);
        }
    }
}

void html_page_begin(FILE *file, const char *title)
{
    (void)fputs(head, file);
    for (unsigned colour = 0; colour < COLOURS; colour++)
        (void)fprintf(file, ".c%u { --hue: %u; }\n", colour, colour * 360 / COLOURS);
    (void)fputs("</style>\n<title>", file);
    put_escaped(file, title, strlen(title));
    (void)fputs("</title>\n</head>\n<body>\n<h1>", file);
    put_escaped(file, title, strlen(title));
    (void)fputs("</h1>\n", file);
}

void html_page_end(FILE *file)
{
    (void)fputs("</body>\n</html>\n", file);
}

void html_page_heading(FILE *file, const char *text)
{
    (void)fputs("<h2>", file);
    put_escaped(file, text, strlen(text));
    (void)fputs("</h2>\n", file);
}

void html_page_note(FILE *file, const char *text)
{
    (void)fputs("<p>", file);
    put_escaped(file, text, strlen(text));
    (void)fputs("</p>\n", file);
}

/* ---- Bytes and fields ------------------------------------------------------------------------ */

static void put_hex(FILE *file, const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        (void)fprintf(file, i == 0 ? "%02x" : " %02x", (unsigned)bytes[i]);
}

static uint64_t integer(const uint8_t *bytes, size_t len)
{
    uint64_t value = 0;

    for (size_t i = 0; i < len; i++)
        value = value << 8 | bytes[i];
    return value;
}

static void put_box(FILE *file, const char *classes, const uint8_t *bytes, size_t len, const char *name)
{
    (void)fprintf(file, "<span class=\"f %s\"><code>", classes);
    put_hex(file, bytes, len);
    (void)fprintf(file, "</code><b>%s</b> ", name);
}

/* A name may turn the direction of what stands around it: <bdi> keeps that inside. */
static void put_value(FILE *file, const struct protocol_field *field, const uint8_t *bytes, size_t len)
{
    if (field->kind == PROTOCOL_INTEGER) {
        (void)fprintf(file, "%" PRIu64, integer(bytes, len));
        return;
    }
    (void)fputs("<bdi>“", file);
    put_escaped(file, (const char *)bytes, len);
    (void)fputs("”</bdi>", file);
}

/* Where the grammar has two names for what section 1 calls AGENCY, this is the one. */
static const char *shown_name(const struct protocol_field *field)
{
    const char *agency = strstr(field->name, "AGENCY");

    return agency != NULL ? agency : field->name;
}

static void put_field_box(FILE *file, const struct protocol *protocol, const struct protocol_field *field,
                          const uint8_t *bytes, size_t len)
{
    const char *name = shown_name(field);
    const struct protocol_field *first = protocol_field(protocol, name);
    char colour[8];

    (void)snprintf(colour, sizeof colour, "c%u",
                   (unsigned)((size_t)((first != NULL ? first : field) - protocol->fields) * 5 % COLOURS));
    put_box(file, colour, bytes, len, name);
}

static void put_field(FILE *file, const struct protocol *protocol, const struct protocol_field *field,
                      const uint8_t *bytes, size_t len)
{
    put_field_box(file, protocol, field, bytes, len);
    put_value(file, field, bytes, len);
    (void)fputs("</span>", file);
}

/* Writes the fields of a part that are whole in bytes[0..len), and what there is of the next one.
 * Returns how many bytes they have. */
static size_t put_fields(FILE *file, const struct protocol *protocol, const struct protocol_part *part,
                         const uint8_t *bytes, size_t len)
{
    size_t at = 0, text_len = 0;

    for (unsigned i = 0; i < part->count; i++) {
        const struct protocol_field *field = &protocol->fields[part->places[i].field];
        size_t size = field->kind == PROTOCOL_TEXT ? text_len : field->size;

        if (size > len - at) {
            if (at < len) {
                put_field_box(file, protocol, field, bytes + at, len - at);
                (void)fputs("…</span>", file);
            }
            return len;
        }
        if (field->length_of != NULL)
            text_len = (size_t)integer(bytes + at, size);
        if (size > 0)
            put_field(file, protocol, field, bytes + at, size);
        at += size;
    }
    return at;
}

/* ---- Parts ----------------------------------------------------------------------------------- */

static const struct protocol_part *part_named(const struct protocol *protocol, const char *frame, bool is_item)
{
    const struct protocol_frame *found = protocol_frame(protocol, frame);

    if (found == NULL)
        return NULL;
    return is_item ? &found->items : &found->head;
}

static const struct protocol_part *part_of_kind(const struct transcript *transcript, const struct protocol *protocol,
                                                enum sorteo_event_kind kind)
{
    switch (kind) {
    case SORTEO_BATCH_BEGIN:
        return part_named(protocol, "BATCH", false);
    case SORTEO_BET:
        return transcript->stream == SORTEO_BET_STREAM ? part_named(protocol, "SINGLE", false)
                                                       : part_named(protocol, "BATCH", true);
    case SORTEO_FINISH:
        return part_named(protocol, "FINISH", false);
    case SORTEO_WINNERS_BEGIN:
        return part_named(protocol, "WINNERS", false);
    case SORTEO_WINNER:
        return part_named(protocol, "WINNERS", true);
    default:
        return NULL; /* one byte that says it all */
    }
}

static void put_part(FILE *file, const struct transcript *transcript, const struct transcript_part *part)
{
    const struct protocol *protocol = &protocols[transcript->dialect];
    const struct protocol_part *fields = part_of_kind(transcript, protocol, part->kind);
    const uint8_t *bytes = transcript->bytes + part->begin;
    size_t len = (size_t)(part->end - part->begin);

    (void)fputs("<p>", file);
    if (fields != NULL) {
        (void)put_fields(file, protocol, fields, bytes, len);
    } else {
        put_box(file, "c1", bytes, len, sorteo_event_name(part->kind));
        if (part->kind == SORTEO_ANSWER)
            (void)fputs(bytes[0] == 0 ? "stored" : "refused", file);
        (void)fputs("</span>", file);
    }
    (void)fputs("</p>\n", file);
}

/* ---- What is not whole ----------------------------------------------------------------------- */

/* The part that the first bytes of an unfinished one belong to; NULL if they do not say. */
static const struct protocol_part *part_begun(const struct transcript *transcript, const struct transcript_frame *frame,
                                              uint64_t begin)
{
    const struct protocol *protocol = &protocols[transcript->dialect];
    const struct protocol_field *count = protocol_field(protocol, "N_BETS");
    bool is_list = frame->part_count > 0;

    if (transcript->stream == SORTEO_BET_STREAM)
        return part_of_kind(transcript, protocol, SORTEO_BET);
    if (transcript->stream == SORTEO_REPLY_STREAM)
        return transcript->error.code == SORTEO_E_TRUNCATED || is_list
                   ? part_of_kind(transcript, protocol, is_list ? SORTEO_WINNER : SORTEO_WINNERS_BEGIN)
                   : NULL;
    if (is_list)
        return part_of_kind(transcript, protocol, SORTEO_BET);
    if (transcript->error.field == SORTEO_F_RECEIPT || count == NULL || frame->end - begin < count->size)
        return NULL;
    return part_of_kind(transcript, protocol,
                        integer(transcript->bytes + begin, count->size) == 0 ? SORTEO_FINISH : SORTEO_BATCH_BEGIN);
}

static void put_error(FILE *file, const struct transcript *transcript)
{
    const struct sorteo_error *error = &transcript->error;

    (void)fputs("<span class=\"wrong\">", file);
    if (error->offset < transcript->len) {
        (void)fputs("<code>", file);
        put_hex(file, transcript->bytes + error->offset, 1);
        (void)fputs("</code> ", file);
    }
    (void)fputs("<strong>✗ ", file);
    error_print_words(file, error);
    (void)fputs("</strong></span>", file);
}

/* The bytes after the last part, up to the error: whole fields, then what is left. */
static void put_unfinished(FILE *file, const struct transcript *transcript, const struct transcript_frame *frame)
{
    uint64_t begin =
        frame->part_count > 0 ? transcript->parts[frame->first_part + frame->part_count - 1].end : frame->begin;
    const struct protocol_part *part = part_begun(transcript, frame, begin);
    size_t len = (size_t)(frame->end - begin), shown = 0;

    (void)fputs("<p>", file);
    if (part != NULL)
        shown = put_fields(file, &protocols[transcript->dialect], part, transcript->bytes + begin, len);
    if (shown < len) {
        put_box(file, "plain", transcript->bytes + begin + shown, len - shown, "…");
        (void)fputs("</span>", file);
    }
    put_error(file, transcript);
    (void)fputs("</p>\n", file);
}

/* The bytes after the error, which were not decoded. */
static void put_rest(FILE *file, const struct transcript *transcript)
{
    uint64_t begin = transcript->error.offset + 1;

    if (transcript->error.code == SORTEO_E_OK || begin >= transcript->len)
        return;
    (void)fputs("<p>", file);
    put_box(file, "plain", transcript->bytes + begin, transcript->len - (size_t)begin, "not looked at");
    (void)fputs("</span></p>\n", file);
}

/* ---- Frames ---------------------------------------------------------------------------------- */

static void put_title(FILE *file, const struct transcript *transcript, const struct transcript_frame *frame)
{
    const struct transcript_part *part = &transcript->parts[frame->first_part];

    if (frame->part_count == 0)
        (void)fputs("An incomplete frame", file);
    else if (part->kind == SORTEO_BATCH_BEGIN)
        (void)fprintf(file, "BATCH of %" PRIu32, part->items);
    else if (part->kind == SORTEO_WINNERS_BEGIN)
        (void)fprintf(file, "WINNERS, %" PRIu32, part->items);
    else if (part->kind == SORTEO_BET)
        (void)fprintf(file, "SINGLE of agency %u", (unsigned)part->agency);
    else if (part->kind == SORTEO_FINISH)
        (void)fprintf(file, "FINISH of agency %u", (unsigned)part->agency);
    else
        (void)fputs(sorteo_event_name(part->kind), file);
}

static void put_partner(FILE *file, const struct html_frame *told)
{
    const struct transcript_frame *frame = &told->transcript->frames[told->index];

    if (told->partner_id == NULL)
        return;
    if (frame->partner != TRANSCRIPT_NO_FRAME)
        (void)fprintf(file, "<small><a href=\"#%s-%zu\">%s</a></small>", told->partner_id, frame->partner,
                      told->transcript->stream == SORTEO_REPLY_STREAM ? "to this request" : "its answer");
    else if (told->transcript->stream != SORTEO_REPLY_STREAM &&
             transcript_owed(told->transcript, told->index) != SORTEO_REPLY_NONE)
        (void)fputs("<small>not answered</small>", file);
}

void html_page_frame(FILE *file, const struct html_frame *told)
{
    const struct transcript *transcript = told->transcript;
    const struct transcript_frame *frame = &transcript->frames[told->index];

    (void)fprintf(file, "<article class=\"%s\" id=\"%s-%zu\">\n<h3>",
                  transcript->stream == SORTEO_REPLY_STREAM ? "server" : "agency", told->id, told->index);
    put_title(file, transcript, frame);
    (void)fprintf(file, "<small>bytes %" PRIu64 " to %" PRIu64 "</small>", frame->begin, frame->end);
    if (told->when_us >= 0)
        (void)fprintf(file, "<small>after %" PRId64 ".%03" PRId64 " ms</small>", told->when_us / 1000,
                      told->when_us % 1000);
    put_partner(file, told);
    (void)fputs("</h3>\n", file);
    for (size_t i = 0; i < frame->part_count; i++)
        put_part(file, transcript, &transcript->parts[frame->first_part + i]);
    if (!frame->is_whole) {
        put_unfinished(file, transcript, frame);
        put_rest(file, transcript);
    }
    (void)fputs("</article>\n", file);
}
