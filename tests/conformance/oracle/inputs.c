/*
 * The inputs that are always the same.
 */
#include "conformance/oracle/inputs.h"
#include "conformance/oracle/stream.h"

#include <stdio.h>
#include <string.h>

static void visit_limited(const struct inputs *inputs, const struct stream *stream, uint64_t limit)
{
    const struct oracle_input input = {
        .dialect = stream->dialect,
        .stream = stream->kind,
        .frame_limit = limit > UINT32_MAX ? UINT32_MAX : (uint32_t)limit,
        .replies = stream->replies,
        .reply_count = stream->reply_count,
        .bytes = stream->bytes,
        .len = stream->len,
    };

    inputs->visit(inputs->context, &input);
}

static void visit(const struct inputs *inputs, const struct stream *stream)
{
    visit_limited(inputs, stream, 0);
}

/* ---- Streams that show every rule ------------------------------------------------------------ */

/* The ends of each row of RFC 3629's table, but for what a name may not have. */
static const char *const texts[] = {
    "",
    "A",
    " ~",
    "\xc2\xa0\xc2\xbf",
    "\xc3\x80\xdf\xbf",
    "\xe0\xa0\x80\xe0\xbf\xbf",
    "\xe1\x80\x80\xec\xbf\xbf",
    "\xed\x80\x80\xed\x9f\xbf",
    "\xee\x80\x80\xef\xbf\xbf",
    "\xf0\x90\x80\x80\xf0\xbf\xbf\xbf",
    "\xf1\x80\x80\x80\xf3\xbf\xbf\xbf",
    "\xf4\x80\x80\x80\xf4\x8f\xbf\xbf",
    ("Sof\xc3\xad"
     "a \xe6\x9d\xb1 \xf0\x9d\x92\x9c!"),
};
static const char *const birthdates[] = {
    "1999-03-17", "2000-02-29", "1900-02-28", "0001-01-01", "9999-12-31", "2024-02-29", "1987-04-30", "0104-02-29",
};

#define TEXTS (sizeof(texts) / sizeof(texts[0]))
#define BIRTHDATES (sizeof(birthdates) / sizeof(birthdates[0]))
#define FIXED 12u /* streams that are more than one bet */
#define STREAMS (3 * (unsigned)TEXTS + FIXED)

static void ordinary_bet(struct stream *stream)
{
    stream_bet(stream, "Ana", "\xc3\x91u", "1999-03-17");
}

static void batch(struct stream *stream, unsigned bets)
{
    stream_batch_head(stream, (uint16_t)bets);
    for (unsigned i = 0; i < bets; i++)
        stream_bet(stream, texts[i % 3], texts[(i + 2) % 4], birthdates[i % BIRTHDATES]);
}

static void end_round(struct stream *stream)
{
    stream_finish(stream);
    stream_receipt(stream);
}

/* The streams of agencies that are more than one bet: the first half of FIXED. */
static void fixed_agency_stream(struct stream *stream, unsigned which)
{
    switch (which) {
    case 0:
        batch(stream, 3);
        break;
    case 1:
        batch(stream, 1);
        end_round(stream);
        break;
    case 2:
        end_round(stream);
        batch(stream, 1);
        batch(stream, 2);
        end_round(stream);
        break;
    case 3:
        end_round(stream);
        end_round(stream);
        break;
    case 4:
        stream_finish(stream);
        break;
    default:
        break; /* nothing at all */
    }
}

/* And those of a server: the second. */
static void fixed_reply_stream(struct stream *stream, unsigned which)
{
    switch (which) {
    case 0:
        stream_answer(stream, 0);
        stream_answer(stream, 1);
        stream_answer(stream, 0);
        break;
    case 1:
        stream_winners(stream, 0);
        break;
    case 2:
        stream_winners(stream, 1);
        stream_winners(stream, 2);
        stream_winners(stream, 0);
        break;
    case 3:
        stream_answer(stream, 0);
        stream_winners(stream, 2);
        stream_answer(stream, 1);
        break;
    case 4:
        stream_winners(stream, 0);
        stream_answer(stream, 1);
        stream_winners(stream, 1);
        break;
    default:
        break;
    }
}

/* Builds the stream number `which` of STREAMS. */
static void representative(struct stream *stream, enum sorteo_dialect dialect, unsigned which)
{
    const unsigned text = which % (unsigned)TEXTS;
    const char *birthdate = birthdates[which % BIRTHDATES];

    switch (which / (unsigned)TEXTS) {
    case 0:
        stream_begin(stream, dialect, SORTEO_BET_STREAM);
        stream_bet(stream, texts[text], "", birthdate);
        ordinary_bet(stream);
        return;
    case 1:
        stream_begin(stream, dialect, SORTEO_BET_STREAM);
        stream_bet(stream, "", texts[text], birthdate);
        return;
    case 2:
        stream_begin(stream, dialect, SORTEO_AGENCY_STREAM);
        stream_batch_head(stream, 1);
        stream_bet(stream, texts[text], texts[(text + 1) % TEXTS], birthdate);
        return;
    default:
        break;
    }
    which -= 3 * (unsigned)TEXTS;
    stream_begin(stream, dialect, which < FIXED / 2 ? SORTEO_AGENCY_STREAM : SORTEO_REPLY_STREAM);
    if (which < FIXED / 2)
        fixed_agency_stream(stream, which);
    else
        fixed_reply_stream(stream, which - FIXED / 2);
}

static void each_stream(const struct inputs *inputs, void (*use)(const struct inputs *, struct stream *))
{
    struct stream stream = { .len = 0 };

    for (unsigned which = 0; which < STREAMS; which++) {
        representative(&stream, inputs->dialect, which);
        use(inputs, &stream);
    }
    stream_fini(&stream);
}

/* ---- What becomes of them -------------------------------------------------------------------- */

static void use_prefixes(const struct inputs *inputs, struct stream *stream)
{
    const size_t whole = stream->len;

    for (stream->len = 0; stream->len <= whole; stream->len++)
        visit(inputs, stream);
}

void inputs_prefixes(const struct inputs *inputs)
{
    each_stream(inputs, use_prefixes);
}

static void use_bytes(const struct inputs *inputs, struct stream *stream)
{
    static const uint8_t few[] = { 0x00, 0x01, 0x1f, 0x30, 0x39, 0x41, 0x7f, 0x80, 0xa0, 0xc2, 0xed, 0xf4, 0xff };
    const unsigned values = inputs->is_brief ? sizeof(few) : 256;
    const bool is_limited = !inputs->is_brief && stream->kind != SORTEO_REPLY_STREAM;

    for (size_t i = 0; i < stream->len; i++) {
        const uint8_t right = stream->bytes[i];

        for (unsigned value = 0; value < values; value++) {
            stream->bytes[i] = inputs->is_brief ? few[value] : (uint8_t)value;
            visit(inputs, stream);
            if (is_limited)
                visit_limited(inputs, stream, stream->len);
        }
        stream->bytes[i] = right;
    }
}

void inputs_bytes(const struct inputs *inputs)
{
    each_stream(inputs, use_bytes);
}

static void use_shifts(const struct inputs *inputs, struct stream *stream)
{
    struct stream shifted = { .len = 0 };

    for (size_t i = 0; i < stream->len; i++) {
        for (size_t times = 0; times <= 2; times += 2) {
            stream_begin(&shifted, stream->dialect, stream->kind);
            memcpy(shifted.replies, stream->replies, sizeof(shifted.replies));
            shifted.reply_count = stream->reply_count;
            stream_bytes(&shifted, stream->bytes, i);
            for (size_t time = 0; time < times; time++)
                stream_bytes(&shifted, stream->bytes + i, 1);
            stream_bytes(&shifted, stream->bytes + i + 1, stream->len - i - 1);
            visit(inputs, &shifted);
        }
    }
    stream_fini(&shifted);
    for (unsigned value = 0; value < 256; value++) {
        stream_bytes(stream, &(uint8_t){ (uint8_t)value }, 1);
        visit(inputs, stream);
        stream->len--;
    }
}

void inputs_shifts(const struct inputs *inputs)
{
    each_stream(inputs, use_shifts);
}

static void use_limits(const struct inputs *inputs, struct stream *stream)
{
    for (size_t limit = 1; limit <= stream->len + 2; limit++)
        visit_limited(inputs, stream, limit);
    visit_limited(inputs, stream, 65535);
    visit_limited(inputs, stream, UINT32_MAX);
}

void inputs_limits(const struct inputs *inputs)
{
    each_stream(inputs, use_limits);
}

/* ---- The calendar ---------------------------------------------------------------------------- */

/* In a SINGLE, in a batch's last bet, and in one that is not the last. */
static void visit_birthdate(const struct inputs *inputs, struct stream *stream, unsigned year, unsigned month,
                            unsigned day)
{
    char text[16];

    (void)snprintf(text, sizeof(text), "%04u-%02u-%02u", year % 10000, month % 100, day % 100);
    stream_begin(stream, inputs->dialect, SORTEO_BET_STREAM);
    stream_bet(stream, "A", "B", text);
    visit(inputs, stream);
    if (inputs->is_brief)
        return;
    stream_begin(stream, inputs->dialect, SORTEO_AGENCY_STREAM);
    stream_batch_head(stream, 2);
    stream_bet(stream, "", "", text);
    stream_bet(stream, "", "", text);
    visit(inputs, stream);
}

void inputs_birthdates(const struct inputs *inputs)
{
    static const unsigned years[] = { 2000, 1900, 1999, 1, 4, 9999, 0 };
    const unsigned step = inputs->is_brief ? 97 : 1;
    struct stream stream = { .len = 0 };

    for (unsigned year = 0; year <= 9999; year += step) {
        visit_birthdate(inputs, &stream, year, 2, 28);
        visit_birthdate(inputs, &stream, year, 2, 29);
        visit_birthdate(inputs, &stream, year, 12, 31);
    }
    for (unsigned i = 0; i < sizeof(years) / sizeof(years[0]); i++)
        for (unsigned rest = 0; rest <= 9999; rest += step)
            visit_birthdate(inputs, &stream, years[i], rest / 100, rest % 100);
    stream_fini(&stream);
}

/* ---- Characters ------------------------------------------------------------------------------ */

/* As UTF-8 would encode it if code point and size were legal. */
static void write_point(uint8_t out[4], uint32_t point, unsigned size)
{
    static const uint8_t leads[] = { 0, 0x00, 0xc0, 0xe0, 0xf0 };

    for (unsigned i = size - 1; i > 0; i--) {
        out[i] = (uint8_t)(0x80 | (point & 0x3f));
        point >>= 6;
    }
    out[0] = (uint8_t)(leads[size] | point);
}

static void visit_point(const struct inputs *inputs, struct stream *stream, uint32_t point, unsigned size)
{
    uint8_t character[4];

    write_point(character, point, size);
    for (unsigned missing = 0; missing < 2; missing++) {
        stream_begin(stream, inputs->dialect, SORTEO_BET_STREAM);
        stream_key(stream);
        stream_integer(stream, 5, 1);
        stream_integer(stream, size - missing, sorteo_dialect_parameters(inputs->dialect)->length_size);
        stream_bytes(stream, character, size);
        visit(inputs, stream);
    }
}

/* Overlong forms too, and points beyond the last. */
void inputs_characters(const struct inputs *inputs)
{
    static const uint32_t ends[] = { 0, 0x80, 0x800, 0x10000, 0x200000 };
    struct stream stream = { .len = 0 };

    for (unsigned size = 1; size <= 4; size++) {
        const uint32_t step = inputs->is_brief ? ends[size] / 64 + 1 : size == 4 ? 61 : 1;

        for (uint32_t point = 0; point < ends[size]; point += step)
            visit_point(inputs, &stream, point, size);
    }
    stream_fini(&stream);
}

/* ---- Counts ---------------------------------------------------------------------------------- */

static const uint32_t counts[] = { 0, 1, 2, 127, 128, 254, 255, 256, 257, 511, 512, 65279, 65280, 65534, 65535 };
#define COUNTS (sizeof(counts) / sizeof(counts[0]))

/* Limits of up to one byte too few and too many, around what the count makes necessary. */
static void visit_around(const struct inputs *inputs, const struct stream *stream, uint64_t least)
{
    for (unsigned high = 0; high < 2; high++)
        for (uint64_t limit = least - 1; limit <= least + 1; limit++)
            visit_limited(inputs, stream, high * UINT64_C(256) + limit);
    visit_limited(inputs, stream, UINT32_MAX);
    visit(inputs, stream);
}

/* N_BETS bets of which some, or all, follow. */
static void visit_batch(const struct inputs *inputs, struct stream *stream, uint32_t bets, uint32_t following)
{
    stream_begin(stream, inputs->dialect, SORTEO_AGENCY_STREAM);
    stream_batch_head(stream, (uint16_t)bets);
    for (uint32_t i = 0; i < following; i++)
        stream_bet(stream, "", "", "1999-03-17");
    if (following == bets)
        end_round(stream);
}

/* Bytes of a bet of a batch, without names, and of what stands before the first one. */
static uint64_t least_item(const struct sorteo_parameters *parameters)
{
    return 17u + 2u * parameters->length_size - parameters->batch_agency_size;
}

static uint64_t batch_head(const struct sorteo_parameters *parameters)
{
    return 2u + parameters->key_size + parameters->batch_agency_size;
}

static void counts_of_bets(const struct inputs *inputs, struct stream *stream)
{
    const struct sorteo_parameters *parameters = sorteo_dialect_parameters(inputs->dialect);

    for (size_t i = 0; i < COUNTS; i++) {
        if (counts[i] == 0 || (inputs->is_brief && counts[i] > 512))
            continue;
        visit_batch(inputs, stream, counts[i], counts[i] < 2 ? 0 : 1);
        for (uint32_t nearby = counts[i] - 1; nearby <= counts[i] + 1; nearby++)
            visit_around(inputs, stream, batch_head(parameters) + nearby * least_item(parameters));
        visit_batch(inputs, stream, counts[i], counts[i]);
        visit(inputs, stream);
        stream_integer(stream, 0, 1);
        visit(inputs, stream);
    }
}

/* A name of so many bytes, as NAME or as SURNAME, in a SINGLE or in a batch of two. */
static void visit_name(const struct inputs *inputs, struct stream *stream, uint32_t len, bool is_surname,
                       bool is_single)
{
    static char name[65535];
    const struct sorteo_parameters *parameters = sorteo_dialect_parameters(inputs->dialect);
    const uint64_t least_single = parameters->key_size + 17u + 2u * parameters->length_size;

    memset(name, 'a', sizeof(name));
    stream_begin(stream, inputs->dialect, is_single ? SORTEO_BET_STREAM : SORTEO_AGENCY_STREAM);
    if (is_single)
        stream_key(stream);
    else
        stream_batch_head(stream, 2);
    stream_integer(stream, STREAM_AGENCY, is_single ? 1 : 1u - parameters->batch_agency_size);
    stream_name(stream, name, is_surname ? 0 : len);
    stream_name(stream, name, is_surname ? len : 0);
    stream_bytes(stream,
                 "\0\0\0\7"
                 "1999-03-17"
                 "\1\2",
                 16);
    visit_around(inputs, stream,
                 len + (is_single ? least_single : batch_head(parameters) + 2 * least_item(parameters)));
}

static void counts_of_name_bytes(const struct inputs *inputs, struct stream *stream)
{
    const bool is_short = sorteo_dialect_parameters(inputs->dialect)->length_size == 1;

    for (size_t i = 0; i < COUNTS; i++)
        for (unsigned shape = 0; shape < 4; shape++)
            if ((!is_short || counts[i] <= 255) && (!inputs->is_brief || counts[i] <= 512))
                visit_name(inputs, stream, counts[i], shape % 2 == 1, shape < 2);
}

static void counts_of_winners(const struct inputs *inputs, struct stream *stream)
{
    for (size_t i = 0; i < COUNTS; i++) {
        if (inputs->is_brief && counts[i] > 512)
            continue;
        stream_begin(stream, inputs->dialect, SORTEO_REPLY_STREAM);
        stream_winners(stream, counts[i]);
        visit(inputs, stream);
        visit_limited(inputs, stream, 1);
        stream_answer(stream, 0);
        visit(inputs, stream);
        stream_integer(stream, 0, 1);
        visit(inputs, stream);
        stream->len -= 3;
        visit(inputs, stream);
    }
}

void inputs_counts(const struct inputs *inputs)
{
    struct stream stream = { .len = 0 };

    counts_of_bets(inputs, &stream);
    counts_of_name_bytes(inputs, &stream);
    counts_of_winners(inputs, &stream);
    stream_fini(&stream);
}

/* ---- Expectations ---------------------------------------------------------------------------- */

/* Each sequence of up to three of the three replies, NONE too. */
static void use_replies(const struct inputs *inputs, struct stream *stream)
{
    if (stream->kind != SORTEO_REPLY_STREAM)
        return;
    for (size_t count = 0; count <= 3; count++) {
        for (unsigned sequence = 0; sequence < 27; sequence++) {
            stream->reply_count = count;
            stream->replies[0] = (enum sorteo_reply)(sequence % 3);
            stream->replies[1] = (enum sorteo_reply)(sequence / 3 % 3);
            stream->replies[2] = (enum sorteo_reply)(sequence / 9);
            visit(inputs, stream);
        }
    }
}

void inputs_replies(const struct inputs *inputs)
{
    each_stream(inputs, use_replies);
}
