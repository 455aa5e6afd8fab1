/*
 * One BET on its way out: may it be sent, how long is it, and its bytes.
 */
#include "codec/bet.h"
#include "../gen/bet.h"
#include "../gen/shortcuts.h"
#include "codec/ask.h"
#include "codec/machine.h"
#include "codec/plain.h"

#include <string.h>

/* A name of up to so many bytes may be found to be plain without the grammar. */
#define PLAIN_NAME_MAX 64u

/* ---- Copying --------------------------------------------------------------------------------- */

static inline void copy_4(uint8_t *out, const char *bytes)
{
    memcpy(out, bytes, 4);
}

/* memcpy for a few bytes of any number, which compilers make a call of, or a loop that is slow to
 * start. The last words overlap those before. */
static inline uint8_t *copy_text(uint8_t *out, const char *bytes, size_t len)
{
    if (len >= 16) {
        for (size_t at = 0; at < len - 16; at += 16)
            memcpy(out + at, bytes + at, 16);
        memcpy(out + len - 16, bytes + len - 16, 16);
    } else if (len >= 4) {
        const size_t middle = len / 8 * 4; /* 4 from eight bytes on: no branch tells them from fewer */

        copy_4(out, bytes);
        copy_4(out + middle, bytes + middle);
        copy_4(out + len - 4 - middle, bytes + len - 4 - middle);
        copy_4(out + len - 4, bytes + len - 4);
    } else {
        for (size_t at = 0; at < len; at++)
            out[at] = (uint8_t)bytes[at];
    }
    return out + len;
}

/* ---- May it be sent? ------------------------------------------------------------------------- */

/* Nothing is refused here, and nothing is plain in a portable build. Names that are longer may be
 * too long for a dialect. */
static inline bool is_plain_bet(const struct sorteo_bet *bet)
{
    return bet->name.len <= PLAIN_NAME_MAX && bet->surname.len <= PLAIN_NAME_MAX &&
           are_narrow_texts_exact((const uint8_t *)bet->name.bytes, bet->name.len, (const uint8_t *)bet->surname.bytes,
                                  bet->surname.len) &&
           bet->birthdate.len == SORTEO_DATE_LEN && is_plain_date((const uint8_t *)bet->birthdate.bytes);
}

/* A text ends where its owner's memory may: to be read with what comes after it, it needs a
 * place of its own. */
static bool is_plain_name(const struct sorteo_text *name)
{
    uint8_t copy[PLAIN_NAME_MAX + PLAIN_TEXT_SLACK];

    if (name->len > PLAIN_NAME_MAX)
        return false;
    memset(copy_text(copy, name->bytes, name->len), 0, PLAIN_TEXT_SLACK);
    return is_plain_text(copy, name->len);
}

/* By dialect: does its grammar take every plain bet, in a BATCH and as a SINGLE? */
static const bool takes_plain[] = {
#define X(name) name##_takes_plain_bets &&name##_takes_plain_singles,
    CODEC_DIALECTS(X)
#undef X
};

/* Is each field plain by itself? Few bets come here: inlined, the places for their names would be
 * made for every bet. */
static __attribute__((noinline)) bool has_plain_fields(const struct sorteo_bet *bet)
{
    return is_plain_name(&bet->name) && is_plain_name(&bet->surname) && bet->birthdate.len == SORTEO_DATE_LEN &&
           is_plain_date((const uint8_t *)bet->birthdate.bytes);
}

/* May it be sent for sure? Where it is not, the grammar is to be asked. */
static inline bool needs_no_question(enum sorteo_dialect dialect, const struct sorteo_bet *bet)
{
    if (!takes_plain[dialect])
        return false;
    return is_plain_bet(bet) || has_plain_fields(bet);
}

enum sorteo_code bet_check(enum sorteo_dialect dialect, const struct sorteo_bet *bet, struct sorteo_error *error)
{
    return needs_no_question(dialect, bet) ? SORTEO_E_OK : ask_bet(dialect, bet, error);
}

enum sorteo_code single_check(enum sorteo_dialect dialect, uint64_t key, const struct sorteo_bet *bet,
                              struct sorteo_error *error)
{
    return needs_no_question(dialect, bet) ? SORTEO_E_OK : ask_single(dialect, key, bet, error);
}

/* ---- Its bytes ------------------------------------------------------------------------------- */

size_t sorteo_bet_size(enum sorteo_dialect dialect, const struct sorteo_bet *bet)
{
    return size_with_names(dialect_of(dialect)->sizes.bet_fixed, bet);
}

size_t sorteo_single_size(enum sorteo_dialect dialect, const struct sorteo_bet *bet)
{
    return size_with_names(dialect_of(dialect)->sizes.single_fixed, bet);
}

/* What the grammar calls an integer of so many bytes, struct sorteo_bet must have room for. */
#define INTEGER(name, field, size, type, max)                                                                          \
    _Static_assert(sizeof(((struct sorteo_bet *)0)->name) == sizeof(type), "sorteo.h: " #name " must be a " #type);    \
    _Static_assert(sizeof(((struct sorteo_decoder *)0)->name) == sizeof(type), "sorteo.h: " #name " must be a " #type);
BET_FIELDS(INTEGER, BET_FIELD_NOTHING, BET_FIELD_NOTHING)
#undef INTEGER

/* An integer whose size is known where this is called: no loop for those that are common. */
static inline uint8_t *put_constant(uint8_t *out, uint64_t value, unsigned size)
{
    switch (size) {
    case 2:
        return put_2(out, (uint16_t)value);
    case 4:
        return put_4(out, (uint32_t)value);
    default:
        return put_integer(out, value, size);
    }
}

static inline uint8_t *put_text(uint8_t *out, const struct sorteo_text *text, unsigned length_size)
{
    out = put_length(out, text->len, length_size);
    return copy_text(out, text->bytes, text->len); /* where there is none, its bytes may be NULL */
}

uint8_t *bet_put(uint8_t *out, unsigned agency_size, unsigned length_size, const struct sorteo_bet *bet)
{
    *out = bet->agency; /* where it does not belong, what follows is written over it */
    out += agency_size;
#define INTEGER(name, field, size, ...) out = put_constant(out, bet->name, size);
#define TEXT(name, field, none) out = put_text(out, &bet->name, length_size);
#define CHARS(name, field, size, ...) out = (uint8_t *)memcpy(out, bet->name.bytes, size) + (size);
    BET_FIELDS(INTEGER, TEXT, CHARS)
#undef CHARS
#undef TEXT
#undef INTEGER
    return out;
}
