/*
 * decode: for any bytes, the decoder stays within its input, its frames follow one another without
 * gaps, an error is permanent, and its state stays small.
 */
#include "fuzz.h"

#include <string.h>

_Static_assert(sizeof(struct sorteo_decoder) <= 160, "a decoder is some tens of bytes, whatever a length field claims");

static bool is_within(struct sorteo_text text, const uint8_t *bytes, size_t len)
{
    const uint8_t *begin = (const uint8_t *)text.bytes;

    return begin >= bytes && begin <= bytes + len && text.len <= (size_t)(bytes + len - begin);
}

static void check_event(const struct fuzz_case *way, const struct sorteo_event *event, const uint8_t *bytes, size_t len)
{
    FUZZ_MUST(event->begin < event->end && event->end <= len, "an event is about bytes that came");
    if (event->kind == SORTEO_BET)
        FUZZ_MUST(is_within(event->bet.name, bytes, len) && is_within(event->bet.surname, bytes, len) &&
                      is_within(event->bet.birthdate, bytes, len) && event->bet.birthdate.len == SORTEO_DATE_LEN,
                  "texts point into the input");
    if (event->kind == SORTEO_BATCH_END || (event->kind == SORTEO_BET && way->stream == SORTEO_BET_STREAM))
        FUZZ_MUST(way->limit == 0 || event->end - event->begin <= way->limit, "no frame is longer than the limit");
}

static void check_end(struct sorteo_decoder *decoder, const struct sorteo_window *window, bool whole)
{
    const struct sorteo_error error = decoder->error;
    struct sorteo_event event;

    if (error.code == SORTEO_E_OK) {
        FUZZ_MUST(decoder->offset == window->len, "MORE comes when every byte was read");
        FUZZ_MUST(sorteo_decoder_end(decoder) == (whole ? SORTEO_E_OK : SORTEO_E_TRUNCATED),
                  "a stream may end between two frames and nowhere else");
        return;
    }
    FUZZ_MUST(error.offset < window->len && (error.code <= SORTEO_E_UNEXPECTED || error.code == SORTEO_E_VALUE),
              "an error is at a byte that came");
    FUZZ_MUST(sorteo_decoder_next(decoder, window, &event) == SORTEO_ERROR, "an error stays");
    FUZZ_MUST(sorteo_decoder_end(decoder) == error.code, "an error stays the same at the end");
    FUZZ_MUST(memcmp(&error, &decoder->error, sizeof error) == 0, "an error stays the same");
}

static void decode(const struct fuzz_case *way, const uint8_t *bytes, size_t len)
{
    const struct sorteo_window window = { .bytes = bytes, .len = len };
    struct sorteo_decoder decoder;
    struct sorteo_event event;
    uint64_t frame_begin = 0, frames = 0;

    sorteo_decoder_init(&decoder, way->dialect, way->stream, way->limit);
    sorteo_decoder_expect(&decoder, fuzz_due(way, 0));
    for (;;) {
        const enum sorteo_event_kind kind = sorteo_decoder_next(&decoder, &window, &event);

        FUZZ_MUST(sorteo_decoder_keep(&decoder) <= decoder.offset, "nothing is to be kept that was not read");
        if (kind == SORTEO_MORE || kind == SORTEO_ERROR)
            break;
        check_event(way, &event, bytes, len);
        if (sorteo_ends_frame(way->stream, kind)) {
            FUZZ_MUST(event.begin == frame_begin, "a frame begins where the one before it ended");
            frame_begin = event.end;
            if (fuzz_due(way, ++frames) != SORTEO_REPLY_NONE || frames % 2 == 0) /* without this call, nothing is due */
                sorteo_decoder_expect(&decoder, fuzz_due(way, frames));
        }
    }
    check_end(&decoder, &window, frame_begin == len);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    const uint64_t hash = fuzz_hash(bytes, len);

    for (unsigned i = 0; i < fuzz_cases(); i++) {
        const struct fuzz_case way = fuzz_case_at(i, hash, len);
        decode(&way, bytes, len);
    }
    return 0;
}
