/*
 * The encoder: one function for each frame, the inverse of the decoder.
 *
 * Each looks at everything first and writes then, so that a failure leaves the caller's memory as
 * it was.
 */
#include "../gen/shortcuts.h"
#include "codec/ask.h"
#include "codec/bet.h"
#include "codec/machine.h"

#include <string.h>

#define N_BETS_LEN 2u
#define DOCUMENT_LEN 4u
#define AGENCY_LEN 1u

/* By dialect: does its grammar take every document in WINNERS? */
static const bool takes_plain_documents[] = {
#define X(name) name##_takes_plain_documents,
    CODEC_DIALECTS(X)
#undef X
};

/* ---- Bets ------------------------------------------------------------------------------------ */

enum sorteo_code sorteo_encode_single(enum sorteo_dialect dialect, uint64_t key, const struct sorteo_bet *bet,
                                      uint8_t *out, size_t cap, size_t *len, struct sorteo_error *error)
{
    const struct sorteo_parameters *parameters = sorteo_dialect_parameters(dialect);
    const unsigned key_size = parameters->key_size;
    enum sorteo_code code;

    if (!key_fits(key, key_size))
        return report(error, SORTEO_E_VALUE, SORTEO_F_KEY, 0);
    code = single_check(dialect, key, bet, error);
    if (code != SORTEO_E_OK)
        return code;
    if (sorteo_single_size(dialect, bet) > cap)
        return report(error, SORTEO_E_SPACE, SORTEO_F_NONE, 0);

    *len = (size_t)(bet_put(put_integer(out, key, key_size), AGENCY_LEN, parameters->length_size, bet) - out);
    return SORTEO_E_OK;
}

/* Bytes that are left of `cap` after so many bets; false if they do not fit. */
static bool bets_fit(enum sorteo_dialect dialect, const struct sorteo_bet *bets, size_t count, size_t cap)
{
    const size_t fixed = dialect_of(dialect)->sizes.bet_fixed;

    /*@ loop invariant i <= count && cap + total_size(dialect, bets, i) == \at(cap, Pre);
        loop assigns i, cap;
        loop variant count - i; */
    for (size_t i = 0; i < count; i++) {
        const size_t size = size_with_names(fixed, &bets[i]);

        if (size > cap)
            return false;
        cap -= size;
    }
    return true;
}

enum sorteo_code sorteo_encode_batch(enum sorteo_dialect dialect, uint64_t key, const struct sorteo_bet *bets,
                                     size_t count, uint8_t *out, size_t cap, size_t *len, struct sorteo_error *error)
{
    const struct dialect_sizes *sizes = &dialect_of(dialect)->sizes;
    const struct sorteo_parameters *parameters = sorteo_dialect_parameters(dialect);
    const unsigned key_size = parameters->key_size;
    enum sorteo_code code;
    uint8_t *end;

    if (count < 1 || count > SORTEO_BATCH_MAX)
        return report(error, SORTEO_E_COUNT, SORTEO_F_N_BETS, 0);
    if (!key_fits(key, key_size))
        return report(error, SORTEO_E_VALUE, SORTEO_F_KEY, 0);
    code = ask_batch(dialect, count, key, bets[0].agency, error);
    for (size_t i = 0; i < count && code == SORTEO_E_OK; i++) {
        code = bet_check(dialect, &bets[i], error);
        if (code == SORTEO_E_OK && sizes->bet_agency == 0 && bets[i].agency != bets[0].agency)
            return report(error, SORTEO_E_AGENCY, SORTEO_F_AGENCY, i);
    }
    if (code != SORTEO_E_OK)
        return code;
    if (cap < sizes->batch_head || !bets_fit(dialect, bets, count, cap - sizes->batch_head))
        return report(error, SORTEO_E_SPACE, SORTEO_F_NONE, 0);

    end = put_integer(put_integer(out, count, N_BETS_LEN), key, key_size);
    end = put_integer(end, bets[0].agency, parameters->batch_agency_size);
    for (size_t i = 0; i < count; i++)
        end = bet_put(end, sizes->bet_agency, parameters->length_size, &bets[i]);
    *len = (size_t)(end - out);
    return SORTEO_E_OK;
}

/* The most bytes of a frame that raises one event. */
#define PLAIN_MAX 64u

struct plain {
    uint8_t bytes[PLAIN_MAX];
    size_t len;
};

/* Copies the frame to `out` if the grammar says that it is a valid frame of this kind. */
static enum sorteo_code plain_send(enum sorteo_dialect dialect, enum machine_entry entry, enum sorteo_event_kind event,
                                   const struct plain *frame, uint8_t *out, size_t cap, size_t *len)
{
    const enum sorteo_code code = ask_plain(dialect, entry, event, frame->bytes, frame->len);

    if (code != SORTEO_E_OK)
        return code;
    if (cap < frame->len)
        return SORTEO_E_SPACE;

    memcpy(out, frame->bytes, frame->len);
    *len = frame->len;
    return SORTEO_E_OK;
}

/* The bytes NO_BETS KEY AGENCY, for a KEY that fits. */
static struct plain plain_request(enum sorteo_dialect dialect, uint64_t key, uint8_t agency)
{
    struct plain frame;
    uint8_t *end = put_integer(frame.bytes, CODEC_NO_BETS, N_BETS_LEN);

    end = put_integer(end, key, sorteo_dialect_parameters(dialect)->key_size);
    end = put_integer(end, agency, AGENCY_LEN);
    frame.len = (size_t)(end - frame.bytes);
    return frame;
}

enum sorteo_code sorteo_encode_finish(enum sorteo_dialect dialect, uint64_t key, uint8_t agency, uint8_t *out,
                                      size_t cap, size_t *len)
{
    const unsigned key_size = sorteo_dialect_parameters(dialect)->key_size;
    const struct plain frame = plain_request(dialect, key, agency);

    if (!key_fits(key, key_size))
        return SORTEO_E_VALUE;
    return plain_send(dialect, MACHINE_AGENCY_STREAM, SORTEO_FINISH, &frame, out, cap, len);
}

enum sorteo_code sorteo_encode_receipt(enum sorteo_dialect dialect, uint8_t *out, size_t cap, size_t *len)
{
    if (cap < 1)
        return SORTEO_E_SPACE;

    out[0] = sorteo_dialect_parameters(dialect)->receipt;
    *len = 1;
    return SORTEO_E_OK;
}

/* ---- Replies --------------------------------------------------------------------------------- */

enum sorteo_code sorteo_encode_answer(bool stored, uint8_t *out, size_t cap, size_t *len)
{
    if (cap < 1)
        return SORTEO_E_SPACE;

    out[0] = stored ? CODEC_STORED : CODEC_REFUSED;
    *len = 1;
    return SORTEO_E_OK;
}

enum sorteo_code sorteo_encode_winners_count(enum sorteo_dialect dialect, size_t count, uint8_t *out, size_t cap,
                                             size_t *len)
{
    const unsigned winners_size = sorteo_dialect_parameters(dialect)->winners_size;
    enum sorteo_code code;

    if (count > sorteo_winners_max(dialect))
        return SORTEO_E_COUNT;
    code = ask_winners(dialect, count);
    if (code != SORTEO_E_OK)
        return code;
    if (cap < winners_size)
        return SORTEO_E_SPACE;

    put_integer(out, count, winners_size);
    *len = winners_size;
    return SORTEO_E_OK;
}

enum sorteo_code sorteo_encode_documents(enum sorteo_dialect dialect, const uint32_t *documents, size_t count,
                                         uint8_t *out, size_t cap, size_t *len)
{
    const enum sorteo_code code =
        takes_plain_documents[dialect] ? SORTEO_E_OK : ask_documents(dialect, documents, count);

    if (code != SORTEO_E_OK)
        return code;
    if (count > cap / DOCUMENT_LEN)
        return SORTEO_E_SPACE;

    for (size_t i = 0; i < count; i++)
        out = put_integer(out, documents[i], DOCUMENT_LEN);
    *len = count * DOCUMENT_LEN;
    return SORTEO_E_OK;
}

enum sorteo_code sorteo_encode_winners(enum sorteo_dialect dialect, const uint32_t *documents, size_t count,
                                       uint8_t *out, size_t cap, size_t *len)
{
    const unsigned winners_size = sorteo_dialect_parameters(dialect)->winners_size;
    enum sorteo_code code;
    size_t documents_len;

    if (count > sorteo_winners_max(dialect))
        return SORTEO_E_COUNT;
    code = ask_winners(dialect, count);
    if (code != SORTEO_E_OK)
        return code;
    if (cap < winners_size)
        return SORTEO_E_SPACE;
    /* The documents first: they alone can fail now, and then nothing has been written. */
    code = sorteo_encode_documents(dialect, documents, count, out + winners_size, cap - winners_size, &documents_len);
    if (code != SORTEO_E_OK)
        return code;

    put_integer(out, count, winners_size);
    *len = winners_size + documents_len;
    return SORTEO_E_OK;
}
