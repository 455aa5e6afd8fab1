/*
 * Counts at their edges, in every dialect: names of 0 to 65,535 bytes, batches of 1 to 65,535 bets,
 * winners of 0 to 65,535; under a limit that is exactly the frame's size, and under one less.
 * Whole, byte by byte, and truncated after every byte.
 *
 * What must come out is said here, from PROTOCOL.md, sections 2 to 4. TEST_ROUNDS below 100,000
 * leaves out the largest, for slow instruments.
 */
#include "unit/codec/codec_random.h"
#include "unit/codec/each_dialect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define BET_TAIL 16u /* DOCUMENT, BIRTHDATE, NUMBER */
#define DOCUMENT 0x01d79091u
#define LARGE_MAX 100000u /* rounds below which what is large is left out */

static const size_t lengths[] = { 0, 1, 2, 127, 128, 254, 255, 256, 65535 };
static const size_t counts[] = { 0, 1, 2, 255, 65535 };

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static bool is_left_out(size_t count)
{
    return count > 256 && number_from_environment("TEST_ROUNDS", UINT64_MAX) < LARGE_MAX;
}

/* ---- Streams --------------------------------------------------------------------------------- */

struct stream {
    uint8_t *bytes;
    size_t len;
};

static void put(struct stream *stream, uint64_t value, unsigned size)
{
    while (size-- > 0)
        stream->bytes[stream->len++] = (uint8_t)(value >> 8 * size);
}

static void put_text(struct stream *stream, size_t len)
{
    for (size_t i = 0; i < len; i++)
        stream->bytes[stream->len++] = (uint8_t)('A' + i % 26);
}

/* Of a batch where there is an agency before the bets: without one. */
static void put_bet(struct stream *stream, const struct sorteo_parameters *dialect, unsigned agency_size, size_t name,
                    size_t surname, size_t number)
{
    put(stream, 7, agency_size);
    put(stream, name, dialect->length_size);
    put_text(stream, name);
    put(stream, surname, dialect->length_size);
    put_text(stream, surname);
    put(stream, DOCUMENT, 4);
    memcpy(stream->bytes + stream->len, "2000-02-29", SORTEO_DATE_LEN);
    stream->len += SORTEO_DATE_LEN;
    put(stream, number, 2);
}

/* ---- Reading --------------------------------------------------------------------------------- */

/* What came out: how many of each, and whether each bet or winner was the one that is due. */
struct seen {
    size_t kinds[SORTEO_WINNERS_END + 1];
    size_t name_len, surname_len;
};

static void check_bet(const struct seen *seen, const struct sorteo_event *event)
{
    const struct sorteo_bet *bet = &event->bet;

    assert_int_equal(bet->agency, 7);
    assert_int_equal(bet->name.len, seen->name_len);
    assert_int_equal(bet->surname.len, seen->surname_len);
    for (size_t i = 0; i < bet->name.len; i++)
        assert_true(bet->name.bytes[i] == (char)('A' + i % 26));
    for (size_t i = 0; i < bet->surname.len; i++)
        assert_true(bet->surname.bytes[i] == (char)('A' + i % 26));
    assert_int_equal(bet->document, DOCUMENT);
    assert_memory_equal(bet->birthdate.bytes, "2000-02-29", SORTEO_DATE_LEN);
    assert_int_equal(bet->number, seen->kinds[SORTEO_BET] & 0xffffu);
}

static enum sorteo_event_kind read_to(struct sorteo_decoder *decoder, struct seen *seen, const struct stream *stream,
                                      size_t len)
{
    const struct sorteo_window window = { .bytes = stream->bytes, .len = len };
    enum sorteo_event_kind kind;
    struct sorteo_event event;

    while (kind = sorteo_decoder_next(decoder, &window, &event), kind != SORTEO_MORE && kind != SORTEO_ERROR) {
        if (kind == SORTEO_BET)
            check_bet(seen, &event);
        if (kind == SORTEO_WINNER)
            assert_int_equal(event.document, DOCUMENT + seen->kinds[SORTEO_WINNER]);
        seen->kinds[kind]++;
    }
    return kind;
}

static struct sorteo_decoder decoder_for(enum sorteo_dialect dialect, enum sorteo_stream stream, size_t limit)
{
    struct sorteo_decoder decoder;

    sorteo_decoder_init(&decoder, dialect, stream, (uint32_t)limit);
    sorteo_decoder_expect(&decoder, SORTEO_REPLY_WINNERS);
    return decoder;
}

/* Whole, and byte by byte: each time all of it is read, and a frame ends with the last byte and
 * nowhere before. */
static void check_valid(enum sorteo_dialect dialect, enum sorteo_stream kind, size_t limit, const struct stream *stream,
                        struct seen expected)
{
    struct sorteo_decoder decoder = decoder_for(dialect, kind, limit);
    struct seen seen = { .name_len = expected.name_len, .surname_len = expected.surname_len };
    const struct seen none = seen;

    assert_int_equal(read_to(&decoder, &seen, stream, stream->len), SORTEO_MORE);
    assert_int_equal(sorteo_decoder_end(&decoder), SORTEO_E_OK);
    assert_memory_equal(&seen, &expected, sizeof(seen));

    decoder = decoder_for(dialect, kind, limit);
    seen = none;
    for (size_t len = 1; len <= stream->len; len++) {
        struct sorteo_decoder ended;

        assert_int_equal(read_to(&decoder, &seen, stream, len), SORTEO_MORE);
        ended = decoder;
        assert_int_equal(sorteo_decoder_end(&ended), len == stream->len ? SORTEO_E_OK : SORTEO_E_TRUNCATED);
        assert_int_equal(ended.error.offset, len == stream->len ? 0 : len);
    }
    assert_memory_equal(&seen, &expected, sizeof(seen));
}

static void check_refused(enum sorteo_dialect dialect, enum sorteo_stream kind, size_t limit,
                          const struct stream *stream, enum sorteo_field field, size_t offset)
{
    for (unsigned by_byte = 0; by_byte < 2; by_byte++) {
        struct sorteo_decoder decoder = decoder_for(dialect, kind, limit);
        struct seen seen = { 0 };

        for (size_t len = by_byte ? 1 : stream->len; len <= stream->len; len++) {
            if (read_to(&decoder, &seen, stream, len) == SORTEO_ERROR)
                break;
        }
        assert_int_equal(decoder.error.code, SORTEO_E_LIMIT);
        assert_int_equal(decoder.error.field, field);
        assert_int_equal(decoder.error.offset, offset);
    }
}

/* ---- Lengths --------------------------------------------------------------------------------- */

/* The first byte that shows that a frame of one bet, whose NAME_N begins at `head`, is longer than
 * `limit`: of a length, its high byte may do so alone. */
static enum sorteo_field first_beyond(const struct sorteo_parameters *dialect, size_t head, size_t limit, size_t name,
                                      size_t surname, size_t *offset)
{
    const size_t size = dialect->length_size;
    size_t least = head + 2 * size + BET_TAIL;

    *offset = head;
    if (size == 2 && least + (name & 0xff00u) > limit)
        return SORTEO_F_NAME_N;
    *offset += size - 1;
    least += name;
    if (least > limit)
        return SORTEO_F_NAME_N;
    *offset += name + 1;
    if (size == 1 || least + (surname & 0xff00u) <= limit)
        *offset += size - 1;
    return SORTEO_F_SURNAME_N;
}

static void check_lengths(enum sorteo_dialect dialect, bool is_batch, size_t name, size_t surname)
{
    const struct sorteo_parameters *parameters = sorteo_dialect_parameters(dialect);
    const enum sorteo_stream kind = is_batch ? SORTEO_AGENCY_STREAM : SORTEO_BET_STREAM;
    const unsigned batch_agency = is_batch ? parameters->batch_agency_size : 0;
    const size_t head = (is_batch ? 2u : 0u) + parameters->key_size + batch_agency;
    struct stream stream = { .bytes = malloc(head + 64 + name + surname) };
    const struct seen expected = {
        .kinds = { [SORTEO_BATCH_BEGIN] = is_batch, [SORTEO_BET] = 1, [SORTEO_BATCH_END] = is_batch },
        .name_len = name,
        .surname_len = surname
    };
    enum sorteo_field field;
    size_t offset;

    assert_non_null(stream.bytes);
    if (is_batch)
        put(&stream, 1, 2);
    put(&stream, UINT64_C(0xfedcba9876543210), parameters->key_size);
    put(&stream, 7, batch_agency);
    put_bet(&stream, parameters, 1 - batch_agency, name, surname, 0);
    check_valid(dialect, kind, 0, &stream, expected);
    check_valid(dialect, kind, stream.len, &stream, expected);
    if (name + surname > 0) {
        field = first_beyond(parameters, head + 1 - batch_agency, stream.len - 1, name, surname, &offset);
        assert_int_equal(field, surname == 0 ? SORTEO_F_NAME_N : SORTEO_F_SURNAME_N);
        check_refused(dialect, kind, stream.len - 1, &stream, field, offset);
    }
    free(stream.bytes);
}

static void names_of_every_length_are_read(void **state)
{
    const enum sorteo_dialect dialect = dialect_of_state(state);
    const size_t max = sorteo_dialect_parameters(dialect)->length_size == 1 ? 255 : 65535;

    for (size_t i = 0; i < COUNT_OF(lengths); i++) {
        for (size_t k = 0; k < COUNT_OF(lengths); k++) {
            if (lengths[i] > max || lengths[k] > max || is_left_out(lengths[i]) || is_left_out(lengths[k]))
                continue;
            check_lengths(dialect, true, lengths[i], lengths[k]);
            check_lengths(dialect, false, lengths[i], lengths[k]);
        }
    }
}

/* ---- Counts ---------------------------------------------------------------------------------- */

static void batches_of_every_count_are_read(void **state)
{
    const enum sorteo_dialect dialect = dialect_of_state(state);
    const struct sorteo_parameters *parameters = sorteo_dialect_parameters(dialect);
    const unsigned batch_agency = parameters->batch_agency_size, bet_agency = 1u - batch_agency;
    const size_t head = 2u + parameters->key_size + batch_agency;
    const size_t least = bet_agency + 2u * parameters->length_size + BET_TAIL;

    for (size_t i = 0; i < COUNT_OF(counts); i++) {
        const size_t count = counts[i];
        struct stream stream = { .bytes = malloc(head + count * least + 1) };

        assert_non_null(stream.bytes);
        if (count > 0 && !is_left_out(count)) {
            const struct seen expected = {
                .kinds = { [SORTEO_BATCH_BEGIN] = 1, [SORTEO_BET] = count, [SORTEO_BATCH_END] = 1 }
            };

            put(&stream, count, 2);
            put(&stream, 5, parameters->key_size);
            put(&stream, 7, batch_agency);
            for (size_t bet = 0; bet < count; bet++)
                put_bet(&stream, parameters, bet_agency, 0, 0, bet);
            check_valid(dialect, SORTEO_AGENCY_STREAM, 0, &stream, expected);
            check_valid(dialect, SORTEO_AGENCY_STREAM, stream.len, &stream, expected);
            check_refused(dialect, SORTEO_AGENCY_STREAM, stream.len - 1, &stream, SORTEO_F_N_BETS,
                          head + (count & 0xff00u) * least > stream.len - 1 ? 0
                                                                            : 1); /* its high byte may say it alone */
        }
        free(stream.bytes);
    }
}

static void winners_of_every_count_are_read(void **state)
{
    const enum sorteo_dialect dialect = dialect_of_state(state);
    const unsigned size = sorteo_dialect_parameters(dialect)->winners_size;

    for (size_t i = 0; i < COUNT_OF(counts); i++) {
        const size_t count = counts[i];
        struct stream stream = { .bytes = malloc(size + 4 * count) };

        assert_non_null(stream.bytes);
        if (count <= sorteo_winners_max(dialect) && !is_left_out(count)) {
            put(&stream, count, size);
            for (size_t winner = 0; winner < count; winner++)
                put(&stream, DOCUMENT + winner, 4);
            check_valid(dialect, SORTEO_REPLY_STREAM, 0, &stream,
                        (struct seen){
                            .kinds = {
                                [SORTEO_WINNERS_BEGIN] = 1, [SORTEO_WINNER] = count, [SORTEO_WINNERS_END] = 1 } });
        }
        free(stream.bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_every_length_are_read),
        cmocka_unit_test(batches_of_every_count_are_read),
        cmocka_unit_test(winners_of_every_count_are_read),
    };

    return run_in_each_dialect("sweeps", tests, sizeof tests / sizeof tests[0]);
}
