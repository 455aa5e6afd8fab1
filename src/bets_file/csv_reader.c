/* See csv_reader.h. Puts the parts together (bytes: csv_input, rows: csv_split), and makes rows
 * bets. */
#include "bets_file/csv_reader.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bets_file/csv_input.h"
#include "bets_file/csv_split.h"

#define PLACE_MAX (CSV_ERROR_MAX / 2)
#define QUOTED_MAX 40 /* bytes of a wrong value that a message repeats */

struct csv_reader {
    const char *const *given; /* the fields of csv_reader_of_row, or NULL */
    uint8_t agency;
    bool at_end; /* the last byte was read, and the last row is complete */
    bool bad;
    char error[CSV_ERROR_MAX];
    struct csv_split split;
    struct csv_input input; /* with `given` only its name, and that it can be read again */
};

/* ---- Errors ---------------------------------------------------------------------------------- */

__attribute__((format(printf, 2, 3))) static enum csv_outcome bad(struct csv_reader *reader, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reader->error, sizeof reader->error, format, arguments);
    va_end(arguments);
    reader->bad = true;
    return CSV_BAD;
}

/* A value from the file, fit for a message. Those that get repeated should be ASCII; what is not
 * becomes '?'. */
static const char *quoted(struct sorteo_text text, char out[static QUOTED_MAX + 6])
{
    size_t len = text.len < QUOTED_MAX ? text.len : QUOTED_MAX;
    size_t used = 0;
    out[used++] = '"';
    for (size_t i = 0; i < len; i++)
        out[used++] = text.bytes[i] >= ' ' && text.bytes[i] <= '~' ? text.bytes[i] : '?';
    snprintf(out + used, 5, "%s", text.len > len ? "...\"" : "\"");
    return out;
}

/* Where it is: "file.csv:7: last name (field 2)". */
static void name_place(const struct csv_reader *reader, uint64_t line, const struct bet_field *field,
                       char out[static PLACE_MAX])
{
    snprintf(out, PLACE_MAX, "%s:%" PRIu64 ": %s (field %u)", reader->input.name, line, field->label,
             (unsigned)(field - bet_fields) + 1);
}

static void refuse_field(struct csv_reader *reader, const struct csv_row *row, const struct bet_field *field,
                         const struct sorteo_error *error)
{
    char place[PLACE_MAX], shown[QUOTED_MAX + 6];
    const char *what = sorteo_code_text(error->code);
    struct sorteo_text text = { .bytes = "", .len = 0 };
    name_place(reader, row->line, field, place);
    if (field->kind != PROTOCOL_INTEGER)
        text = bet_text(field, &row->bet);
    switch (field->kind) {
    case PROTOCOL_TEXT:
        if (error->code == SORTEO_E_LENGTH)
            bad(reader, "%s: %zu bytes: %s", place, text.len, what);
        else
            bad(reader, "%s: %s (byte %" PRIu64 " of %zu)", place, what, error->offset + 1, text.len);
        break;
    case PROTOCOL_CHARS:
        bad(reader, "%s: %s: %s", place, quoted(text, shown), what);
        break;
    case PROTOCOL_INTEGER:
        bad(reader, "%s: %" PRIu64 ": %s", place, bet_integer(field, &row->bet), what);
        break;
    }
}

void csv_reader_refuse(struct csv_reader *reader, const struct csv_row *row, const struct sorteo_error *error)
{
    const struct bet_field *field = bet_field_of(error->field);
    if (field != NULL)
        refuse_field(reader, row, field, error);
    else
        bad(reader, "%s:%" PRIu64 ": the bet: %s", reader->input.name, row->line, sorteo_code_text(error->code));
}

static enum csv_outcome refuse_text(struct csv_reader *reader, enum csv_split_outcome outcome)
{
    const char *name = reader->input.name;
    switch (outcome) {
    case CSV_SPLIT_QUOTE:
        return bad(reader,
                   "%s:%" PRIu64 ": unexpected quote (a field with a comma or a quote in it is written "
                   "\"like \"\"this\"\"\")",
                   name, reader->split.line);
    case CSV_SPLIT_LONG:
        return bad(reader, "%s:%" PRIu64 ": a row of more than %zu bytes; was a quote not closed?", name,
                   reader->split.row_line, CSV_ROW_BYTES_MAX);
    default:
        return bad(reader, "%s:%" PRIu64 ": a quote opened in this row is never closed", name, reader->split.row_line);
    }
}

/* ---- Opening --------------------------------------------------------------------------------- */

struct csv_reader *csv_reader_open(const char *path, uint8_t agency, char error[static CSV_ERROR_MAX])
{
    struct csv_reader *reader = calloc(1, sizeof *reader);
    if (reader == NULL) {
        snprintf(error, CSV_ERROR_MAX, "%s: out of memory", path);
        return NULL;
    }
    if (!csv_input_open(&reader->input, path, error)) {
        free(reader);
        return NULL;
    }
    if (!csv_split_init(&reader->split)) {
        snprintf(error, CSV_ERROR_MAX, "%s: out of memory", path);
        csv_input_close(&reader->input);
        free(reader);
        return NULL;
    }
    reader->agency = agency;
    return reader;
}

struct csv_reader *csv_reader_of_row(const char *name, const char *const fields[static CSV_FIELDS], uint8_t agency)
{
    struct csv_reader *reader = calloc(1, sizeof *reader);
    if (reader == NULL || !csv_split_init(&reader->split)) {
        free(reader);
        return NULL;
    }
    reader->given = fields;
    reader->agency = agency;
    reader->input.name = name;
    reader->input.fd = reader->input.stop_fd = -1;
    reader->input.regular = true;
    return reader;
}

void csv_reader_close(struct csv_reader *reader)
{
    if (reader == NULL)
        return;
    csv_split_fini(&reader->split);
    csv_input_close(&reader->input);
    free(reader);
}

void csv_reader_stop_on(struct csv_reader *reader, int fd)
{
    reader->input.stop_fd = fd;
}

bool csv_reader_is_regular(const struct csv_reader *reader)
{
    return reader->input.regular;
}

bool csv_reader_rewind(struct csv_reader *reader)
{
    if (!reader->input.regular || reader->bad || !reader->at_end)
        return false;
    if (reader->given == NULL && !csv_input_rewind(&reader->input, reader->error)) {
        reader->bad = true;
        return false;
    }
    reader->at_end = false;
    csv_split_fini(&reader->split);
    return csv_split_init(&reader->split);
}

const char *csv_reader_error(const struct csv_reader *reader)
{
    return reader->error;
}

const char *csv_reader_name(const struct csv_reader *reader)
{
    return reader->input.name;
}

uint64_t csv_reader_offset(const struct csv_reader *reader)
{
    return reader->input.offset - (reader->input.len - reader->input.used);
}

uint64_t csv_reader_size(const struct csv_reader *reader)
{
    return reader->input.size;
}

/* ---- A row's text ---------------------------------------------------------------------------- */

/* Makes sure that there are bytes. CSV_ROW: there are. */
static enum csv_outcome refill(struct csv_reader *reader)
{
    if (reader->input.used < reader->input.len)
        return CSV_ROW;
    switch (csv_input_next(&reader->input, reader->error)) {
    case CSV_INPUT_BYTES:
        return CSV_ROW;
    case CSV_INPUT_END:
        return CSV_END;
    case CSV_INPUT_STOPPED:
        return CSV_STOPPED;
    default:
        reader->bad = true;
        return CSV_BAD;
    }
}

static enum csv_outcome feed(struct csv_reader *reader)
{
    struct csv_input *input = &reader->input;
    size_t used;
    enum csv_split_outcome outcome =
        csv_split_feed(&reader->split, input->piece + input->used, input->len - input->used, &used);
    if (outcome != CSV_SPLIT_OK)
        return refuse_text(reader, outcome);
    input->used += used;
    return CSV_ROW;
}

static enum csv_outcome feed_end(struct csv_reader *reader)
{
    enum csv_split_outcome outcome = csv_split_end(&reader->split);
    if (outcome != CSV_SPLIT_OK)
        return refuse_text(reader, outcome);
    if (!csv_input_is_same(&reader->input))
        return bad(reader, "%s: the file changed between its check and now", reader->input.name);
    reader->at_end = true;
    return CSV_ROW;
}

/* Feeds until a row is complete, or the file at its end. */
static enum csv_outcome read_row(struct csv_reader *reader)
{
    while (!reader->split.row_ended) {
        if (reader->at_end)
            return CSV_END;
        enum csv_outcome outcome = refill(reader);
        if (outcome == CSV_ROW)
            outcome = feed(reader);
        else if (outcome == CSV_END)
            outcome = feed_end(reader);
        if (outcome != CSV_ROW)
            return outcome;
    }
    return CSV_ROW;
}

static enum csv_outcome given_row(struct csv_reader *reader)
{
    if (reader->at_end)
        return CSV_END;
    csv_split_give(&reader->split, reader->given);
    reader->at_end = true;
    return CSV_ROW;
}

/* ---- A row's bet ----------------------------------------------------------------------------- */

/* Decimal digits and nothing else. */
static bool text_number(struct sorteo_text text, uint64_t max, uint64_t *value)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.bytes[i] < '0' || text.bytes[i] > '9')
            return false;
        uint64_t digit = (uint64_t)(text.bytes[i] - '0');
        if (sum > (max - digit) / 10)
            return false;
        sum = sum * 10 + digit;
    }
    *value = sum;
    return text.len > 0;
}

static enum csv_outcome take_integer(struct csv_reader *reader, const struct bet_field *field, struct sorteo_text text,
                                     struct sorteo_bet *bet)
{
    char place[PLACE_MAX], shown[QUOTED_MAX + 6];
    uint64_t value;
    if (text_number(text, field->max, &value)) {
        bet_set_integer(field, bet, value);
        return CSV_ROW;
    }
    name_place(reader, reader->split.row_line, field, place);
    return bad(reader, "%s: %s is not a decimal number from 0 to %" PRIu64, place, quoted(text, shown), field->max);
}

static enum csv_outcome take_field(struct csv_reader *reader, unsigned index, struct sorteo_bet *bet)
{
    const struct bet_field *field = &bet_fields[index];
    struct sorteo_text text = csv_split_field(&reader->split, index);
    if (field->kind == PROTOCOL_INTEGER)
        return take_integer(reader, field, text, bet);
    bet_set_text(field, bet, text);
    return CSV_ROW;
}

static size_t count_byte(struct sorteo_text text, char byte)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++)
        count += text.bytes[i] == byte;
    return count;
}

/* Every other byte is 0, and no other. */
static bool alternates_with_zeros(struct sorteo_text text)
{
    const size_t first = text.len > 0 && text.bytes[0] == '\0' ? 0 : 1;
    for (size_t i = 0; i < text.len; i++)
        if ((text.bytes[i] == '\0') != (i % 2 == first))
            return false;
    return text.len >= 2;
}

/* By its mark; or by the zeros of ASCII in UTF-16, which then are in the second field, too. */
static bool is_utf16(const struct csv_split *split)
{
    const struct sorteo_text text = csv_split_field(split, 0);
    if (text.len >= 2 && (memcmp(text.bytes, "\xff\xfe", 2) == 0 || memcmp(text.bytes, "\xfe\xff", 2) == 0))
        return true;
    return alternates_with_zeros(text) && (split->fields == 1 || count_byte(csv_split_field(split, 1), '\0') > 0);
}

/* What a file is whose rows do not have the fields of a bet, as far as its first field shows;
 * NULL: nothing special. */
static const char *guess_format(const struct csv_split *split)
{
    const struct sorteo_text text = csv_split_field(split, 0);
    if (is_utf16(split))
        return "the file is in UTF-16; convert it to UTF-8";
    if (count_byte(text, '\0') > 0)
        return "a NUL byte, which no text has; is the file damaged?";
    if (split->fields < CSV_FIELDS && count_byte(text, ';') >= CSV_FIELDS - 1)
        return "the fields are separated by semicolons; expected commas";
    if (split->fields < CSV_FIELDS && count_byte(text, '\t') >= CSV_FIELDS - 1)
        return "the fields are separated by tabs; expected commas";
    return NULL;
}

static enum csv_outcome row_to_bet(struct csv_reader *reader, struct csv_row *row)
{
    const struct csv_split *split = &reader->split;
    struct sorteo_bet bet = { .agency = reader->agency };
    const char *format = guess_format(split);
    if (format != NULL)
        return bad(reader, "%s:%" PRIu64 ": %s", reader->input.name, split->row_line, format);
    if (split->fields != CSV_FIELDS)
        return bad(reader, "%s:%" PRIu64 ": %u field%s, expected %u (%s)", reader->input.name, split->row_line,
                   split->fields, split->fields == 1 ? "" : "s", CSV_FIELDS, BET_LIST(BET_FIELD_LABELS));
    if (split->row_too_long)
        return bad(reader, "%s:%" PRIu64 ": a row of more than %zu bytes", reader->input.name, split->row_line,
                   CSV_ROW_BYTES_MAX);
    for (unsigned i = 0; i < CSV_FIELDS; i++)
        if (take_field(reader, i, &bet) != CSV_ROW)
            return CSV_BAD;
    *row = (struct csv_row){ .line = split->row_line, .bet = bet };
    return CSV_ROW;
}

enum csv_outcome csv_reader_next(struct csv_reader *reader, struct csv_row *row)
{
    if (reader->bad)
        return CSV_BAD;
    csv_split_begin_row(&reader->split); /* a wait that was stopped inside a row leaves it under way */
    enum csv_outcome outcome = reader->given != NULL ? given_row(reader) : read_row(reader);
    return outcome == CSV_ROW ? row_to_bet(reader, row) : outcome;
}
