/*
 * Streams of a grammar that may have been changed, read whole and byte by byte: the events are the
 * same, and so is the error. Byte by byte no shortcut is ever tried, so this is the shortcuts
 * against the grammar, whatever the grammar is. And what the encoder writes the decoder takes.
 *
 *     pieces INPUTS [SEED]
 *
 * Knows nothing of the language: a stream is made by trying bytes until the decoder takes one.
 * Every second one is the one before with one byte changed, so that a byte is refused amid others
 * that are right: where a shortcut looks at many bytes at once.
 */
#include "codec/sorteo.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STREAM_MAX 260u
#define TRIES_MAX 60u
#define AFTER_MAX 40u /* bytes after one that is refused: a shortcut may look at them */
#define STATES 256u   /* of a machine: a byte holds its number */
#define TAKEN_MAX 16u

static uint64_t random_state;

static uint32_t random_below(uint32_t bound)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint32_t)(random_state >> 33) % bound;
}

/* ---- What a decoder told --------------------------------------------------------------------- */

struct told {
    uint64_t digest;
    unsigned events;
    struct sorteo_error error;
};

static void add_number(struct told *told, uint64_t number)
{
    told->digest = (told->digest ^ number) * UINT64_C(0x9fb21c651e98df25);
    told->digest ^= told->digest >> 32;
}

static void add_text(struct told *told, struct sorteo_text text)
{
    uint64_t word = 0;

    add_number(told, text.len);
    for (size_t at = 0; at < text.len; at++) {
        word = word << 8 | (uint8_t)text.bytes[at];
        if (at % 8 == 7)
            add_number(told, word);
    }
    add_number(told, word);
}

/* The fields that every grammar has. */
static void add_bet(struct told *told, const struct sorteo_bet *bet)
{
    add_number(told, bet->agency);
    add_number(told, bet->document);
    add_number(told, bet->number);
    add_text(told, bet->name);
    add_text(told, bet->surname);
    add_text(told, bet->birthdate);
}

static uint64_t value_of(const struct sorteo_event *event)
{
    switch (event->kind) {
    case SORTEO_BATCH_BEGIN:
    case SORTEO_BATCH_END:
        return event->bets;
    case SORTEO_FINISH:
        return event->agency;
    case SORTEO_ANSWER:
        return event->stored;
    case SORTEO_WINNERS_BEGIN:
    case SORTEO_WINNERS_END:
        return event->winners;
    case SORTEO_WINNER:
        return event->document;
    default:
        return 0;
    }
}

static void add_event(struct told *told, const struct sorteo_event *event)
{
    told->events++;
    add_number(told, (uint64_t)event->kind);
    add_number(told, event->begin);
    add_number(told, event->end);
    add_number(told, event->key);
    add_number(told, value_of(event));
    if (event->kind == SORTEO_BET)
        add_bet(told, &event->bet);
}

/* Reads all events that the bytes up to len have. False if they are refused. */
static bool read_on(struct sorteo_decoder *decoder, const uint8_t *bytes, size_t len, struct told *told)
{
    const struct sorteo_window window = { .bytes = bytes, .len = len, .base = 0 };
    struct sorteo_event event;

    for (;;) {
        const enum sorteo_event_kind kind = sorteo_decoder_next(decoder, &window, &event);

        if (kind == SORTEO_MORE || kind == SORTEO_ERROR) {
            told->error = decoder->error;
            return kind == SORTEO_MORE;
        }
        add_event(told, &event);
        if (sorteo_decoder_is_between_frames(decoder))
            sorteo_decoder_expect(decoder, decoder->offset % 2 == 0 ? SORTEO_REPLY_ANSWER : SORTEO_REPLY_WINNERS);
    }
}

static void begin(struct sorteo_decoder *decoder, enum sorteo_dialect dialect, enum sorteo_stream stream)
{
    sorteo_decoder_init(decoder, dialect, stream, 0);
    sorteo_decoder_expect(decoder, SORTEO_REPLY_WINNERS);
}

/* ---- Streams --------------------------------------------------------------------------------- */

struct stream {
    enum sorteo_dialect dialect;
    enum sorteo_stream kind;
    size_t len;
    uint8_t bytes[STREAM_MAX + AFTER_MAX];
};

/* Bytes that were taken in a state, so that most need not be found by trying again. */
struct taken {
    unsigned count;
    uint8_t bytes[TAKEN_MAX];
};

static struct taken *taken_in; /* of each dialect, STATES of them */

/* Small counts, digits and letters are what fields are made of; now and then anything. */
static uint8_t likely_byte(void)
{
    static const char common[] = "0123456789-0012aeioAZ \xc3\xa1\xb1\xe3\x81\x82\xf0\x9f\x98\x80";

    switch (random_below(4)) {
    case 0:
        return (uint8_t)random_below(10);
    case 1:
        return (uint8_t)common[random_below(sizeof(common) - 1)];
    case 2:
        return (uint8_t)(' ' + random_below(0x5f));
    default:
        return (uint8_t)random_below(256);
    }
}

static void remember(struct taken *taken, uint8_t byte)
{
    if (taken->count < TAKEN_MAX)
        taken->bytes[taken->count++] = byte;
    else
        taken->bytes[random_below(TAKEN_MAX)] = byte;
}

/* Finds the byte at bytes[len]: one that is taken, but for one in a hundred, which is any. False if
 * it is refused. */
static bool find_byte(struct sorteo_decoder *decoder, uint8_t *bytes, size_t len)
{
    struct taken *taken = &taken_in[decoder->dialect * STATES + decoder->state];
    const bool any = random_below(100) == 0;
    const struct sorteo_decoder before = *decoder;

    for (unsigned tries = 0; tries < (any ? 1 : TRIES_MAX); tries++) {
        const bool again = !any && taken->count > 0 && random_below(4) > 0;
        struct told told = { 0 };

        bytes[len] = again ? taken->bytes[random_below(taken->count)] : likely_byte();
        if (len == 0 && tries == 0)
            bytes[len] = 0;
        *decoder = before;
        if (read_on(decoder, bytes, len + 1, &told)) {
            if (!again)
                remember(taken, bytes[len]);
            return true;
        }
    }
    return false;
}

/* In some a byte is refused, and others follow. */
static void make(struct stream *stream)
{
    const size_t max = 1 + random_below(STREAM_MAX);
    struct sorteo_decoder decoder;
    bool is_right = true;

    begin(&decoder, stream->dialect, stream->kind);
    for (stream->len = 0; is_right && stream->len < max; stream->len++)
        is_right = find_byte(&decoder, stream->bytes, stream->len);
    for (unsigned left = is_right ? 0 : random_below(AFTER_MAX); left > 0; left--)
        stream->bytes[stream->len++] = likely_byte();
}

/* A byte near the right one is where a range ends. */
static void vary(struct stream *stream)
{
    uint8_t *byte = &stream->bytes[random_below((uint32_t)stream->len)];

    *byte = random_below(2) == 0 ? likely_byte() : (uint8_t)(*byte + (random_below(2) == 0 ? 1 : -1));
}

static bool is_same(const struct told *a, const struct told *b)
{
    return a->digest == b->digest && a->events == b->events && a->error.code == b->error.code &&
           a->error.field == b->error.field && a->error.offset == b->error.offset;
}

static void print(const char *what, const uint8_t *bytes, size_t len)
{
    (void)printf("# %s:", what);
    for (size_t i = 0; i < len; i++)
        (void)printf(" %02x", bytes[i]);
    (void)printf("\n");
}

static struct told read_in_pieces(const struct stream *stream)
{
    struct told told = { 0 };
    struct sorteo_decoder decoder;

    begin(&decoder, stream->dialect, stream->kind);
    for (size_t len = 1; len <= stream->len; len++)
        if (!read_on(&decoder, stream->bytes, len, &told))
            break;
    return told;
}

/* From memory that ends where the stream does. */
static struct told read_whole(const struct stream *stream)
{
    struct told told = { 0 };
    struct sorteo_decoder decoder;
    uint8_t *exact = malloc(stream->len);

    memcpy(exact, stream->bytes, stream->len);
    begin(&decoder, stream->dialect, stream->kind);
    (void)read_on(&decoder, exact, stream->len, &told);
    free(exact);
    return told;
}

static unsigned check_stream(const struct stream *stream, uint64_t *events)
{
    const struct told in_pieces = read_in_pieces(stream), whole = read_whole(stream);

    *events += in_pieces.events;
    if (is_same(&in_pieces, &whole))
        return 0;
    (void)printf("# %s: %s at %" PRIu64 " in pieces, %s at %" PRIu64 " whole\n", sorteo_dialect_name(stream->dialect),
                 sorteo_code_name(in_pieces.error.code), in_pieces.error.offset, sorteo_code_name(whole.error.code),
                 whole.error.offset);
    print("differs", stream->bytes, stream->len);
    return 1;
}

/* ---- The encoder ----------------------------------------------------------------------------- */

static struct sorteo_text random_name(char *buf)
{
    static const char *const parts[] = { "a",     "Ana", "\xc3\xa1", "\xe3\x81\x82", "\xf0\x9f\x98\x80",
                                         "Lorca", " ",   "\x7f" };
    size_t len = 0;

    for (unsigned left = random_below(6); left > 0; left--) {
        const char *part = parts[random_below(random_below(20) == 0 ? 8 : 7)];

        memcpy(buf + len, part, strlen(part));
        len += strlen(part);
    }
    return (struct sorteo_text){ .bytes = buf, .len = len };
}

static struct sorteo_bet random_bet(char *name, char *surname, char *date)
{
    (void)snprintf(date, SORTEO_DATE_LEN + 1, "%04u-%02u-%02u", random_below(2100) % 10000, random_below(14) % 100,
                   random_below(33) % 100);
    return (struct sorteo_bet){
        .agency = (uint8_t)random_below(6),
        .name = random_name(name),
        .surname = random_name(surname),
        .document = random_below(2) == 0 ? random_below(UINT32_MAX) : random_below(1000),
        .birthdate = { .bytes = date, .len = SORTEO_DATE_LEN },
        .number = (uint16_t)(random_below(2) == 0 ? random_below(65536) : random_below(10001)),
    };
}

/* A frame that the encoder has made: the decoder must take it, and tell of so many events. */
static unsigned check_taken(enum sorteo_dialect dialect, enum sorteo_stream stream, const uint8_t *bytes, size_t len,
                            unsigned events)
{
    struct sorteo_decoder decoder;
    struct told told = { 0 };

    begin(&decoder, dialect, stream);
    if (read_on(&decoder, bytes, len, &told) && told.events == events)
        return 0;
    print("the encoder has written what the decoder refuses", bytes, len);
    return 1;
}

static unsigned check_bet(enum sorteo_dialect dialect, uint64_t key)
{
    char name[64], surname[64], date[SORTEO_DATE_LEN + 1];
    const struct sorteo_bet bet = random_bet(name, surname, date);
    uint8_t bytes[400];
    unsigned wrong = 0;
    size_t len;

    if (sorteo_encode_batch(dialect, key, &bet, 1, bytes, sizeof(bytes), &len, NULL) == SORTEO_E_OK)
        wrong += check_taken(dialect, SORTEO_AGENCY_STREAM, bytes, len, 3);
    if (sorteo_encode_single(dialect, key, &bet, bytes, sizeof(bytes), &len, NULL) == SORTEO_E_OK)
        wrong += check_taken(dialect, SORTEO_BET_STREAM, bytes, len, 1);
    return wrong;
}

/* In one piece or in two. */
static enum sorteo_code encode_winners(enum sorteo_dialect dialect, const uint32_t *documents, size_t count,
                                       uint8_t *out, size_t cap, size_t *len)
{
    enum sorteo_code code;
    size_t head_len;

    if (random_below(2) == 0)
        return sorteo_encode_winners(dialect, documents, count, out, cap, len);
    code = sorteo_encode_winners_count(dialect, count, out, cap, &head_len);
    if (code == SORTEO_E_OK)
        code = sorteo_encode_documents(dialect, documents, count, out + head_len, cap - head_len, len);
    if (code == SORTEO_E_OK)
        *len += head_len;
    return code;
}

static unsigned check_winners(enum sorteo_dialect dialect)
{
    const unsigned count = random_below(4);
    uint32_t documents[3];
    uint8_t bytes[16];
    size_t len;

    for (unsigned i = 0; i < count; i++)
        documents[i] = random_below(2) == 0 ? random_below(UINT32_MAX) : random_below(1000);
    if (encode_winners(dialect, documents, count, bytes, sizeof(bytes), &len) != SORTEO_E_OK)
        return 0;
    return check_taken(dialect, SORTEO_REPLY_STREAM, bytes, len, count + 2);
}

static unsigned check_answer(enum sorteo_dialect dialect, bool stored)
{
    struct sorteo_decoder decoder;
    struct sorteo_event event;
    uint8_t byte;
    size_t len;

    if (sorteo_encode_answer(stored, &byte, sizeof(byte), &len) != SORTEO_E_OK)
        return 0;
    sorteo_decoder_init(&decoder, dialect, SORTEO_REPLY_STREAM, 0);
    sorteo_decoder_expect(&decoder, SORTEO_REPLY_ANSWER);
    const struct sorteo_window window = { .bytes = &byte, .len = len, .base = 0 };
    if (sorteo_decoder_next(&decoder, &window, &event) == SORTEO_ANSWER && event.stored == stored)
        return 0;
    print("the encoder has written an answer that is none, or another one", &byte, len);
    return 1;
}

static unsigned check_encoder(enum sorteo_dialect dialect)
{
    const uint64_t key = random_below(2) == 0 ? random_below(256) : (uint64_t)random_below(UINT32_MAX) << 16;
    uint8_t bytes[16];
    unsigned wrong = check_bet(dialect, key) + check_winners(dialect) + check_answer(dialect, key % 2 == 0);
    size_t len;

    if (sorteo_encode_finish(dialect, key, (uint8_t)random_below(6), bytes, sizeof(bytes), &len) == SORTEO_E_OK)
        wrong += check_taken(dialect, SORTEO_AGENCY_STREAM, bytes, len, 1);
    return wrong;
}

/* ---- All of it ------------------------------------------------------------------------------- */

static enum sorteo_stream random_kind(void)
{
    if (random_below(16) == 0)
        return SORTEO_REPLY_STREAM;
    return random_below(4) == 0 ? SORTEO_BET_STREAM : SORTEO_AGENCY_STREAM;
}

/* The next input: every second one is a variation. */
static void next_stream(struct stream *stream, uint64_t input)
{
    if (input % 2 == 1) {
        vary(stream);
        return;
    }
    stream->dialect = (enum sorteo_dialect)(input / 2 % sorteo_dialect_count());
    stream->kind = random_kind();
    make(stream);
}

int main(int argc, char **argv)
{
    const uint64_t inputs = argc > 1 ? strtoull(argv[1], NULL, 10) : 10000;
    uint64_t input = 0, events = 0;
    unsigned differ = 0;
    struct stream stream;

    random_state = (argc > 2 ? strtoull(argv[2], NULL, 10) : 1) * UINT64_C(0x9e3779b97f4a7c15) + 1;
    taken_in = calloc(sorteo_dialect_count() * STATES, sizeof(*taken_in));
    if (taken_in == NULL)
        return 1;
    for (; input < inputs && differ < 10; input++) {
        next_stream(&stream, input);
        differ += check_stream(&stream, &events);
        differ += check_encoder(stream.dialect);
    }
    free(taken_in);
    (void)printf("# %" PRIu64 " inputs, %" PRIu64 " events, %u differ\n", input, events, differ);
    return differ == 0 && events > 0 ? 0 : 1;
}
