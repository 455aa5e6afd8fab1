/*
 * Streams of a grammar that may have been changed, read whole and byte by byte: the events are the
 * same, and so is the error. Byte by byte no shortcut is ever tried, so this is the shortcuts
 * against the grammar, whatever the grammar is. And what the encoder writes the decoder takes.
 *
 *     pieces INPUTS [SEED]
 *
 * Knows nothing of the language: a stream is made by trying bytes until the decoder takes one.
 */
#include "codec/sorteo.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STREAM_MAX 260u
#define TRIES_MAX 60u
#define AFTER_MAX 40u /* bytes after one that is refused: a shortcut may look at them */

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

static void add(struct told *told, const void *bytes, size_t len)
{
    const uint8_t *byte = bytes;

    for (size_t i = 0; i < len; i++)
        told->digest = (told->digest ^ byte[i]) * UINT64_C(0x100000001b3);
}

static void add_number(struct told *told, uint64_t number)
{
    add(told, &number, sizeof(number));
}

static void add_event(struct told *told, const struct sorteo_event *event)
{
    told->events++;
    add_number(told, (uint64_t)event->kind);
    add_number(told, event->begin);
    add_number(told, event->end);
    add_number(told, event->key);
    if (event->kind == SORTEO_BET) {
        add_number(told, event->bet.agency);
        add_number(told, event->bet.document);
        add_number(told, event->bet.number);
        add_number(told, event->bet.name.len);
        add(told, event->bet.name.bytes, event->bet.name.len);
        add(told, event->bet.surname.bytes, event->bet.surname.len);
        add(told, event->bet.birthdate.bytes, event->bet.birthdate.len);
    }
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
            sorteo_decoder_expect(decoder, len % 2 == 0 ? SORTEO_REPLY_ANSWER : SORTEO_REPLY_WINNERS);
    }
}

static void begin(struct sorteo_decoder *decoder, enum sorteo_dialect dialect, enum sorteo_stream stream)
{
    sorteo_decoder_init(decoder, dialect, stream, 0);
    sorteo_decoder_expect(decoder, SORTEO_REPLY_WINNERS);
}

/* ---- Streams --------------------------------------------------------------------------------- */

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

/* Makes a stream byte by byte, and reads it so; returns its length. In some a byte is refused, and
 * others follow. */
static size_t make(enum sorteo_dialect dialect, enum sorteo_stream stream, uint8_t *bytes, struct told *told)
{
    const size_t max = 1 + random_below(STREAM_MAX);
    struct sorteo_decoder decoder;
    size_t len = 0;

    *told = (struct told){ 0 };
    begin(&decoder, dialect, stream);
    while (len < max) {
        const bool any = random_below(100) == 0;

        for (unsigned tries = 0;; tries++) {
            struct sorteo_decoder trial = decoder;
            struct told then = *told;

            bytes[len] = len == 0 && tries == 0 ? 0 : likely_byte();
            if (read_on(&trial, bytes, len + 1, &then) || any || tries == TRIES_MAX) {
                decoder = trial;
                *told = then;
                len++;
                break;
            }
        }
        if (told->error.code != SORTEO_E_OK)
            break;
    }
    if (told->error.code != SORTEO_E_OK) {
        for (unsigned left = random_below(AFTER_MAX); left > 0; left--)
            bytes[len++] = likely_byte();
    }
    return len;
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

static unsigned check_stream(enum sorteo_dialect dialect, enum sorteo_stream stream, unsigned *bets)
{
    uint8_t bytes[STREAM_MAX + 1 + AFTER_MAX];
    struct sorteo_decoder decoder;
    struct told in_pieces, whole = { 0 };
    const size_t len = make(dialect, stream, bytes, &in_pieces);
    uint8_t *exact = malloc(len);

    memcpy(exact, bytes, len);
    begin(&decoder, dialect, stream);
    /* What is due on the reply stream depends on where a frame ended, so it is read as made. */
    if (stream == SORTEO_REPLY_STREAM) {
        for (size_t to = 1; to <= len; to++)
            if (!read_on(&decoder, exact, to, &whole))
                break;
    } else {
        (void)read_on(&decoder, exact, len, &whole);
    }
    free(exact);
    *bets += in_pieces.events;
    if (is_same(&in_pieces, &whole))
        return 0;
    (void)printf("# %s: %s at %" PRIu64 " in pieces, %s at %" PRIu64 " whole\n", sorteo_dialect_name(dialect),
                 sorteo_code_name(in_pieces.error.code), in_pieces.error.offset, sorteo_code_name(whole.error.code),
                 whole.error.offset);
    print("differs", bytes, len);
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

static unsigned check_winners(enum sorteo_dialect dialect)
{
    const unsigned count = random_below(4);
    uint32_t documents[3];
    uint8_t bytes[16];
    size_t len;

    for (unsigned i = 0; i < count; i++)
        documents[i] = random_below(2) == 0 ? random_below(UINT32_MAX) : random_below(1000);
    if (sorteo_encode_winners(dialect, documents, count, bytes, sizeof(bytes), &len) != SORTEO_E_OK)
        return 0;
    return check_taken(dialect, SORTEO_REPLY_STREAM, bytes, len, count + 2);
}

static unsigned check_encoder(enum sorteo_dialect dialect)
{
    const uint64_t key = random_below(2) == 0 ? random_below(256) : (uint64_t)random_below(UINT32_MAX) << 16;
    uint8_t bytes[16];
    unsigned wrong = check_bet(dialect, key) + check_winners(dialect);
    size_t len;

    if (sorteo_encode_finish(dialect, key, (uint8_t)random_below(6), bytes, sizeof(bytes), &len) == SORTEO_E_OK)
        wrong += check_taken(dialect, SORTEO_AGENCY_STREAM, bytes, len, 1);
    return wrong;
}

int main(int argc, char **argv)
{
    const uint64_t inputs = argc > 1 ? strtoull(argv[1], NULL, 10) : 10000;
    unsigned differ = 0, events = 0;
    const enum sorteo_dialect dialects = (enum sorteo_dialect)sorteo_dialect_count();

    random_state = (argc > 2 ? strtoull(argv[2], NULL, 10) : 1) * UINT64_C(0x9e3779b97f4a7c15) + 1;
    for (uint64_t input = 0; input < inputs && differ < 10; input++) {
        const enum sorteo_dialect dialect = (enum sorteo_dialect)(input % (uint64_t)dialects);
        const enum sorteo_stream stream = random_below(16) == 0  ? SORTEO_REPLY_STREAM
                                          : random_below(4) == 0 ? SORTEO_BET_STREAM
                                                                 : SORTEO_AGENCY_STREAM;

        differ += check_stream(dialect, stream, &events);
        differ += check_encoder(dialect);
    }
    (void)printf("# %" PRIu64 " inputs, %u events, %u differ\n", inputs, events, differ);
    return differ == 0 && events > 0 ? 0 : 1;
}
