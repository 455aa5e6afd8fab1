/* A second reader of agency files: see naive_csv.h. */
#include "naive_csv.h"

#include <string.h>

static int look(const struct naive_csv *csv)
{
    return csv->at < csv->len ? csv->bytes[csv->at] : -1;
}

static bool is_line_end(int byte)
{
    return byte == '\r' || byte == '\n';
}

/* CR LF, CR or LF is one line's end. */
static void pass_line_end(struct naive_csv *csv)
{
    if (look(csv) == '\r' && csv->at + 1 < csv->len && csv->bytes[csv->at + 1] == '\n')
        csv->at++;
    csv->at++;
    csv->line++;
}

static void put(struct naive_field *field, int byte)
{
    if (field != NULL && field->len < NAIVE_FIELD_MAX)
        field->bytes[field->len++] = (char)byte;
}

/* To be called after the opening quote. False if it is never closed. */
static bool read_quoted(struct naive_csv *csv, struct naive_field *field)
{
    bool after_cr = false;

    for (int byte; (byte = look(csv)) >= 0; csv->at++) {
        if (byte == '"') {
            csv->at++;
            if (look(csv) != '"')
                return true;
        } else if (byte == '\r' || (byte == '\n' && !after_cr)) {
            csv->line++;
        }
        after_cr = byte == '\r';
        put(field, byte);
    }
    return false;
}

static bool read_field(struct naive_csv *csv, struct naive_field *field)
{
    if (look(csv) == '"') {
        csv->at++;
        if (!read_quoted(csv, field))
            return false;
        return look(csv) < 0 || look(csv) == ',' || is_line_end(look(csv));
    }
    for (int byte; (byte = look(csv)) >= 0 && byte != ',' && !is_line_end(byte); csv->at++) {
        if (byte == '"')
            return false;
        put(field, byte);
    }
    return true;
}

/* False if a stray or missing quote makes this no row. */
static bool read_fields(struct naive_csv *csv, struct naive_row *row)
{
    for (;;) {
        struct naive_field *field = row->fields < NAIVE_FIELDS ? &row->field[row->fields] : NULL;

        row->fields++;
        if (!read_field(csv, field))
            return false;
        if (look(csv) != ',')
            break;
        csv->at++;
    }
    if (look(csv) >= 0)
        pass_line_end(csv);
    return true;
}

static bool read_number(const struct naive_field *field, uint64_t max, uint64_t *number)
{
    *number = 0;
    for (size_t i = 0; i < field->len; i++) {
        if (field->bytes[i] < '0' || field->bytes[i] > '9')
            return false;
        *number = *number * 10 + (uint64_t)(field->bytes[i] - '0');
        if (*number > max)
            return false;
    }
    return field->len > 0;
}

void naive_csv_begin(struct naive_csv *csv, const uint8_t *bytes, size_t len)
{
    *csv = (struct naive_csv){ .bytes = bytes, .len = len, .line = 1 };
}

/* One byte-order mark, where a row may begin. */
static void pass_mark(struct naive_csv *csv)
{
    if (csv->len - csv->at >= 3 && memcmp(csv->bytes + csv->at, "\xef\xbb\xbf", 3) == 0)
        csv->at += 3;
}

/* A byte-order mark of UTF-16, or a zero. */
static bool is_not_text(const struct naive_field *field)
{
    const char *bytes = field->bytes;

    return memchr(bytes, 0, field->len) != NULL ||
           (field->len >= 2 && (memcmp(bytes, "\xff\xfe", 2) == 0 || memcmp(bytes, "\xfe\xff", 2) == 0));
}

const struct naive_row *naive_csv_next(struct naive_csv *csv)
{
    static struct naive_row row;
    uint64_t document, number;

    pass_mark(csv);
    while (is_line_end(look(csv))) {
        pass_line_end(csv);
        pass_mark(csv);
    }
    row.outcome = look(csv) < 0 ? CSV_END : CSV_BAD;
    row.line = csv->line;
    row.fields = 0;
    for (unsigned i = 0; i < NAIVE_FIELDS; i++)
        row.field[i].len = 0;
    if (row.outcome == CSV_END || !read_fields(csv, &row) || row.fields != NAIVE_FIELDS || is_not_text(&row.field[0]))
        return &row;
    if (!read_number(&row.field[2], UINT32_MAX, &document) || !read_number(&row.field[4], UINT16_MAX, &number))
        return &row;
    row.document = (uint32_t)document;
    row.number = (uint16_t)number;
    row.outcome = CSV_ROW;
    return &row;
}
