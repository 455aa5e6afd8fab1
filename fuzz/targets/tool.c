/*
 * tool: `sorteo decode` prints one line per event without control characters, each of its JSON
 * lines is JSON, and an error is shown whatever bytes surround it.
 */
#include "fuzz.h"
#include "naive_json.h"
#include "tool/error_print.h"
#include "tool/event_print.h"

static void check_lines(const char *text, size_t len, size_t lines, bool json)
{
    size_t begin = 0, seen = 0;

    for (size_t i = 0; i < len; i++) {
        FUZZ_MUST(text[i] == '\n' || ((uint8_t)text[i] >= ' ' && text[i] != 0x7f), "no control character is printed");
        if (text[i] != '\n')
            continue;
        FUZZ_MUST(!json || naive_json_is_object(text + begin, i - begin), "a line of JSON is an object");
        begin = i + 1;
        seen++;
    }
    FUZZ_MUST(begin == len && (lines == 0 || seen == lines), "one event is one whole line");
}

static size_t print_all(FILE *file, enum event_form form, const struct fuzz_case *way, const uint8_t *bytes, size_t len)
{
    const struct sorteo_window window = { .bytes = bytes, .len = len };
    const bool has_keys = sorteo_dialect_parameters(way->dialect)->key_size > 0;
    struct stream_error error = { .input = "fuzz", .window = window };
    struct sorteo_decoder decoder;
    struct sorteo_event event;
    enum sorteo_event_kind kind;
    size_t lines = 0, frames = 0;

    sorteo_decoder_init(&decoder, way->dialect, way->stream, way->limit);
    sorteo_decoder_expect(&decoder, fuzz_due(way, 0));
    while (kind = sorteo_decoder_next(&decoder, &window, &event), kind != SORTEO_MORE && kind != SORTEO_ERROR) {
        event_print(file, form, &event, has_keys);
        lines++;
        if (!sorteo_ends_frame(way->stream, kind))
            continue;
        error.frame_begin = event.end;
        sorteo_decoder_expect(&decoder, fuzz_due(way, ++frames));
    }
    if (sorteo_decoder_end(&decoder) == SORTEO_E_OK)
        return lines;
    error.error = decoder.error;
    if (form == EVENT_JSON)
        error_print_json(file, &error);
    else
        error_print_text(file, "sorteo decode", &error);
    return form == EVENT_JSON ? lines + 1 : 0;
}

static void print(enum event_form form, const struct fuzz_case *way, const uint8_t *bytes, size_t len)
{
    static char *text;
    static size_t text_len;
    static FILE *file;

    if (file == NULL)
        file = open_memstream(&text, &text_len);
    FUZZ_MUST(file != NULL, "there is memory for the fuzzer");
    rewind(file);
    const size_t lines = print_all(file, form, way, bytes, len);
    FUZZ_MUST(fflush(file) == 0, "there is memory for the fuzzer");
    check_lines(text, text_len, lines, form == EVENT_JSON);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    const uint64_t hash = fuzz_hash(bytes, len);

    for (unsigned i = 0; i < fuzz_cases(); i++) {
        const struct fuzz_case way = fuzz_case_at(i, hash, len);

        print(way.seed >> i & 1u ? EVENT_JSON : EVENT_TEXT, &way, bytes, len);
    }
    return 0;
}
