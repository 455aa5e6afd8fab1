/*
 * The machine reads what would be sent, field by field.
 */
#include "codec/ask.h"
#include "../gen/bet.h"
#include "codec/put.h"
#include "codec/refusal.h"
#include "codec/report.h"

#define N_BETS_LEN 2u
#define INTEGER_MAX 8u /* bytes of an integer */

struct question {
    struct sorteo_decoder decoder; /* reads what has been asked so far */
    struct sorteo_error *error;
    enum sorteo_code code; /* OK until the machine has refused a byte */
    size_t before;         /* bytes of the field before the one at hand */
};

static void begin(struct question *question, enum sorteo_dialect dialect, enum machine_entry entry,
                  struct sorteo_error *error)
{
    *question = (struct question){ .error = error };
    sorteo_decoder_init(&question->decoder, dialect, SORTEO_REPLY_STREAM, 0);
    question->decoder.state = machine_entry(dialect, entry);
}

static void refuse(struct question *question, enum sorteo_code code, enum sorteo_field field, uint64_t offset)
{
    question->code = report(question->error, code, field, offset);
}

/* The machine may name the field before this one: a text that may not end there. */
static void refuse_byte(struct question *question, enum sorteo_field field, const uint8_t *bytes, size_t offset)
{
    struct sorteo_decoder *decoder = &question->decoder;

    refusal_name(decoder, bytes + offset);
    if (decoder->error.field == SORTEO_F_NONE || decoder->error.field == field)
        refuse(question, decoder->error.code, field, offset);
    else
        refuse(question, decoder->error.code, decoder->error.field, question->before);
}

static void ask(struct question *question, enum sorteo_field field, const void *bytes, size_t len)
{
    struct sorteo_decoder *decoder = &question->decoder;
    const uint8_t *const first = bytes;

    for (size_t at = 0; at < len && question->code == SORTEO_E_OK;) {
        decoder->event = SORTEO_MORE;
        at = (size_t)(machine_exec(decoder, first + at, first + len) - first);
        if (decoder->state == MACHINE_ERROR_STATE)
            refuse_byte(question, field, first, at);
    }
    question->before = len;
}

static void ask_integer(struct question *question, enum sorteo_field field, uint64_t value, unsigned size)
{
    uint8_t bytes[INTEGER_MAX];

    (void)put_integer(bytes, value, size);
    ask(question, field, bytes, size);
}

static void ask_text(struct question *question, enum sorteo_field length, enum sorteo_field field,
                     const struct sorteo_text *text, unsigned length_size)
{
    const size_t max = ((size_t)1 << 8 * length_size) - 1;

    if (question->code == SORTEO_E_OK && text->len > max)
        refuse(question, SORTEO_E_LENGTH, field, max);
    ask_integer(question, length, text->len, length_size);
    ask(question, field, text->bytes, text->len);
}

/* As many bytes as the field has, neither more nor fewer. */
static void ask_chars(struct question *question, enum sorteo_field field, const struct sorteo_text *text, size_t size)
{
    const size_t len = text->len < size ? text->len : size;

    ask(question, field, text->bytes, len);
    if (question->code == SORTEO_E_OK && text->len != size)
        refuse(question, field == SORTEO_F_BIRTHDATE ? SORTEO_E_DATE : SORTEO_E_VALUE, field, len);
}

static void ask_bet_fields(struct question *question, const struct sorteo_bet *bet, unsigned agency_size,
                           unsigned length_size)
{
    ask_integer(question, SORTEO_F_AGENCY, bet->agency, agency_size);
#define INTEGER(name, field, size, ...) ask_integer(question, SORTEO_F_##field, bet->name, size);
#define TEXT(name, field, none) ask_text(question, SORTEO_F_##field##_N, SORTEO_F_##field, &bet->name, length_size);
#define CHARS(name, field, size, ...) ask_chars(question, SORTEO_F_##field, &bet->name, size);
    BET_FIELDS(INTEGER, TEXT, CHARS)
#undef CHARS
#undef TEXT
#undef INTEGER
}

/* With the last byte the machine must have told of what was asked for: a frame may end there. */
static enum sorteo_code end(struct question *question, enum sorteo_event_kind event)
{
    if (question->code == SORTEO_E_OK && question->decoder.event != (uint8_t)event)
        refuse(question, SORTEO_E_UNEXPECTED, SORTEO_F_NONE, 0);
    return question->code;
}

enum sorteo_code ask_single(enum sorteo_dialect dialect, uint64_t key, const struct sorteo_bet *bet,
                            struct sorteo_error *error)
{
    const struct sorteo_parameters *parameters = sorteo_dialect_parameters(dialect);
    struct question question;

    begin(&question, dialect, MACHINE_BET_STREAM, error);
    ask_integer(&question, SORTEO_F_KEY, key, parameters->key_size);
    ask_bet_fields(&question, bet, sizeof(bet->agency), parameters->length_size);
    return end(&question, SORTEO_BET);
}

enum sorteo_code ask_bet(enum sorteo_dialect dialect, const struct sorteo_bet *bet, struct sorteo_error *error)
{
    struct question question;

    begin(&question, dialect, MACHINE_BET, error);
    question.decoder.items_left = 1;
    ask_bet_fields(&question, bet, dialect_of(dialect)->sizes.bet_agency,
                   sorteo_dialect_parameters(dialect)->length_size);
    return end(&question, SORTEO_BET);
}

enum sorteo_code ask_batch(enum sorteo_dialect dialect, size_t count, uint64_t key, uint8_t agency,
                           struct sorteo_error *error)
{
    const struct sorteo_parameters *parameters = sorteo_dialect_parameters(dialect);
    struct question question;

    begin(&question, dialect, MACHINE_AGENCY_STREAM, error);
    ask_integer(&question, SORTEO_F_N_BETS, count, N_BETS_LEN);
    ask_integer(&question, SORTEO_F_KEY, key, parameters->key_size);
    ask_integer(&question, SORTEO_F_AGENCY, agency, parameters->batch_agency_size);
    return end(&question, SORTEO_BATCH_BEGIN);
}

enum sorteo_code ask_plain(enum sorteo_dialect dialect, enum machine_entry entry, enum sorteo_event_kind event,
                           const uint8_t *bytes, size_t len)
{
    struct question question;

    begin(&question, dialect, entry, NULL);
    ask(&question, SORTEO_F_NONE, bytes, len);
    return end(&question, event);
}

enum sorteo_code ask_winners(enum sorteo_dialect dialect, size_t count)
{
    struct question question;

    begin(&question, dialect, MACHINE_WINNERS, NULL);
    ask_integer(&question, SORTEO_F_N_WINNERS, count, sorteo_dialect_parameters(dialect)->winners_size);
    return end(&question, SORTEO_WINNERS_BEGIN);
}

enum sorteo_code ask_documents(enum sorteo_dialect dialect, const uint32_t *documents, size_t count)
{
    enum sorteo_code code = SORTEO_E_OK;

    for (size_t i = 0; i < count && code == SORTEO_E_OK; i++) {
        struct question question;

        begin(&question, dialect, MACHINE_DOCUMENT, NULL);
        question.decoder.items_left = 1;
        ask_integer(&question, SORTEO_F_DOCUMENT, documents[i], sizeof(documents[i]));
        code = end(&question, SORTEO_WINNER);
    }
    return code;
}
