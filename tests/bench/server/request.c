/* Requests from frames: see request.h. */
#include "request.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/sorteo.h"

struct bytes {
    uint8_t *data;
    size_t len, cap;
};

static void *must(void *memory)
{
    if (memory == NULL) {
        fputs("load: out of memory\n", stderr);
        exit(1);
    }
    return memory;
}

static void append(struct bytes *bytes, const void *data, size_t len)
{
    while (len > bytes->cap - bytes->len) {
        bytes->cap = bytes->cap == 0 ? 4096 : bytes->cap * 2;
        bytes->data = must(realloc(bytes->data, bytes->cap));
    }
    memcpy(bytes->data + bytes->len, data, len);
    bytes->len += len;
}

static void append_text(struct bytes *bytes, const char *text)
{
    append(bytes, text, strlen(text));
}

/* ---- Forms ----------------------------------------------------------------------------------- */

/* RESP: every argument is $LENGTH CRLF BYTES CRLF. */
static void append_argument(struct bytes *bytes, const void *data, size_t len)
{
    char head[32];
    snprintf(head, sizeof head, "$%zu\r\n", len);
    append_text(bytes, head);
    append(bytes, data, len);
    append_text(bytes, "\r\n");
}

static void begin_batch(struct bytes *bytes, enum request_form form, unsigned bets)
{
    char head[32];
    if (form != REQUEST_RPUSH)
        return;
    snprintf(head, sizeof head, "*%u\r\n", bets + 2);
    append_text(bytes, head);
    append_argument(bytes, "RPUSH", 5);
    append_argument(bytes, "bets", 4);
}

/* COPY's text form: a tab between columns; of what it would have to escape, names hold only the
 * backslash. */
static void append_column(struct bytes *bytes, const struct sorteo_text *text)
{
    for (size_t i = 0; i < text->len; i++) {
        if (text->bytes[i] == '\\')
            append(bytes, "\\", 1);
        append(bytes, &text->bytes[i], 1);
    }
    append(bytes, "\t", 1);
}

static void append_row(struct bytes *bytes, const struct sorteo_bet *bet)
{
    char number[64];
    snprintf(number, sizeof number, "1\t%u\t", (unsigned)bet->agency);
    append_text(bytes, number);
    append_column(bytes, &bet->name);
    append_column(bytes, &bet->surname);
    snprintf(number, sizeof number, "%" PRIu32 "\t", bet->document);
    append_text(bytes, number);
    append_column(bytes, &bet->birthdate);
    snprintf(number, sizeof number, "%u\n", (unsigned)bet->number);
    append_text(bytes, number);
}

static void append_bet(struct bytes *bytes, enum request_form form, const struct sorteo_event *event,
                       const uint8_t *stream)
{
    if (form == REQUEST_RPUSH)
        append_argument(bytes, stream + event->begin, (size_t)(event->end - event->begin));
    else if (form == REQUEST_COPY)
        append_row(bytes, &event->bet);
}

/* ---- The list -------------------------------------------------------------------------------- */

static void add(struct request_list *list, const struct bytes *bytes, unsigned bets)
{
    if ((list->count & (list->count - 1)) == 0)
        list->items = must(realloc(list->items, (list->count == 0 ? 1 : list->count * 2) * sizeof *list->items));
    list->items[list->count++] = (struct request){ .bytes = bytes->data, .len = bytes->len, .bets = bets };
}

/* False at an error in the stream. */
static bool make_requests(struct request_list *list, const struct bytes *stream, enum request_form form)
{
    const struct sorteo_window window = { .bytes = stream->data, .len = stream->len };
    struct sorteo_decoder decoder;
    struct sorteo_event event;
    struct bytes request = { 0 };

    sorteo_decoder_init(&decoder, SORTEO_WIDE, SORTEO_AGENCY_STREAM, 0);
    for (;;) {
        switch (sorteo_decoder_next(&decoder, &window, &event)) {
        case SORTEO_BATCH_BEGIN:
            request = (struct bytes){ 0 };
            begin_batch(&request, form, event.bets);
            break;
        case SORTEO_BET:
            append_bet(&request, form, &event, stream->data);
            break;
        case SORTEO_BATCH_END:
            if (form == REQUEST_FRAME)
                append(&request, stream->data + event.begin, (size_t)(event.end - event.begin));
            add(list, &request, event.bets);
            break;
        case SORTEO_MORE:
            return sorteo_decoder_end(&decoder) == SORTEO_E_OK;
        case SORTEO_ERROR:
            return false;
        default:
            break;
        }
    }
}

bool request_list_read(struct request_list *list, const char *path, enum request_form form)
{
    struct bytes stream = { 0 };
    uint8_t piece[65536];
    size_t len;
    FILE *file = fopen(path, "rb");
    bool good;

    *list = (struct request_list){ 0 };
    if (file == NULL) {
        fprintf(stderr, "load: %s cannot be opened\n", path);
        return false;
    }
    while ((len = fread(piece, 1, sizeof piece, file)) > 0)
        append(&stream, piece, len);
    fclose(file);
    good = make_requests(list, &stream, form) && list->count > 0;
    if (!good)
        fprintf(stderr, "load: %s holds no batches of the dialect wide, or more than whole frames\n", path);
    free(stream.data);
    return good;
}

void request_list_fini(struct request_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i].bytes);
    free(list->items);
    *list = (struct request_list){ 0 };
}
