/*
 * One BET on its way out: may it be sent, how long is it, and its bytes.
 */
#include "codec/bet.h"
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

/* Has the grammar read the text, as the decoder at the other end will. True if nothing in it was
 * wrong; else *offset is where, and *code what, or OK where the text goes on behind its end. */
static bool ask(enum sorteo_dialect dialect, enum machine_entry entry, const struct sorteo_text *text,
                enum sorteo_code *code, size_t *offset)
{
    struct sorteo_decoder decoder;
    const uint8_t *begin = (const uint8_t *)text->bytes;

    sorteo_decoder_init(&decoder, dialect, SORTEO_BET_STREAM, 0);
    decoder.state = machine_entry(dialect, entry);
    decoder.text_left = (uint16_t)text->len;
    *offset = (size_t)(machine_exec(&decoder, begin, begin + text->len) - begin);
    *code = decoder.error.code;
    return decoder.state != MACHINE_ERROR_STATE;
}

/* Nothing is refused here, and nothing is plain in a portable build. Names that are longer may be
 * too long for a dialect. */
static inline bool is_plain_bet(const struct sorteo_bet *bet)
{
    return bet->name.len <= PLAIN_NAME_MAX && bet->surname.len <= PLAIN_NAME_MAX &&
           are_narrow_texts_exact((const uint8_t *)bet->name.bytes, bet->name.len, (const uint8_t *)bet->surname.bytes,
                                  bet->surname.len) &&
           bet->birthdate.len == SORTEO_DATE_LEN && is_plain_date((const uint8_t *)bet->birthdate.bytes);
}

/* A text ends where its owner's memory may: to be looked at with what is behind it, it needs a
 * place of its own. */
static inline bool is_plain_name(const struct sorteo_text *name)
{
    uint8_t copy[PLAIN_NAME_MAX + PLAIN_TEXT_SLACK];

    if (name->len > PLAIN_NAME_MAX)
        return false;
    memset(copy_text(copy, name->bytes, name->len), 0, PLAIN_TEXT_SLACK);
    return is_plain_text(copy, name->len);
}

static size_t length_max(enum sorteo_dialect dialect)
{
    return ((size_t)1 << 8 * sorteo_dialect_parameters(dialect)->length_size) - 1;
}

static enum sorteo_code name_check(enum sorteo_dialect dialect, const struct sorteo_text *name, enum sorteo_field field,
                                   struct sorteo_error *error)
{
    const size_t max = length_max(dialect);
    enum sorteo_code code;
    size_t offset;

    if (name->len > max)
        return report(error, SORTEO_E_LENGTH, field, max);
    if (name->len > 0 && !is_plain_name(name) && !ask(dialect, MACHINE_NAME, name, &code, &offset))
        return report(error, code, field, offset);
    return SORTEO_E_OK;
}

static enum sorteo_code birthdate_check(enum sorteo_dialect dialect, const struct sorteo_text *birthdate,
                                        struct sorteo_error *error)
{
    const struct sorteo_text date = {
        .bytes = birthdate->bytes,
        .len = birthdate->len < SORTEO_DATE_LEN ? birthdate->len : SORTEO_DATE_LEN,
    };
    enum sorteo_code code;
    size_t offset;

    if (date.len > 0 && !ask(dialect, MACHINE_BIRTHDATE, &date, &code, &offset))
        return report(error, code, SORTEO_F_BIRTHDATE, offset);
    if (birthdate->len != SORTEO_DATE_LEN)
        return report(error, SORTEO_E_DATE, SORTEO_F_BIRTHDATE, date.len);
    return SORTEO_E_OK;
}

enum sorteo_code bet_check(enum sorteo_dialect dialect, const struct sorteo_bet *bet, struct sorteo_error *error)
{
    enum sorteo_code code;

    if (is_plain_bet(bet))
        return SORTEO_E_OK;
    code = name_check(dialect, &bet->name, SORTEO_F_NAME, error);
    if (code == SORTEO_E_OK)
        code = name_check(dialect, &bet->surname, SORTEO_F_SURNAME, error);
    if (code == SORTEO_E_OK)
        code = birthdate_check(dialect, &bet->birthdate, error);
    return code;
}

/* ---- Its bytes ------------------------------------------------------------------------------- */

static size_t add_up_to_max(size_t a, size_t b)
{
    return a > SIZE_MAX - b ? SIZE_MAX : a + b;
}

size_t sorteo_bet_size(enum sorteo_dialect dialect, const struct sorteo_bet *bet)
{
    return add_up_to_max(dialect_of(dialect)->sizes.bet_fixed, add_up_to_max(bet->name.len, bet->surname.len));
}

size_t sorteo_single_size(enum sorteo_dialect dialect, const struct sorteo_bet *bet)
{
    return add_up_to_max(dialect_of(dialect)->sizes.single_fixed, add_up_to_max(bet->name.len, bet->surname.len));
}

uint8_t *bet_put(uint8_t *out, unsigned agency_size, unsigned length_size, const struct sorteo_bet *bet)
{
    *out = bet->agency; /* where it does not belong, what follows is written over it */
    out += agency_size;
    out = put_length(out, bet->name.len, length_size);
    out = copy_text(out, bet->name.bytes, bet->name.len); /* where there is none, its bytes may be NULL */
    out = put_length(out, bet->surname.len, length_size);
    out = copy_text(out, bet->surname.bytes, bet->surname.len);
    out = put_4(out, bet->document);
    memcpy(out, bet->birthdate.bytes, SORTEO_DATE_LEN);
    return put_2(out + SORTEO_DATE_LEN, bet->number);
}
