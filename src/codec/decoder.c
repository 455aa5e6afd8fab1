/*
 * The decoder: the shell around the generated machine.
 *
 * It finds where in the caller's window to go on, lets the machine run, delivers the events, and
 * keeps the error for ever (the machine's own error state is not sticky). It accepts and refuses no
 * byte: the grammar does.
 *
 *     window      base                                        base + len
 *                  |            |                 |                |
 *                               keep <= offset    offset           unread up to here
 */
#include "../gen/bet.h"
#include "codec/machine.h"
#include "codec/refusal.h"
#include "codec/shortcut.h"

#include <string.h>

static enum machine_entry first_entry(enum sorteo_stream stream)
{
    switch (stream) {
    case SORTEO_AGENCY_STREAM:
        return MACHINE_AGENCY_STREAM;
    case SORTEO_BET_STREAM:
        return MACHINE_BET_STREAM;
    case SORTEO_REPLY_STREAM:
        break;
    }
    return MACHINE_SILENCE;
}

void sorteo_decoder_init(struct sorteo_decoder *decoder, enum sorteo_dialect dialect, enum sorteo_stream stream,
                         uint32_t frame_limit)
{
    const struct dialect_sizes *sizes = &dialect_of(dialect)->sizes;

    memset(decoder, 0, sizeof(*decoder));
    decoder->dialect = (uint8_t)dialect;
    decoder->stream = (uint8_t)stream;
    decoder->state = machine_entry(dialect, first_entry(stream));
    decoder->between_frames = true;
    decoder->frame_limit = frame_limit == 0 ? UINT64_MAX : frame_limit;
    decoder->batch_head = sizes->batch_head;
    decoder->bet_fixed = sizes->bet_fixed;
    decoder->bet_least = sizes->bet_least;
    decoder->bet_agency = sizes->bet_agency;
    decoder->single_fixed = sizes->single_fixed;
    decoder->single_least = sizes->single_least;
}

static enum machine_entry reply_entry(enum sorteo_reply reply)
{
    switch (reply) {
#define X(frame, name)                                                                                                 \
    case SORTEO_REPLY_##frame:                                                                                         \
        return MACHINE_##frame;
        REPLIES(X)
#undef X
    case SORTEO_REPLY_NONE:
        break;
    }
    return MACHINE_SILENCE;
}

void sorteo_decoder_expect(struct sorteo_decoder *decoder, enum sorteo_reply reply)
{
    if (decoder->stream == SORTEO_REPLY_STREAM && decoder->between_frames)
        decoder->state = machine_entry((enum sorteo_dialect)decoder->dialect, reply_entry(reply));
}

/* ---- Events ---------------------------------------------------------------------------------- */

static struct sorteo_text borrow(const struct sorteo_window *window, uint64_t offset, size_t len)
{
    const char *bytes = (const char *)window->bytes + (size_t)(offset - window->base);

    return (struct sorteo_text){ .bytes = bytes, .len = len };
}

/* Events end where the machine stands, and most begin where their frame did. */
static void deliver_place(const struct sorteo_decoder *decoder, enum sorteo_event_kind kind, struct sorteo_event *event)
{
    event->kind = kind;
    event->begin = decoder->frame_begin;
    event->end = decoder->offset;
    event->key = decoder->key;
}

/* All but its place: a bet of a batch does not begin where its frame did. */
static void deliver_bet(const struct sorteo_decoder *decoder, const struct sorteo_window *window,
                        struct sorteo_event *event)
{
    event->bet = (struct sorteo_bet){ .agency = decoder->agency,
#define INTEGER(name, ...) .name = decoder->name,
#define TEXT(name, field, none) .name = borrow(window, decoder->name##_begin, decoder->name##_len),
#define CHARS(name, field, size, after, after_by)                                                                      \
    .name = borrow(window, decoder->after##_begin + decoder->after##_len + (after_by), size),
                                      BET_FIELDS(INTEGER, TEXT, CHARS)
#undef CHARS
#undef TEXT
#undef INTEGER
    };
}

/* The values of a frame that raises one event. A RECEIPT has none. */
static void deliver_values(const struct sorteo_decoder *decoder, enum sorteo_event_kind kind,
                           struct sorteo_event *event)
{
#define X(frame, value)                                                                                                \
    if (kind == SORTEO_##frame)                                                                                        \
        event->value = decoder->value;
    PLAIN_VALUES(X)
#undef X
}

static enum sorteo_event_kind deliver(const struct sorteo_decoder *decoder, enum sorteo_event_kind kind,
                                      const struct sorteo_window *window, struct sorteo_event *event)
{
    deliver_place(decoder, kind, event);
    switch (kind) {
    case SORTEO_BATCH_BEGIN:
    case SORTEO_BATCH_END:
        event->bets = decoder->items;
        break;
    case SORTEO_BET:
        if (decoder->stream != SORTEO_BET_STREAM)
            event->begin = decoder->bet_begin;
        deliver_bet(decoder, window, event);
        break;
    case SORTEO_ANSWER:
        event->stored = decoder->stored;
        break;
    case SORTEO_WINNERS_BEGIN:
    case SORTEO_WINNERS_END:
        event->winners = decoder->items;
        break;
    case SORTEO_WINNER:
        event->begin = decoder->offset - sizeof(decoder->document);
        event->document = decoder->document;
        break;
    default:
        deliver_values(decoder, kind, event);
        break;
    }
    return kind;
}

bool sorteo_ends_frame(enum sorteo_stream stream, enum sorteo_event_kind kind)
{
    switch (kind) {
#define X(frame, name) case SORTEO_##frame:
        PLAIN_REQUESTS(X)
        PLAIN_REPLIES(X)
#undef X
    case SORTEO_BATCH_END:
    case SORTEO_ANSWER:
    case SORTEO_WINNERS_END:
        return true;
    case SORTEO_BET:
        return stream == SORTEO_BET_STREAM;
    default:
        return false;
    }
}

/* ---- Reading --------------------------------------------------------------------------------- */

static enum sorteo_event_kind fail(struct sorteo_decoder *decoder, enum sorteo_code code, uint64_t offset)
{
    decoder->error.code = code;
    decoder->error.offset = offset;
    return SORTEO_ERROR;
}

/* From where on the caller must keep what it has. Apart from the public function, which a program
 * may have replaced, so that no compiler inlines it. */
static inline uint64_t keep_from(const struct sorteo_decoder *decoder)
{
    return decoder->in_bet ? decoder->bet_begin : decoder->offset;
}

/* Looks for what the caller dropped although the decoder still needs it; *missing is the first such
 * byte. */
static bool is_dropped(const struct sorteo_decoder *decoder, const struct sorteo_window *window, uint64_t *missing)
{
    const uint64_t keep = keep_from(decoder);

    if (window->base > keep) {
        *missing = keep;
        return true;
    }
    if (decoder->offset - window->base > window->len) {
        *missing = window->base + window->len;
        return true;
    }
    return false;
}

static void frame_begin(struct sorteo_decoder *decoder)
{
    decoder->between_frames = false;
    decoder->frame_begin = decoder->offset;
    decoder->frame_least = 0;
    decoder->items = 0;
    decoder->items_left = 0;
    decoder->key = 0;
}

/* Where in the window decoder->offset is. */
static const uint8_t *unread(const struct sorteo_decoder *decoder, const struct sorteo_window *window)
{
    return window->bytes + (size_t)(decoder->offset - window->base);
}

/* Lets the machine run from decoder->offset to the end of the window, an event or an error. */
static enum sorteo_event_kind next_by_machine(struct sorteo_decoder *decoder, const struct sorteo_window *window,
                                              struct sorteo_event *event)
{
    const uint8_t *begin = unread(decoder, window);
    const uint8_t *at;

    if (decoder->between_frames)
        frame_begin(decoder);
    decoder->event = SORTEO_MORE;
    at = machine_exec(decoder, begin, window->bytes + window->len);
    decoder->offset += (uint64_t)(at - begin);
    if (decoder->state == MACHINE_ERROR_STATE) {
        refusal_name(decoder, at);
        return fail(decoder, decoder->error.code, decoder->offset);
    }
    if (decoder->event == SORTEO_MORE)
        return SORTEO_MORE;
    return deliver(decoder, (enum sorteo_event_kind)decoder->event, window, event);
}

/* The same where a bet may be there as a whole. Out of line: where bytes come one by one nothing is
 * paid for it. */
__attribute__((noinline)) static enum sorteo_event_kind next_by_bet(struct sorteo_decoder *decoder,
                                                                    const struct sorteo_window *window,
                                                                    struct sorteo_event *event)
{
    if (!take_bet(decoder, unread(decoder, window), window->bytes + window->len))
        return next_by_machine(decoder, window, event);
    deliver_place(decoder, SORTEO_BET, event);
    event->begin = decoder->bet_begin;
    deliver_bet(decoder, window, event);
    return SORTEO_BET;
}

enum sorteo_event_kind sorteo_decoder_next(struct sorteo_decoder *decoder, const struct sorteo_window *window,
                                           struct sorteo_event *event)
{
    uint64_t missing;

    if (decoder->error.code != SORTEO_E_OK)
        return SORTEO_ERROR;
    if (decoder->pending != SORTEO_MORE) {
        const enum sorteo_event_kind pending = (enum sorteo_event_kind)decoder->pending;

        decoder->pending = SORTEO_MORE;
        return deliver(decoder, pending, window, event);
    }
    if (is_dropped(decoder, window, &missing))
        return fail(decoder, SORTEO_E_WINDOW, missing);
    if (decoder->offset - window->base == window->len)
        return SORTEO_MORE;

    if (may_take_bet(decoder, window->len - (size_t)(decoder->offset - window->base)))
        return next_by_bet(decoder, window, event);
    return next_by_machine(decoder, window, event);
}

uint64_t sorteo_decoder_keep(const struct sorteo_decoder *decoder)
{
    return keep_from(decoder);
}

bool sorteo_decoder_is_between_frames(const struct sorteo_decoder *decoder)
{
    return decoder->between_frames;
}

enum sorteo_code sorteo_decoder_end(struct sorteo_decoder *decoder)
{
    if (decoder->error.code == SORTEO_E_OK && !decoder->between_frames)
        fail(decoder, SORTEO_E_TRUNCATED, decoder->offset);
    return decoder->error.code;
}
