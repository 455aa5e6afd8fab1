/*
 * The second decoder: a function for each rule of the protocol's sections 1, 2 and 4, each reading
 * bytes in turn.
 *
 * One idea finds the first byte with which no valid stream continues. The bytes read so far leave a
 * range of values that a field (an integer, a year, a code point) can still have: from all missing
 * digits lowest to all missing digits highest. A byte is refused once that range and the range of
 * valid values do not overlap.
 *
 * It uses no table, no automaton and no other decoder.
 */
#include "oracle.h"

#include "oracle_dialect.h"

/* ---- Reading --------------------------------------------------------------------------------- */

struct reader {
    const struct oracle_input *input;
    struct oracle_dialect dialect;
    uint64_t limit;       /* of a SINGLE or BATCH */
    uint64_t frame_least; /* bytes that the current one must have, from what was read */
    size_t at;            /* the next byte */
    struct sorteo_error error;
    oracle_emit *emit;
    void *context;
};

/* Every function below that returns bool returns false when nothing can be read after it: because
 * the input is over (then error.code is OK), or because the byte at `at` is wrong. */

static bool refuse(struct reader *reader, enum sorteo_code code, enum sorteo_field field)
{
    reader->error = (struct sorteo_error){ .code = code, .field = field, .offset = reader->at };
    return false;
}

static bool look(const struct reader *reader, uint8_t *byte)
{
    if (reader->at == reader->input->len)
        return false;
    *byte = reader->input->bytes[reader->at];
    return true;
}

/* A big-endian integer of 0 to 8 bytes that counts what must still come, or nothing where most is
 * UINT64_MAX. */
static bool read_integer(struct reader *reader, unsigned size, uint64_t most, enum sorteo_field field, uint64_t *value)
{
    uint64_t read = 0;

    for (unsigned i = 0; i < size; i++) {
        uint8_t byte;
        uint64_t least;

        if (!look(reader, &byte))
            return false;
        read = read << 8 | byte;
        least = read << 8 * (size - 1 - i);
        if (least > most)
            return refuse(reader, SORTEO_E_LIMIT, field);
        reader->at++;
    }
    *value = read;
    return true;
}

/* An integer of which every value is valid. */
static bool read_any(struct reader *reader, unsigned size, enum sorteo_field field, uint64_t *value)
{
    return read_integer(reader, size, UINT64_MAX, field, value);
}

/* How many bytes the current frame may still grow. */
static uint64_t room(const struct reader *reader)
{
    return reader->limit < reader->frame_least ? 0 : reader->limit - reader->frame_least;
}

/* ---- Names (section 1) ----------------------------------------------------------------------- */

static bool ranges_meet(uint32_t low, uint32_t high, uint32_t least, uint32_t most)
{
    return low <= most && high >= least;
}

/* Could a code point in low..high be one that UTF-8 writes in `size` bytes? Control characters are
 * points too. */
static bool is_point(uint32_t low, uint32_t high, unsigned size)
{
    switch (size) {
    case 1:
        return ranges_meet(low, high, 0, 0x7f);
    case 2:
        return ranges_meet(low, high, 0x80, 0x7ff);
    case 3:
        return ranges_meet(low, high, 0x800, 0xd7ff) || ranges_meet(low, high, 0xe000, 0xffff);
    case 4:
        return ranges_meet(low, high, 0x10000, 0x10ffff);
    default:
        return false;
    }
}

/* Are all of low..high control characters: C0, DEL, C1? */
static bool is_control(uint32_t low, uint32_t high)
{
    return high <= 0x1f || (low >= 0x7f && high <= 0x9f);
}

/* Bytes of the character that a byte begins, 0 if it can begin none. */
static unsigned character_size(uint8_t byte)
{
    if (byte < 0x80)
        return 1;
    if (byte >= 0xc0 && byte <= 0xdf)
        return 2;
    if (byte >= 0xe0 && byte <= 0xef)
        return 3;
    if (byte >= 0xf0 && byte <= 0xf7)
        return 4;
    return 0;
}

/* The bits of the code point in a first byte: those after the bits that give the size. */
static uint32_t lead_bits(uint8_t byte, unsigned size)
{
    static const uint8_t masks[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };

    return byte & masks[size];
}

/* One character of a name of which `left` bytes are still to come, at least one. */
static bool read_character(struct reader *reader, uint64_t left, enum sorteo_field field, unsigned *size)
{
    uint32_t point = 0;
    unsigned total = 1;

    for (unsigned i = 0; i < total; i++) {
        uint8_t byte;
        unsigned missing_bits;
        uint32_t low, high;

        if (!look(reader, &byte))
            return false;
        if (i == 0) {
            total = character_size(byte);
            if (total == 0 || total > left)
                return refuse(reader, SORTEO_E_UTF8, field);
            point = lead_bits(byte, total);
        } else {
            if (byte < 0x80 || byte > 0xbf)
                return refuse(reader, SORTEO_E_UTF8, field);
            point = point << 6 | (byte & 0x3f);
        }
        missing_bits = 6 * (total - 1 - i);
        low = point << missing_bits;
        high = low + ((UINT32_C(1) << missing_bits) - 1);
        if (!is_point(low, high, total))
            return refuse(reader, SORTEO_E_UTF8, field);
        if (is_control(low, high))
            return refuse(reader, SORTEO_E_CONTROL, field);
        reader->at++;
    }
    *size = total;
    return true;
}

static bool read_text(struct reader *reader, uint64_t len, enum sorteo_field field, struct sorteo_text *text)
{
    const size_t begin = reader->at;

    for (uint64_t left = len; left > 0;) {
        unsigned size;

        if (!read_character(reader, left, field, &size))
            return false;
        left -= size;
    }
    *text = (struct sorteo_text){ .bytes = (const char *)reader->input->bytes + begin, .len = (size_t)len };
    return true;
}

/* A length and a text of that length. The length is what makes the frame longer. */
static bool read_name(struct reader *reader, enum sorteo_field length_field, enum sorteo_field field,
                      struct sorteo_text *text)
{
    uint64_t len;

    if (!read_integer(reader, reader->dialect.length_size, room(reader), length_field, &len))
        return false;
    reader->frame_least += len;
    return read_text(reader, len, field, text);
}

/* ---- Birthdate (section 1) ------------------------------------------------------------------- */

/* A decimal number of `size` digits, least..most. */
static bool read_digits(struct reader *reader, unsigned size, uint32_t least, uint32_t most, uint32_t *value)
{
    uint32_t low = 0, high = 0;

    for (unsigned i = 0; i < size; i++) {
        uint8_t byte;

        if (!look(reader, &byte))
            return false;
        if (byte < '0' || byte > '9')
            return refuse(reader, SORTEO_E_DATE, SORTEO_F_BIRTHDATE);
        *value = (i == 0 ? 0 : *value * 10) + (uint32_t)(byte - '0');
        low = high = *value;
        for (unsigned missing = size - 1 - i; missing > 0; missing--) {
            low = low * 10;
            high = high * 10 + 9;
        }
        if (!ranges_meet(low, high, least, most))
            return refuse(reader, SORTEO_E_DATE, SORTEO_F_BIRTHDATE);
        reader->at++;
    }
    return true;
}

static bool read_dash(struct reader *reader)
{
    uint8_t byte;

    if (!look(reader, &byte))
        return false;
    if (byte != '-')
        return refuse(reader, SORTEO_E_DATE, SORTEO_F_BIRTHDATE);
    reader->at++;
    return true;
}

static uint32_t days_of_month(uint32_t year, uint32_t month)
{
    switch (month) {
    case 4:
    case 6:
    case 9:
    case 11:
        return 30;
    case 2:
        if (year % 400 == 0)
            return 29;
        if (year % 100 == 0)
            return 28;
        return year % 4 == 0 ? 29 : 28;
    default:
        return 31;
    }
}

static bool read_birthdate(struct reader *reader, struct sorteo_text *text)
{
    const size_t begin = reader->at;
    uint32_t year, month, day;

    if (!read_digits(reader, 4, 1, 9999, &year) || !read_dash(reader) || !read_digits(reader, 2, 1, 12, &month) ||
        !read_dash(reader) || !read_digits(reader, 2, 1, days_of_month(year, month), &day))
        return false;
    *text = (struct sorteo_text){ .bytes = (const char *)reader->input->bytes + begin, .len = 10 };
    return true;
}

/* ---- Frames of an agency (section 2) --------------------------------------------------------- */

static void emit(struct reader *reader, enum sorteo_event_kind kind, size_t begin, struct sorteo_event event)
{
    event.kind = kind;
    event.begin = begin;
    event.end = reader->at;
    reader->emit(reader->context, &event);
}

static bool read_agency(struct reader *reader, uint8_t *agency)
{
    uint64_t value;

    if (!read_any(reader, 1, SORTEO_F_AGENCY, &value))
        return false;
    *agency = (uint8_t)value;
    return true;
}

/* A BET without AGENCY. */
static bool read_person(struct reader *reader, struct sorteo_bet *bet)
{
    uint64_t document, number;

    if (!read_name(reader, SORTEO_F_NAME_N, SORTEO_F_NAME, &bet->name) ||
        !read_name(reader, SORTEO_F_SURNAME_N, SORTEO_F_SURNAME, &bet->surname) ||
        !read_any(reader, 4, SORTEO_F_DOCUMENT, &document) || !read_birthdate(reader, &bet->birthdate) ||
        !read_any(reader, 2, SORTEO_F_NUMBER, &number))
        return false;
    bet->document = (uint32_t)document;
    bet->number = (uint16_t)number;
    return true;
}

static bool read_bet(struct reader *reader, struct sorteo_bet *bet)
{
    return read_agency(reader, &bet->agency) && read_person(reader, bet);
}

/* SINGLE = KEY BET. Where not even the smallest is allowed, its first byte is one too many, and no
 * field is at fault. */
static bool read_single(struct reader *reader)
{
    const size_t begin = reader->at;
    struct sorteo_event event = { .key = 0 };

    reader->frame_least = reader->dialect.key_size + oracle_least_bet(&reader->dialect);
    if (reader->frame_least > reader->limit)
        return refuse(reader, SORTEO_E_LIMIT, SORTEO_F_NONE);
    if (!read_any(reader, reader->dialect.key_size, SORTEO_F_KEY, &event.key) || !read_bet(reader, &event.bet))
        return false;
    emit(reader, SORTEO_BET, begin, event);
    return true;
}

/* The rest of a BATCH, after its N_BETS, which is not 0. */
static bool read_bets(struct reader *reader, size_t begin, uint16_t bets)
{
    const bool has_agency = reader->dialect.batch_agency;
    uint8_t agency = 0;
    uint64_t key;

    if (!read_any(reader, reader->dialect.key_size, SORTEO_F_KEY, &key) ||
        (has_agency && !read_agency(reader, &agency)))
        return false;
    emit(reader, SORTEO_BATCH_BEGIN, begin, (struct sorteo_event){ .key = key, .bets = bets });
    for (unsigned i = 0; i < bets; i++) {
        const size_t bet_begin = reader->at;
        struct sorteo_event event = { .key = key };

        event.bet.agency = agency;
        if (has_agency ? !read_person(reader, &event.bet) : !read_bet(reader, &event.bet))
            return false;
        emit(reader, SORTEO_BET, bet_begin, event);
    }
    emit(reader, SORTEO_BATCH_END, begin, (struct sorteo_event){ .key = key, .bets = bets });
    return true;
}

/* The rest of a FINISH, after its 0. */
static bool read_finish(struct reader *reader, size_t begin)
{
    uint64_t key, agency;

    if (!read_any(reader, reader->dialect.key_size, SORTEO_F_KEY, &key) ||
        !read_any(reader, 1, SORTEO_F_AGENCY, &agency))
        return false;
    emit(reader, SORTEO_FINISH, begin, (struct sorteo_event){ .key = key, .agency = (uint8_t)agency });
    return true;
}

/* BATCH or FINISH, by N_BETS. No limit applies to a FINISH, so N_BETS 0 is always possible. */
static bool read_request(struct reader *reader, bool *finished)
{
    const size_t begin = reader->at;
    uint64_t bets;

    reader->frame_least = 2 + reader->dialect.key_size + (reader->dialect.batch_agency ? 1 : 0);
    if (!read_integer(reader, 2, room(reader) / oracle_least_item(&reader->dialect), SORTEO_F_N_BETS, &bets))
        return false;
    *finished = bets == 0;
    if (bets == 0)
        return read_finish(reader, begin);
    reader->frame_least += bets * oracle_least_item(&reader->dialect);
    return read_bets(reader, begin, (uint16_t)bets);
}

static bool read_receipt(struct reader *reader)
{
    const size_t begin = reader->at;
    uint8_t byte;

    if (!look(reader, &byte))
        return false;
    if (byte != reader->dialect.receipt)
        return refuse(reader, SORTEO_E_RECEIPT, SORTEO_F_RECEIPT);
    reader->at++;
    emit(reader, SORTEO_RECEIPT, begin, (struct sorteo_event){ .key = 0 });
    return true;
}

/* ---- Frames of the server (section 2) -------------------------------------------------------- */

static bool read_answer(struct reader *reader)
{
    const size_t begin = reader->at;
    uint8_t byte;

    if (!look(reader, &byte))
        return false;
    if (byte > 1)
        return refuse(reader, SORTEO_E_ANSWER, SORTEO_F_ANSWER);
    reader->at++;
    emit(reader, SORTEO_ANSWER, begin, (struct sorteo_event){ .stored = byte == 0 });
    return true;
}

static bool read_winners(struct reader *reader)
{
    const size_t begin = reader->at;
    uint64_t winners;

    if (!read_any(reader, reader->dialect.winners_size, SORTEO_F_N_WINNERS, &winners))
        return false;
    emit(reader, SORTEO_WINNERS_BEGIN, begin, (struct sorteo_event){ .winners = (uint16_t)winners });
    for (unsigned i = 0; i < winners; i++) {
        const size_t document_begin = reader->at;
        uint64_t document;

        if (!read_any(reader, 4, SORTEO_F_DOCUMENT, &document))
            return false;
        emit(reader, SORTEO_WINNER, document_begin, (struct sorteo_event){ .document = (uint32_t)document });
    }
    emit(reader, SORTEO_WINNERS_END, begin, (struct sorteo_event){ .winners = (uint16_t)winners });
    return true;
}

static bool read_reply(struct reader *reader, size_t index)
{
    const enum sorteo_reply due =
        index < reader->input->reply_count ? reader->input->replies[index] : SORTEO_REPLY_NONE;

    switch (due) {
    case SORTEO_REPLY_ANSWER:
        return read_answer(reader);
    case SORTEO_REPLY_WINNERS:
        return read_winners(reader);
    default:
        return refuse(reader, SORTEO_E_UNEXPECTED, SORTEO_F_NONE);
    }
}

/* ---- Streams (section 4) --------------------------------------------------------------------- */

struct oracle_outcome oracle_decode(const struct oracle_input *input, oracle_emit *emit_event, void *context)
{
    struct reader reader = {
        .input = input,
        .dialect = oracle_dialect_of(input->dialect),
        .limit = input->frame_limit == 0 ? UINT64_MAX : input->frame_limit,
        .emit = emit_event,
        .context = context,
    };
    bool receipt_is_due = false, is_whole = true;

    for (size_t frame = 0; is_whole && reader.at < input->len; frame++) {
        if (input->stream == SORTEO_REPLY_STREAM) {
            is_whole = read_reply(&reader, frame);
        } else if (input->stream == SORTEO_BET_STREAM) {
            is_whole = read_single(&reader);
        } else if (receipt_is_due) {
            is_whole = read_receipt(&reader);
            receipt_is_due = false;
        } else {
            is_whole = read_request(&reader, &receipt_is_due);
        }
    }
    return (struct oracle_outcome){ .error = reader.error, .between_frames = is_whole };
}
