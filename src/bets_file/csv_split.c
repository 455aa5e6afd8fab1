/*
 * See csv_split.h. libcsv's callbacks say nothing about places, so it gets the text line by line:
 * then they are always about the line at hand.
 */
#include "bets_file/csv_split.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* ---- libcsv ---------------------------------------------------------------------------------- */

/* RFC 4180: blanks are part of a field. */
static int is_blank_to_skip(unsigned char byte)
{
    (void)byte;
    return 0;
}

/* An unclosed quote would swallow the file; this is where it stops. */
static void *bounded_realloc(void *memory, size_t len)
{
    return len > CSV_ROW_BYTES_MAX ? NULL : realloc(memory, len);
}

static void add_field(struct csv_split *split, const void *bytes, size_t len)
{
    if (split->fields < UINT_MAX)
        split->fields++;
    if (split->fields > CSV_FIELDS)
        return;
    if (len > sizeof split->row - split->row_len) {
        split->row_too_long = true;
        return;
    }
    if (len > 0)
        memcpy(split->row + split->row_len, bytes, len);
    split->row_len += len;
    split->field_end[split->fields - 1] = split->row_len;
}

static void field_ended(void *bytes, size_t len, void *context)
{
    add_field(context, bytes, len);
}

static void row_ended(int byte, void *context)
{
    (void)byte;
    struct csv_split *split = context;
    split->row_ended = true;
}

bool csv_split_init(struct csv_split *split)
{
    if (csv_init(&split->parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
        return false;
    csv_set_space_func(&split->parser, is_blank_to_skip);
    csv_set_realloc_func(&split->parser, bounded_realloc);
    csv_set_blk_size(&split->parser, 4096);
    split->line = 1;
    split->after_cr = split->row_begun = split->row_ended = split->marked = false;
    split->mark_len = 0;
    csv_split_begin_row(split);
    return true;
}

void csv_split_fini(struct csv_split *split)
{
    csv_free(&split->parser);
}

/* ---- Rows ------------------------------------------------------------------------------------ */

void csv_split_begin_row(struct csv_split *split)
{
    if (split->row_begun && !split->row_ended)
        return;
    split->row_ended = split->row_begun = split->row_too_long = false;
    split->fields = 0;
    split->row_len = 0;
}

/* What is counted ends with its first CR or LF: the LF of a CR LF stands alone. */
static void count_line(struct csv_split *split, const char *bytes, size_t len)
{
    char last = bytes[len - 1];
    bool is_second_half = last == '\n' && len == 1 && split->after_cr;
    if (last == '\r' || (last == '\n' && !is_second_half))
        split->line++;
    split->after_cr = last == '\r';
}

/* Up to and with the first CR or LF. */
static size_t line_len(const char *bytes, size_t len)
{
    const char *end = memchr(bytes, '\n', len);
    size_t line = end != NULL ? (size_t)(end - bytes) + 1 : len;
    end = memchr(bytes, '\r', line);
    return end != NULL ? (size_t)(end - bytes) + 1 : line;
}

/* Up to the end of one line at the most. */
static enum csv_split_outcome parse(struct csv_split *split, const char *bytes, size_t len)
{
    if (!split->row_begun && bytes[0] != '\r' && bytes[0] != '\n') {
        split->row_begun = true;
        split->row_line = split->line;
    }
    if (csv_parse(&split->parser, bytes, len, field_ended, row_ended, split) != len)
        return csv_error(&split->parser) == CSV_EPARSE ? CSV_SPLIT_QUOTE : CSV_SPLIT_LONG;
    split->marked = false;
    count_line(split, bytes, len);
    return CSV_SPLIT_OK;
}

/* ---- Byte-order marks ------------------------------------------------------------------------ */

static const char mark[] = { '\xef', '\xbb', '\xbf' };

/* A mark stands at a file's beginning, and, where files were put together, at that of any row.
 * Takes what may be one; it is dropped when it is whole, and is text when it turns out not to
 * be one. */
static size_t take_mark(struct csv_split *split, const char *bytes, size_t len)
{
    size_t used = 0;
    if (split->row_begun || split->marked)
        return 0;
    while (used < len && split->mark_len < sizeof mark && bytes[used] == mark[split->mark_len]) {
        split->mark_len++;
        used++;
    }
    if (split->mark_len == sizeof mark) {
        split->mark_len = 0;
        split->marked = true;
        split->after_cr = false; /* the mark parts a CR before it from an LF after it: two lines end */
    }
    return used;
}

/* What was taken for the beginning of a mark is text. */
static enum csv_split_outcome give_back_mark(struct csv_split *split)
{
    size_t len = split->mark_len;
    split->mark_len = 0;
    return len > 0 ? parse(split, mark, len) : CSV_SPLIT_OK;
}

enum csv_split_outcome csv_split_feed(struct csv_split *split, const char *bytes, size_t len, size_t *used)
{
    *used = take_mark(split, bytes, len);
    if (*used == len || (*used > 0 && split->mark_len == 0))
        return CSV_SPLIT_OK;
    enum csv_split_outcome outcome = give_back_mark(split);
    if (outcome != CSV_SPLIT_OK)
        return outcome;
    size_t line = line_len(bytes + *used, len - *used);
    outcome = parse(split, bytes + *used, line);
    *used += line;
    return outcome;
}

enum csv_split_outcome csv_split_end(struct csv_split *split)
{
    enum csv_split_outcome outcome = give_back_mark(split);
    if (outcome != CSV_SPLIT_OK)
        return outcome;
    return csv_fini(&split->parser, field_ended, row_ended, split) == 0 ? CSV_SPLIT_OK : CSV_SPLIT_OPEN;
}

void csv_split_give(struct csv_split *split, const char *const fields[static CSV_FIELDS])
{
    for (unsigned i = 0; i < CSV_FIELDS; i++)
        add_field(split, fields[i], strlen(fields[i]));
    split->row_line = 1;
    split->row_ended = true;
}

struct sorteo_text csv_split_field(const struct csv_split *split, unsigned field)
{
    size_t begin = field == 0 ? 0 : split->field_end[field - 1];
    return (struct sorteo_text){ .bytes = split->row + begin, .len = split->field_end[field] - begin };
}
