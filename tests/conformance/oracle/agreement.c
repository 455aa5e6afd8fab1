/*
 * Drives the decoder and the oracle over one input, and compares what they say.
 *
 * It knows nothing about the language. Both sides' texts point into the same bytes, so equal texts
 * have equal addresses.
 */
#include "conformance/oracle/agreement.h"
#include "codec/frames.h"

#include <stdlib.h>

/* What one of them read. */
struct run {
    struct sorteo_event *events;
    size_t count, cap;
    struct oracle_outcome outcome;
};

static void record(void *context, const struct sorteo_event *event)
{
    struct run *run = context;

    if (run->count == run->cap) {
        run->cap = run->cap == 0 ? 64 : 2 * run->cap;
        run->events = realloc(run->events, run->cap * sizeof(*run->events));
        if (run->events == NULL)
            abort();
    }
    run->events[run->count++] = *event;
}

/* ---- The decoder ----------------------------------------------------------------------------- */

/* After the last announced reply, nothing is due. */
static void expect_next(struct sorteo_decoder *decoder, const struct oracle_input *input, size_t *announced)
{
    if (*announced < input->reply_count)
        sorteo_decoder_expect(decoder, input->replies[(*announced)++]);
}

/* The bytes that the decoder may see: those that it keeps, and `piece` new ones. */
static struct sorteo_window window_of(const struct oracle_input *input, uint64_t keep, size_t present)
{
    return (struct sorteo_window){ .bytes = input->bytes + keep, .len = present - (size_t)keep, .base = keep };
}

static void drive(const struct oracle_input *input, size_t piece, struct run *run)
{
    struct sorteo_decoder decoder;
    struct sorteo_event event;
    size_t announced = 0, present = piece == 0 || piece > input->len ? input->len : piece;
    struct sorteo_window window = window_of(input, 0, present);

    sorteo_decoder_init(&decoder, input->dialect, input->stream, input->frame_limit);
    expect_next(&decoder, input, &announced);
    for (;;) {
        const enum sorteo_event_kind kind = sorteo_decoder_next(&decoder, &window, &event);

        if (kind == SORTEO_ERROR || (kind == SORTEO_MORE && present == input->len))
            break;
        if (kind == SORTEO_MORE) {
            present += piece < input->len - present ? piece : input->len - present;
            window = window_of(input, sorteo_decoder_keep(&decoder), present);
            continue;
        }
        record(run, &event);
        if (kind == SORTEO_WINNERS_BEGIN && event.winners > 0)
            sorteo_decoder_expect(&decoder, SORTEO_REPLY_ANSWER); /* inside a frame: to be ignored */
        if (kind == SORTEO_ANSWER || kind == SORTEO_WINNERS_END)
            expect_next(&decoder, input, &announced);
    }
    run->outcome.between_frames = sorteo_decoder_is_between_frames(&decoder);
    (void)sorteo_decoder_end(&decoder);
    run->outcome.error = decoder.error;
}

/* ---- The oracle ------------------------------------------------------------------------------ */

/* The end of the input is the end of the stream: inside a frame it makes TRUNCATED of all that was
 * read. */
static void ask(const struct oracle_input *input, struct run *run)
{
    run->outcome = oracle_decode(input, record, run);
    if (run->outcome.error.code == SORTEO_E_OK && !run->outcome.between_frames)
        run->outcome.error = (struct sorteo_error){ .code = SORTEO_E_TRUNCATED, .offset = input->len };
}

/* ---- Comparing ------------------------------------------------------------------------------- */

static bool are_equal_texts(const struct sorteo_text *a, const struct sorteo_text *b)
{
    return a->len == b->len && a->bytes == b->bytes;
}

static bool are_equal_bets(const struct sorteo_bet *a, const struct sorteo_bet *b)
{
    return a->agency == b->agency && are_equal_texts(&a->name, &b->name) && are_equal_texts(&a->surname, &b->surname) &&
           a->document == b->document && are_equal_texts(&a->birthdate, &b->birthdate) && a->number == b->number;
}

/* Of a frame that one event tells of. */
static bool are_equal_plain(const struct sorteo_event *a, const struct sorteo_event *b)
{
    bool equal = true;

#define X(frame, value) equal = equal && (a->kind != SORTEO_##frame || a->value == b->value);
    PLAIN_VALUES(X)
#undef X
    return equal;
}

static bool are_equal_values(const struct sorteo_event *a, const struct sorteo_event *b)
{
    switch (a->kind) {
    case SORTEO_BATCH_BEGIN:
    case SORTEO_BATCH_END:
        return a->bets == b->bets;
    case SORTEO_BET:
        return are_equal_bets(&a->bet, &b->bet);
    case SORTEO_ANSWER:
        return a->stored == b->stored;
    case SORTEO_WINNERS_BEGIN:
    case SORTEO_WINNERS_END:
        return a->winners == b->winners;
    case SORTEO_WINNER:
        return a->document == b->document;
    default:
        return are_equal_plain(a, b);
    }
}

static bool are_equal_events(const struct sorteo_event *a, const struct sorteo_event *b)
{
    return a->kind == b->kind && a->begin == b->begin && a->end == b->end && a->key == b->key && are_equal_values(a, b);
}

/* Whether the stream may end is asked only of one that was not refused. */
static bool are_equal_outcomes(const struct oracle_outcome *a, const struct oracle_outcome *b)
{
    const bool refused = a->error.code != SORTEO_E_OK && a->error.code != SORTEO_E_TRUNCATED;

    return a->error.code == b->error.code && a->error.field == b->error.field && a->error.offset == b->error.offset &&
           (refused || a->between_frames == b->between_frames);
}

static size_t first_difference(const struct run *a, const struct run *b)
{
    size_t i = 0;

    while (i < a->count && i < b->count && are_equal_events(&a->events[i], &b->events[i]))
        i++;
    return i;
}

/* ---- Telling --------------------------------------------------------------------------------- */

#define TOLD_BYTES 4096u /* of an input */
#define TOLD_EVENTS 8u   /* before the first difference, and from it on */

static void tell_input(const struct oracle_input *input, size_t piece, FILE *out)
{
    static const char *const streams[] = { "agency", "bet", "reply" };
    static const char *const replies[] = { "none", "answer", "winners" };

    (void)fprintf(out, "# dialect %s\n# stream %s\n", sorteo_dialect_name(input->dialect), streams[input->stream]);
    if (input->frame_limit != 0)
        (void)fprintf(out, "# limit %u\n", (unsigned)input->frame_limit);
    for (size_t i = 0; i < input->reply_count; i++)
        (void)fprintf(out, "# due %s\n", replies[input->replies[i]]);
    (void)fprintf(out, "# %zu bytes, in pieces of %zu (0: all at once)\n#", input->len, piece);
    for (size_t i = 0; i < input->len && i < TOLD_BYTES; i++)
        (void)fprintf(out, " %02x", input->bytes[i]);
    (void)fprintf(out, "%s\n", input->len > TOLD_BYTES ? " ..." : "");
}

static void tell_text(const struct oracle_input *input, const char *name, const struct sorteo_text *text, FILE *out)
{
    (void)fprintf(out, " %s=[%td,+%zu)", name, (const uint8_t *)text->bytes - input->bytes, text->len);
}

static void tell_values(const struct sorteo_event *event, FILE *out)
{
#define X(frame, value)                                                                                                \
    if (event->kind == SORTEO_##frame)                                                                                 \
        (void)fprintf(out, " " #value "=%llu", (unsigned long long)event->value);
    PLAIN_VALUES(X)
#undef X
}

static void tell_event(const struct oracle_input *input, const struct sorteo_event *event, FILE *out)
{
    (void)fprintf(out, "#   %s [%llu,%llu) key=%llx", sorteo_event_name(event->kind), (unsigned long long)event->begin,
                  (unsigned long long)event->end, (unsigned long long)event->key);
    switch (event->kind) {
    case SORTEO_BATCH_BEGIN:
    case SORTEO_BATCH_END:
        (void)fprintf(out, " bets=%u", event->bets);
        break;
    case SORTEO_ANSWER:
        (void)fprintf(out, " stored=%d", event->stored);
        break;
    case SORTEO_WINNERS_BEGIN:
    case SORTEO_WINNERS_END:
        (void)fprintf(out, " winners=%u", event->winners);
        break;
    case SORTEO_WINNER:
        (void)fprintf(out, " document=%u", (unsigned)event->document);
        break;
    case SORTEO_BET:
        (void)fprintf(out, " agency=%u document=%u number=%u", event->bet.agency, (unsigned)event->bet.document,
                      event->bet.number);
        tell_text(input, "name", &event->bet.name, out);
        tell_text(input, "surname", &event->bet.surname, out);
        tell_text(input, "birthdate", &event->bet.birthdate, out);
        break;
    default:
        tell_values(event, out);
        break;
    }
    (void)fprintf(out, "\n");
}

static void tell_run(const struct oracle_input *input, const char *who, const struct run *run, size_t difference,
                     FILE *out)
{
    const size_t first = difference > TOLD_EVENTS ? difference - TOLD_EVENTS : 0;
    const struct sorteo_error *error = &run->outcome.error;

    (void)fprintf(out, "# %s: %zu events\n", who, run->count);
    for (size_t i = first; i < run->count && i < difference + TOLD_EVENTS; i++)
        tell_event(input, &run->events[i], out);
    (void)fprintf(out, "#   %s %s %llu%s\n", sorteo_code_name(error->code), sorteo_field_name(error->field),
                  (unsigned long long)error->offset, run->outcome.between_frames ? ", between frames" : "");
}

bool agreement_holds(const struct oracle_input *input, size_t piece, FILE *out)
{
    static struct run decoder, oracle; /* static, so that their memory is reused */
    size_t difference;

    decoder.count = oracle.count = 0;
    drive(input, piece, &decoder);
    ask(input, &oracle);
    difference = first_difference(&decoder, &oracle);
    if (difference == decoder.count && difference == oracle.count &&
        are_equal_outcomes(&decoder.outcome, &oracle.outcome))
        return true;
    (void)fprintf(out, "# the decoder and the oracle differ at event %zu\n", difference);
    tell_input(input, piece, out);
    tell_run(input, "decoder", &decoder, difference, out);
    tell_run(input, "oracle", &oracle, difference, out);
    (void)fflush(out);
    return false;
}
