/* See frames.h. */
#include "tool/conform/frames.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/bet_fields.h"
#include "codec/put.h"

bool frames_init(struct frames *frames)
{
    *frames = (struct frames){ .bytes = malloc(FRAMES_CAP) };
    return frames->bytes != NULL;
}

void frames_fini(struct frames *frames)
{
    free(frames->bytes);
    *frames = (struct frames){ .bytes = NULL };
}

void frames_clear(struct frames *frames)
{
    frames->len = 0;
    frames->what[0] = '\0';
}

static uint8_t *room(struct frames *frames, size_t len)
{
    uint8_t *at = frames->bytes + frames->len;

    if (len > FRAMES_CAP - frames->len)
        abort();
    frames->len += len;
    return at;
}

static __attribute__((format(printf, 2, 3))) void describe(struct frames *frames, const char *format, ...)
{
    size_t used = strlen(frames->what);
    va_list values;

    if (used > 0 && used < sizeof frames->what - 3)
        used += (size_t)snprintf(frames->what + used, sizeof frames->what - used, ", ");
    va_start(values, format);
    (void)vsnprintf(frames->what + used, sizeof frames->what - used, format, values);
    va_end(values);
}

/* ---- Fields ---------------------------------------------------------------------------------- */

/* Of a bet, by the grammar's name; NULL for AGENCY, KEY and counts. */
static const struct bet_field *find_bet_field(const char *name)
{
    for (unsigned i = 0; i < BET_FIELD_COUNT; i++)
        if (strcmp(sorteo_field_name(bet_fields[i].field), name) == 0)
            return &bet_fields[i];
    return NULL;
}

/* What a frame is filled with. */
struct filling {
    uint64_t key;
    uint64_t count;
    uint8_t agency;
    const struct sorteo_bet *bet; /* NULL where the part has none of its fields */
};

static uint64_t integer_of(const struct protocol_field *field, const struct filling *filling)
{
    const struct bet_field *in_bet = find_bet_field(field->length_of != NULL ? field->length_of : field->name);

    if (in_bet != NULL && filling->bet != NULL)
        return field->length_of != NULL ? bet_text(in_bet, filling->bet).len : bet_integer(in_bet, filling->bet);
    if (strcmp(field->name, "KEY") == 0)
        return filling->key;
    if (strcmp(field->name, "N_BETS") == 0)
        return filling->count;
    return field->value != NULL && strcmp(field->value, "agency") == 0 ? filling->agency : 0;
}

static void add_field(struct frames *frames, const struct protocol_field *field, const struct filling *filling)
{
    const struct bet_field *in_bet = find_bet_field(field->name);
    struct sorteo_text text;

    if (field->kind == PROTOCOL_INTEGER) {
        (void)put_integer(room(frames, field->size), integer_of(field, filling), field->size);
        return;
    }
    if (in_bet == NULL || filling->bet == NULL)
        return;
    text = bet_text(in_bet, filling->bet);
    if (text.len > 0)
        memcpy(room(frames, text.len), text.bytes, text.len);
}

static void add_part(struct frames *frames, const struct protocol *protocol, const struct protocol_part *part,
                     const struct filling *filling)
{
    for (unsigned i = 0; i < part->count; i++)
        add_field(frames, &protocol->fields[part->places[i].field], filling);
}

/* ---- Frames ---------------------------------------------------------------------------------- */

static void add_batch_head(struct frames *frames, const struct protocol *protocol, uint64_t key, uint8_t agency,
                           size_t count)
{
    const struct filling filling = { .key = key, .count = count, .agency = agency };

    add_part(frames, protocol, &protocol_frame(protocol, "BATCH")->head, &filling);
}

void frames_add_batch(struct frames *frames, enum sorteo_dialect dialect, uint64_t key, const struct sorteo_bet *bets,
                      size_t count)
{
    const struct protocol *protocol = &protocols[dialect];

    add_batch_head(frames, protocol, key, bets[0].agency, count);
    for (size_t i = 0; i < count; i++) {
        const struct filling filling = { .agency = bets[i].agency, .bet = &bets[i] };

        add_part(frames, protocol, &protocol_frame(protocol, "BATCH")->items, &filling);
    }
    describe(frames, "BATCH of %zu, agency %u", count, bets[0].agency);
}

void frames_add_single(struct frames *frames, enum sorteo_dialect dialect, uint64_t key, const struct sorteo_bet *bet)
{
    const struct filling filling = { .key = key, .agency = bet->agency, .bet = bet };

    add_part(frames, &protocols[dialect], &protocol_frame(&protocols[dialect], "SINGLE")->head, &filling);
    describe(frames, "SINGLE, agency %u", bet->agency);
}

void frames_add_finish(struct frames *frames, enum sorteo_dialect dialect, uint64_t key, uint8_t agency)
{
    const struct filling filling = { .key = key, .agency = agency };

    add_part(frames, &protocols[dialect], &protocol_frame(&protocols[dialect], "FINISH")->head, &filling);
    describe(frames, "FINISH, agency %u", agency);
}

void frames_add_receipt(struct frames *frames, enum sorteo_dialect dialect)
{
    *room(frames, 1) = sorteo_dialect_parameters(dialect)->receipt;
    describe(frames, "RECEIPT");
}

void frames_add_head(struct frames *frames, enum sorteo_dialect dialect, uint64_t key, uint8_t agency, size_t count)
{
    add_batch_head(frames, &protocols[dialect], key, agency, count);
    describe(frames, "the head of a BATCH of %zu", count);
}

void frames_add_bytes(struct frames *frames, const char *what, const void *bytes, size_t len)
{
    memcpy(room(frames, len), bytes, len);
    describe(frames, "%s", what);
}

/* ---- Bets ------------------------------------------------------------------------------------ */

static uint64_t nearest(const struct protocol_field *field, uint64_t wanted)
{
    for (unsigned i = 0; i < field->interval_count; i++)
        if (wanted <= field->intervals[i].high)
            return wanted < field->intervals[i].low ? field->intervals[i].low : wanted;
    return field->interval_count > 0 ? field->intervals[0].low : wanted;
}

struct sorteo_bet frames_bet(enum sorteo_dialect dialect, uint8_t agency, uint32_t document, uint16_t number)
{
    struct sorteo_bet bet = { .agency = agency, .document = document, .number = number };

    for (unsigned i = 0; i < BET_FIELD_COUNT; i++) {
        const struct bet_field *field = &bet_fields[i];

        if (field->kind == PROTOCOL_TEXT)
            bet_set_text(field, &bet, (struct sorteo_text){ .bytes = "Ana", .len = 3 });
        else if (field->kind == PROTOCOL_CHARS)
            bet_set_text(field, &bet, (struct sorteo_text){ .bytes = "1999-03-17", .len = field->size });
        else
            bet_set_integer(field, &bet,
                            nearest(protocol_field(&protocols[dialect], sorteo_field_name(field->field)),
                                    bet_integer(field, &bet)));
    }
    return bet;
}

size_t frames_text_max(enum sorteo_dialect dialect, const char *text)
{
    const struct protocol *protocol = &protocols[dialect];

    for (unsigned i = 0; i < protocol->field_count; i++) {
        const struct protocol_field *field = &protocol->fields[i];

        if (field->length_of != NULL && strcmp(field->length_of, text) == 0)
            return (size_t)field->intervals[field->interval_count - 1].high;
    }
    return 0;
}
