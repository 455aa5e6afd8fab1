/* Where the frames and bets of an input are: see outline.h. */
#include "outline.h"

#include "codec/sorteo.h"

#define STREAMS 2u
#define BET_TAIL 16u /* DOCUMENT, BIRTHDATE, NUMBER */

struct reader {
    struct outline *outline;
    const uint8_t *bytes;
    size_t len;
    size_t at;
};

static bool skip(struct reader *reader, size_t len)
{
    if (len > reader->len - reader->at)
        return false;
    reader->at += len;
    return true;
}

static bool read_name(struct reader *reader, struct outline_name *name)
{
    const size_t at = reader->at;

    if (!skip(reader, reader->outline->length_size))
        return false;
    name->at = reader->at;
    name->len = 0;
    for (size_t i = at; i < reader->at; i++)
        name->len = name->len << 8 | reader->bytes[i];
    return skip(reader, name->len);
}

static bool read_bet(struct reader *reader, size_t count_at)
{
    struct outline *outline = reader->outline;
    struct outline_bet bet = { .begin = reader->at, .count_at = count_at };

    const size_t agency_size = count_at == OUTLINE_NONE ? 1 : 1 - reader->outline->batch_agency_size;

    if (!skip(reader, agency_size) || !read_name(reader, &bet.name) || !read_name(reader, &bet.surname) ||
        !skip(reader, BET_TAIL) || outline->bet_count == OUTLINE_BETS)
        return false;
    bet.end = reader->at;
    outline->bets[outline->bet_count++] = bet;
    return true;
}

static bool read_single(struct reader *reader)
{
    return skip(reader, reader->outline->key_size) && read_bet(reader, OUTLINE_NONE);
}

/* A BATCH, or a FINISH with the RECEIPT that may follow. */
static bool read_frame(struct reader *reader)
{
    const size_t count_at = reader->at;

    if (!skip(reader, 2 + reader->outline->key_size))
        return false;
    size_t bets = (size_t)reader->bytes[count_at] << 8 | reader->bytes[count_at + 1];
    if (bets == 0) {
        if (!skip(reader, 1))
            return false;
        if (reader->at < reader->len && reader->bytes[reader->at] == reader->outline->receipt)
            reader->at++;
        return true;
    }
    if (!skip(reader, reader->outline->batch_agency_size))
        return false;
    for (; bets > 0; bets--)
        if (!read_bet(reader, count_at))
            return false;
    return true;
}

/* Returns how far it got. */
static size_t read_as(struct outline *outline, const uint8_t *bytes, size_t len, unsigned reading)
{
    const struct sorteo_parameters *parameters = sorteo_dialect_parameters((enum sorteo_dialect)(reading / STREAMS));
    struct reader reader = { .outline = outline, .bytes = bytes, .len = len };
    bool whole = true;

    outline->length_size = parameters->length_size;
    outline->key_size = parameters->key_size;
    outline->batch_agency_size = parameters->batch_agency_size;
    outline->receipt = parameters->receipt;
    outline->is_bet_stream = reading % STREAMS == 1;
    outline->bet_count = 0;
    outline->frame_count = 1;
    outline->frames[0] = 0;
    while (whole && reader.at < len && outline->frame_count < OUTLINE_FRAMES) {
        whole = outline->is_bet_stream ? read_single(&reader) : read_frame(&reader);
        if (whole)
            outline->frames[outline->frame_count++] = reader.at;
    }
    return reader.at;
}

void outline_best(struct outline *outline, const uint8_t *bytes, size_t len, uint64_t seed)
{
    const unsigned readings = STREAMS * sorteo_dialect_count();
    unsigned best = (unsigned)(seed >> 8) % readings;
    size_t furthest = 0;

    for (unsigned i = 0; i < readings && seed % 8 != 0; i++) {
        const unsigned reading = (i + (unsigned)(seed >> 16)) % readings;
        const size_t reached = read_as(outline, bytes, len, reading) + 20 * outline->bet_count;

        if (reached > furthest) {
            furthest = reached;
            best = reading;
        }
    }
    (void)read_as(outline, bytes, len, best);
}
