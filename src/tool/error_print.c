/*
 * See error_print.h. Rows begin at multiples of 16, as in every other hex dump of the same stream.
 */
#include "tool/error_print.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "base/printable.h"
#include "tool/event_print.h"

#define ROW 16u

/* Stream offsets [begin, end) of what is shown: within the window, and not far from the error. */
struct span {
    uint64_t begin, end;
};

static struct span shown(const struct stream_error *error)
{
    const struct sorteo_window *window = &error->window;
    uint64_t at = error->error.offset;
    struct span span = { window->base, window->base + window->len };

    if (at - span.begin > ERROR_CONTEXT)
        span.begin = at - ERROR_CONTEXT;
    if (span.end - at > ROW)
        span.end = at + ROW;
    return span;
}

static bool contains(struct span span, uint64_t offset)
{
    return offset >= span.begin && offset < span.end;
}

static uint8_t byte_at(const struct stream_error *error, uint64_t offset)
{
    return error->window.bytes[offset - error->window.base];
}

static void print_row(FILE *file, const struct stream_error *error, struct span span, uint64_t row)
{
    (void)fprintf(file, "  %016" PRIx64 " ", row);
    for (uint64_t offset = row; offset < row + ROW; offset++) {
        (void)fputs(offset == row + ROW / 2 ? "  " : " ", file);
        if (contains(span, offset))
            (void)fprintf(file, "%02x", (unsigned)byte_at(error, offset));
        else
            (void)fputs("  ", file);
    }
    (void)fputs("  |", file);
    for (uint64_t offset = row; offset < row + ROW; offset++) {
        int byte = contains(span, offset) ? byte_at(error, offset) : ' ';

        (void)fputc(byte >= 0x20 && byte < 0x7f ? byte : '.', file);
    }
    (void)fputs("|\n", file);
}

/* "  0000000000000000 " fills 19 columns, a byte 3, and the gap in the middle of a row one more. */
static void print_mark(FILE *file, uint64_t column)
{
    (void)fprintf(file, "%*s^^\n", (int)(19 + 3 * column + (column >= ROW / 2 ? 1 : 0) + 1), "");
}

void error_print_words(FILE *file, const struct sorteo_error *error)
{
    (void)fprintf(file, "byte %" PRIu64, error->offset);
    if (error->field != SORTEO_F_NONE)
        (void)fprintf(file, ", %s", sorteo_field_name(error->field));
    (void)fprintf(file, ": %s: %s", sorteo_code_name(error->code), sorteo_code_text(error->code));
}

void error_print_text(FILE *file, const char *program, const struct stream_error *error)
{
    struct span span = shown(error);
    uint64_t at = error->error.offset;

    char input[256];

    (void)fprintf(file, "%s: %s: ", program, printable(input, sizeof input, error->input));
    error_print_words(file, &error->error);
    (void)fputc('\n', file);
    (void)fprintf(file, "In the frame that began at byte %" PRIu64 ":\n", error->frame_begin);
    for (uint64_t row = span.begin - span.begin % ROW; row < span.end || row <= at; row += ROW) {
        print_row(file, error, span, row);
        if (at >= row && at - row < ROW)
            print_mark(file, at - row);
    }
}

static struct sorteo_text text_of(const char *string)
{
    return (struct sorteo_text){ string, strlen(string) };
}

void error_print_json(FILE *file, const struct stream_error *error)
{
    struct span span = shown(error);

    (void)fprintf(file, "{\"event\":\"ERROR\",\"offset\":%" PRIu64 ",\"frame_begin\":%" PRIu64 ",\"code\":\"%s\"",
                  error->error.offset, error->frame_begin, sorteo_code_name(error->error.code));
    (void)fprintf(file, ",\"field\":\"%s\",\"text\":", sorteo_field_name(error->error.field));
    json_print_string(file, text_of(sorteo_code_text(error->error.code)));
    (void)fprintf(file, ",\"bytes_begin\":%" PRIu64 ",\"bytes\":\"", span.begin);
    for (uint64_t offset = span.begin; offset < span.end; offset++)
        (void)fprintf(file, "%02x", (unsigned)byte_at(error, offset));
    (void)fputs("\"}\n", file);
}
