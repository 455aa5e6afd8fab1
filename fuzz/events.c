/* What a decoder made of an input: see events.h. */
#include "events.h"
#include "codec/frames.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct decoder_style decoder_public = {
    sorteo_decoder_init, sorteo_decoder_expect, sorteo_decoder_next, sorteo_decoder_keep, sorteo_decoder_end,
};

#define NO_ONES 0xee

/* ---- Digests --------------------------------------------------------------------------------- */

/* One multiplication for each value: a reading has up to thousands of events. */
static inline uint64_t mix(uint64_t digest, uint64_t value)
{
    const uint64_t mixed = (digest ^ value) * UINT64_C(0x9e3779b97f4a7c15);

    return mixed ^ mixed >> 29;
}

static uint64_t mix_text(uint64_t digest, struct sorteo_text text)
{
    return mix(mix(digest, text.len), fuzz_hash((const uint8_t *)text.bytes, text.len));
}

static uint64_t mix_bet(uint64_t digest, const struct sorteo_bet *bet)
{
    digest = mix(digest, (uint64_t)bet->agency << 48 | (uint64_t)bet->number << 32 | bet->document);
    return mix_text(mix_text(mix_text(digest, bet->name), bet->surname), bet->birthdate);
}

/* Of a frame that one event tells of. */
static uint64_t mix_values(uint64_t digest, const struct sorteo_event *event)
{
#define X(frame, value)                                                                                                \
    if (event->kind == SORTEO_##frame)                                                                                 \
        return mix(digest, event->value);
    PLAIN_VALUES(X)
#undef X
    return digest;
}

static uint64_t digest_of(const struct sorteo_event *event)
{
    uint64_t digest = mix(mix(mix(mix(1, event->kind), event->begin), event->end), event->key);

    switch (event->kind) {
    case SORTEO_BATCH_BEGIN:
    case SORTEO_BATCH_END:
        return mix(digest, event->bets);
    case SORTEO_BET:
        return mix_bet(digest, &event->bet);
    case SORTEO_ANSWER:
        return mix(digest, event->stored);
    case SORTEO_WINNERS_BEGIN:
    case SORTEO_WINNERS_END:
        return mix(digest, event->winners);
    case SORTEO_WINNER:
        return mix(digest, event->document);
    default:
        return mix_values(digest, event);
    }
}

void events_add(struct events *events, const struct fuzz_case *way, const struct sorteo_event *event)
{
    if (events->count == events->cap) {
        events->cap = events->cap == 0 ? 64 : 2 * events->cap;
        events->digests = realloc(events->digests, events->cap * sizeof *events->digests);
        FUZZ_MUST(events->digests != NULL, "there is memory for the fuzzer");
    }
    events->digests[events->count++] = digest_of(event);
    if (sorteo_ends_frame(way->stream, event->kind))
        events->frames++;
}

void events_clear(struct events *events)
{
    events->count = 0;
    events->frames = 0;
    events->error = (struct sorteo_error){ 0 };
}

/* ---- Reading --------------------------------------------------------------------------------- */

/* Reads what is in the window, to its end or an error. */
static enum sorteo_event_kind read_window(struct events *events, const struct decoder_style *style,
                                          const struct fuzz_case *way, struct sorteo_decoder *decoder,
                                          const struct sorteo_window *window)
{
    struct sorteo_event event;
    enum sorteo_event_kind kind;

    while (kind = style->next(decoder, window, &event), kind != SORTEO_MORE && kind != SORTEO_ERROR) {
        events_add(events, way, &event);
        if (sorteo_ends_frame(way->stream, kind))
            style->expect(decoder, fuzz_due(way, events->frames));
    }
    return kind;
}

static void begin(const struct decoder_style *style, const struct fuzz_case *way, struct sorteo_decoder *decoder)
{
    style->init(decoder, way->dialect, way->stream, way->limit);
    style->expect(decoder, fuzz_due(way, 0));
}

void events_read(struct events *events, const struct decoder_style *style, const struct fuzz_case *way,
                 const uint8_t *bytes, size_t len)
{
    const struct sorteo_window window = { .bytes = bytes, .len = len };
    struct sorteo_decoder decoder;

    events_clear(events);
    begin(style, way, &decoder);
    (void)read_window(events, style, way, &decoder, &window);
    (void)style->end(&decoder);
    events->error = decoder.error;
}

/* Byte by byte, in small pieces, or in any. */
static size_t piece_max(uint64_t seed, size_t len)
{
    switch (seed % 4) {
    case 0:
        return 1;
    case 1:
        return 1 + len;
    default:
        return 16;
    }
}

/* Bytes that have not arrived yet, and those that the decoder no longer needs, are poisoned, so
 * that reading them is noticed:
 *
 *     memory:  [ 0xee 0xee | keep ... offset ... end | 0xee 0xee ]
 */
void events_read_in_pieces(struct events *events, const struct decoder_style *style, const struct fuzz_case *way,
                           const uint8_t *bytes, size_t len)
{
    uint64_t random = way->seed;
    const size_t most = piece_max(fuzz_random(&random), len);
    uint8_t *memory = fuzz_memory(0, len);
    struct sorteo_decoder decoder;
    size_t begin_of_window = 0, end = 0;

    events_clear(events);
    begin(style, way, &decoder);
    memset(memory, NO_ONES, len);
    while (end < len) {
        const size_t keep = (size_t)style->keep(&decoder);
        const size_t more = 1 + (size_t)(fuzz_random(&random) % most);
        FUZZ_MUST(keep >= begin_of_window && keep <= end, "what is to be kept has come and was not given up");
        const size_t piece = more < len - end ? more : len - end;
        const struct sorteo_window window = { .bytes = memory + keep, .len = end + piece - keep, .base = keep };

        memcpy(memory + end, bytes + end, piece);
        memset(memory + begin_of_window, NO_ONES, keep - begin_of_window);
        begin_of_window = keep;
        end += piece;
        if (read_window(events, style, way, &decoder, &window) == SORTEO_ERROR)
            break;
    }
    (void)style->end(&decoder);
    events->error = decoder.error;
}

/* ---- Comparing ------------------------------------------------------------------------------- */

void events_must_agree(const struct events *one, const struct events *other, const char *property)
{
    const size_t count = one->count < other->count ? one->count : other->count;
    size_t same = 0;

    while (same < count && one->digests[same] == other->digests[same])
        same++;
    if (same < one->count || same < other->count)
        (void)fprintf(stderr, "%zu and %zu events, of which the first %zu are the same\n", one->count, other->count,
                      same);
    FUZZ_MUST(same == one->count && same == other->count, property);
    if (one->error.code != other->error.code || one->error.field != other->error.field ||
        one->error.offset != other->error.offset)
        (void)fprintf(stderr, "errors: %s, %s at %llu; and %s, %s at %llu\n", sorteo_code_name(one->error.code),
                      sorteo_field_name(one->error.field), (unsigned long long)one->error.offset,
                      sorteo_code_name(other->error.code), sorteo_field_name(other->error.field),
                      (unsigned long long)other->error.offset);
    FUZZ_MUST(one->error.code == other->error.code, property);
    FUZZ_MUST(one->error.field == other->error.field, property);
    FUZZ_MUST(one->error.offset == other->error.offset, property);
}
