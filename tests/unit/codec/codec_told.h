/*
 * For tests: what came out of a decoder, as text, in the form of
 * tests/conformance/vectors/README.md. Include it after cmocka.h.
 *
 * Knows nothing of what was expected.
 */
#ifndef TESTS_CODEC_TOLD_H
#define TESTS_CODEC_TOLD_H

#include "../gen/bet.h"
#include "codec/event_key.h"
#include "codec/sorteo.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

#define NAME_SHOWN 60u /* bytes of a name up to which it is told in full */

struct told {
    char text[1u << 16];
    size_t len;
    enum sorteo_event_kind last; /* the event told last … */
    uint64_t last_end;           /* … and where it ended */
};

static inline void told_clear(struct told *told)
{
    told->len = 0;
    told->text[0] = '\0';
    told->last = SORTEO_MORE;
    told->last_end = 0;
}

__attribute__((format(printf, 2, 3))) static inline void tell(struct told *told, const char *format, ...)
{
    va_list arguments;
    int len;

    va_start(arguments, format);
    len = vsnprintf(told->text + told->len, sizeof(told->text) - told->len, format, arguments);
    va_end(arguments);
    assert_true(len >= 0 && (size_t)len < sizeof(told->text) - told->len);
    told->len += (size_t)len;
}

static inline void tell_name(struct told *told, const char *what, const struct sorteo_text *name)
{
    if (name->len > NAME_SHOWN)
        tell(told, " %s=<%zu bytes>", what, name->len);
    else
        tell(told, " %s=\"%.*s\"", what, (int)name->len, name->bytes);
}

static inline void tell_bet(struct told *told, const struct sorteo_bet *bet)
{
    tell(told, " agency=%u", bet->agency);
#define INTEGER(name, ...) tell(told, " " #name "=%" PRIu64, (uint64_t)bet->name);
#define TEXT(name, ...) tell_name(told, #name, &bet->name);
#define CHARS(name, ...) tell(told, " " #name "=%.*s", (int)bet->name.len, bet->name.bytes);
    BET_FIELDS(INTEGER, TEXT, CHARS)
#undef CHARS
#undef TEXT
#undef INTEGER
}

/* Of a frame that one event tells of. */
static inline void tell_values(struct told *told, const struct sorteo_event *event)
{
#define X(frame, value)                                                                                                \
    if (event->kind == SORTEO_##frame)                                                                                 \
        tell(told, " " #value "=%" PRIu64, (uint64_t)event->value);
    PLAIN_VALUES(X)
#undef X
}

static inline void tell_event(struct told *told, enum sorteo_dialect dialect, const struct sorteo_event *event)
{
    tell(told, "%s [%" PRIu64 ",%" PRIu64 ")", sorteo_event_name(event->kind), event->begin, event->end);
    switch (event->kind) {
    case SORTEO_BATCH_BEGIN:
    case SORTEO_BATCH_END:
        tell(told, " bets=%u", event->bets);
        break;
    case SORTEO_BET:
        tell_bet(told, &event->bet);
        break;
    case SORTEO_ANSWER:
        tell(told, " stored=%s", event->stored ? "yes" : "no");
        break;
    case SORTEO_WINNERS_BEGIN:
    case SORTEO_WINNERS_END:
        tell(told, " winners=%u", event->winners);
        break;
    case SORTEO_WINNER:
        tell(told, " document=%" PRIu32, event->document);
        break;
    default:
        tell_values(told, event);
        break;
    }
    if (event_has_key(event->kind) && sorteo_dialect_parameters(dialect)->key_size > 0)
        tell(told, " key=%016" PRIx64, event->key);
    else
        assert_true(event->key == 0 || event_has_key(event->kind));
    tell(told, "\n");
    told->last = event->kind;
    told->last_end = event->end;
}

/* May a stream of so many bytes end there? By what was told: with the last byte a frame has ended,
 * or there is none. */
static inline bool told_ends_whole(const struct told *told, enum sorteo_stream stream, size_t len)
{
    switch (told->last) {
    case SORTEO_MORE:
        return len == 0;
    case SORTEO_BET:
        return told->last_end == len && stream == SORTEO_BET_STREAM;
    case SORTEO_BATCH_BEGIN:
    case SORTEO_WINNERS_BEGIN:
    case SORTEO_WINNER:
    case SORTEO_ERROR:
        return false;
    default:
        break;
    }
    return told->last_end == len;
}

static inline void tell_error(struct told *told, const struct sorteo_decoder *decoder)
{
    tell(told, "ERROR %s %s %" PRIu64 "\n", sorteo_code_name(decoder->error.code),
         sorteo_field_name(decoder->error.field), decoder->error.offset);
}

#endif
