/*
 * The inputs that come from a seed. Most of each is valid, so that both decoders get far into it.
 */
#include "conformance/oracle/inputs.h"
#include "conformance/oracle/stream.h"

#include "unit/codec/codec_random.h"

static bool one_in(uint32_t count)
{
    return random_below(count) == 0;
}

/* ---- Fields that are mostly right ------------------------------------------------------------ */

/* Begin and continue characters, end ASCII and controls, bound what may follow a byte that has a
 * row of its own. */
static const uint8_t telling_bytes[] = {
    0x00, 0x01, 0x1f, 0x20, 0x2d, 0x30, 0x31, 0x39, 0x3a, 0x7e, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1,
    0xc2, 0xc3, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xf7, 0xf8, 0xfe, 0xff,
};

static uint8_t any_byte(void)
{
    return one_in(2) ? (uint8_t)random_number() : telling_bytes[random_below(sizeof(telling_bytes))];
}

static void any_name(struct stream *stream)
{
    char text[64];
    const size_t most = random_below(one_in(4) ? 60 : 8);
    size_t len = 0;

    while (len < most) /* a last character may go beyond `most`, which is what cuts one in two */
        len += random_character(text + len);
    stream_name(stream, text, one_in(16) ? most : len);
}

/* Near the ends of months as often as anywhere. */
static void any_birthdate(struct stream *stream)
{
    static const unsigned years[] = { 0, 1, 4, 100, 400, 1900, 1999, 2000, 2004, 2100, 9999 };
    const unsigned year = one_in(2) ? 1 + random_below(9999) : years[random_below(sizeof(years) / sizeof(years[0]))];
    const unsigned month = one_in(8) ? random_below(100) : 1 + random_below(12);
    const unsigned day = one_in(2) ? 27 + random_below(6) : random_below(one_in(8) ? 100 : 29);
    char text[16];

    (void)snprintf(text, sizeof(text), "%04u-%02u-%02u", year % 10000, month % 100, day % 100);
    stream_bytes(stream, text, 10);
}

static void any_bet(struct stream *stream)
{
    if (stream->kind == SORTEO_BET_STREAM || sorteo_dialect_parameters(stream->dialect)->batch_agency_size == 0)
        stream_integer(stream, random_number(), 1);
    any_name(stream);
    any_name(stream);
    stream_integer(stream, random_number(), 4);
    any_birthdate(stream);
    stream_integer(stream, random_number(), 2);
}

/* ---- Frames ---------------------------------------------------------------------------------- */

static void any_key(struct stream *stream)
{
    stream_integer(stream, random_number(), sorteo_dialect_parameters(stream->dialect)->key_size);
}

static void any_batch(struct stream *stream)
{
    const unsigned bets = one_in(32) ? random_below(65536) : 1 + random_below(4);
    const unsigned following = bets < 300 ? bets : 3;

    stream_integer(stream, bets, 2);
    any_key(stream);
    stream_integer(stream, random_number(), sorteo_dialect_parameters(stream->dialect)->batch_agency_size);
    for (unsigned i = 0; i < following; i++)
        any_bet(stream);
}

static void any_finish(struct stream *stream)
{
    stream_integer(stream, 0, 2);
    any_key(stream);
    stream_integer(stream, random_number(), 1);
    if (!one_in(16))
        stream_receipt(stream);
}

static void any_frame(struct stream *stream)
{
    if (stream->kind == SORTEO_BET_STREAM) {
        any_key(stream);
        any_bet(stream);
    } else if (stream->kind == SORTEO_AGENCY_STREAM) {
        if (one_in(3))
            any_finish(stream);
        else
            any_batch(stream);
    } else if (one_in(2)) {
        stream_winners(stream, random_below(one_in(16) ? 300 : 4));
    } else {
        stream_answer(stream, (uint8_t)random_below(one_in(16) ? 256 : 2));
    }
}

/* ---- Damage ---------------------------------------------------------------------------------- */

static void remove_byte(struct stream *stream, size_t at)
{
    memmove(stream->bytes + at, stream->bytes + at + 1, stream->len - at - 1);
    stream->len--;
}

static void insert_byte(struct stream *stream, size_t at)
{
    stream_bytes(stream, "", 1);
    memmove(stream->bytes + at + 1, stream->bytes + at, stream->len - at - 1);
    stream->bytes[at] = any_byte();
}

static void damage(struct stream *stream)
{
    if (stream->len == 0)
        return;
    switch (random_below(8)) {
    case 0:
        remove_byte(stream, random_below((uint32_t)stream->len));
        break;
    case 1:
        insert_byte(stream, random_below((uint32_t)stream->len));
        break;
    case 2:
        stream->len = random_below((uint32_t)stream->len + 1);
        break;
    case 3:
        stream->bytes[random_below((uint32_t)stream->len)] ^= (uint8_t)(1u << random_below(8));
        break;
    default:
        stream->bytes[random_below((uint32_t)stream->len)] = any_byte();
        break;
    }
    if (stream->reply_count > 0 && one_in(16))
        stream->replies[random_below((uint32_t)stream->reply_count)] = (enum sorteo_reply)random_below(3);
}

static uint32_t any_limit(const struct stream *stream)
{
    switch (random_below(4)) {
    case 0:
        return random_below((uint32_t)stream->len + 40);
    case 1:
        return one_in(8) ? (uint32_t)random_number() : 1 + random_below(2000);
    default:
        return 0;
    }
}

void inputs_random(const struct inputs *inputs, uint64_t seed, uint64_t rounds)
{
    struct stream stream = { .len = 0 };

    random_state = seed;
    for (uint64_t round = 0; round < rounds; round++) {
        stream_begin(&stream, inputs->dialect, (enum sorteo_stream)random_below(3));
        for (unsigned frames = random_below(5); frames > 0; frames--)
            any_frame(&stream);
        for (unsigned faults = random_below(4); faults > 0; faults--)
            damage(&stream);
        inputs->visit(inputs->context, &(struct oracle_input){
                                           .dialect = stream.dialect,
                                           .stream = stream.kind,
                                           .frame_limit = any_limit(&stream),
                                           .replies = stream.replies,
                                           .reply_count = stream.reply_count,
                                           .bytes = stream.bytes,
                                           .len = stream.len,
                                       });
    }
    stream_fini(&stream);
}
