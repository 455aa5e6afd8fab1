/*
 * Runs what gen/<dialect>.vectors holds: each byte in each state of the machine, under each
 * valuation of its conditions. State, events, error, field and offset must be as the automaton has
 * them, however the stream is cut: whole, where shortcuts are taken, and byte by byte, where only
 * the grammar is at work.
 *
 * TEST_ROUNDS below 100,000 takes only the first and last byte of those that do the same, for
 * slow instruments.
 */
#include "codec/refusal.h"
#include "unit/codec/codec_random.h"
#include "unit/codec/conformance_rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "unit/codec/codec_told.h"

#ifndef GEN_FOLDER
#define GEN_FOLDER "gen" /* make GRAMMAR= has another one */
#endif

#define ALL_BYTES_ROUNDS 100000u

#define X(dialect) +1u
enum { DIALECTS = 0u CODEC_DIALECTS(X) };
#undef X

static struct conformance conformances[DIALECTS];

/* ---- Reading a stream ------------------------------------------------------------------------ */

struct run {
    enum sorteo_dialect dialect;
    const struct row *row;
    unsigned byte;    /* the one after the row's */
    const char *form; /* how the stream comes */
    struct sorteo_decoder decoder;
    struct told told;
};

_Noreturn static void run_fails(const struct run *run, const char *what)
{
    print_message("# %s, row of state %u %s, byte %02x, %s: %s\n# state %u, error %s %s %" PRIu64 ", told:\n%s",
                  sorteo_dialect_name(run->dialect), run->row->state, run->row->conditions, run->byte, run->form, what,
                  run->decoder.state, sorteo_code_name(run->decoder.error.code),
                  sorteo_field_name(run->decoder.error.field), run->decoder.error.offset, run->told.text);
    fail();
    abort();
}

static void run_must(const struct run *run, bool condition, const char *what)
{
    if (!condition)
        run_fails(run, what);
}

/* No stream has these alone: the encoder asks the machine, without the shell. */
static bool is_question(const struct row *row)
{
    return row->entry == MACHINE_NAME || row->entry == MACHINE_BIRTHDATE;
}

static enum sorteo_stream stream_of(enum machine_entry entry)
{
    switch (entry) {
    case MACHINE_AGENCY_STREAM:
        return SORTEO_AGENCY_STREAM;
#define X(frame, name) case MACHINE_##frame:
        REPLIES(X)
#undef X
    case MACHINE_SILENCE:
        return SORTEO_REPLY_STREAM;
    case MACHINE_BET_STREAM:
    case MACHINE_BET:
    case MACHINE_DOCUMENT:
    case MACHINE_NAME:
    case MACHINE_BIRTHDATE:
        break;
    }
    return SORTEO_BET_STREAM;
}

static enum sorteo_reply reply_of(enum machine_entry entry)
{
#define X(frame, name)                                                                                                 \
    if (entry == MACHINE_##frame)                                                                                      \
        return SORTEO_REPLY_##frame;
    REPLIES(X)
#undef X
    return SORTEO_REPLY_NONE;
}

static void run_begin(struct run *run, uint32_t limit)
{
    const struct row *row = run->row;

    sorteo_decoder_init(&run->decoder, run->dialect, stream_of(row->entry), limit);
    if (is_question(row)) {
        run->decoder.state = machine_entry(run->dialect, row->entry);
        run->decoder.text_left = row->text_len;
    }
    sorteo_decoder_expect(&run->decoder, reply_of(row->entry));
    told_clear(&run->told);
}

/* What the encoder does. */
static enum sorteo_event_kind ask(struct sorteo_decoder *decoder, const uint8_t *bytes, size_t len)
{
    const uint8_t *begin = bytes + decoder->offset;
    const uint8_t *at = machine_exec(decoder, begin, bytes + len);

    decoder->offset += (uint64_t)(at - begin);
    if (decoder->state != MACHINE_ERROR_STATE)
        return SORTEO_MORE;
    refusal_name(decoder, at);
    decoder->error.offset = decoder->offset;
    return SORTEO_ERROR;
}

/* Lets the stream arrive up to its len-th byte. SORTEO_MORE, or SORTEO_ERROR. */
static enum sorteo_event_kind run_to(struct run *run, const uint8_t *bytes, size_t len)
{
    const struct sorteo_window window = { .bytes = bytes, .len = len, .base = 0 };
    enum sorteo_event_kind kind;
    struct sorteo_event event;

    if (is_question(run->row))
        return ask(&run->decoder, bytes, len);
    while (kind = sorteo_decoder_next(&run->decoder, &window, &event), kind != SORTEO_MORE && kind != SORTEO_ERROR)
        tell_event(&run->told, run->dialect, &event);
    if (kind == SORTEO_ERROR) {
        const struct sorteo_decoder before = run->decoder;

        run_must(run,
                 sorteo_decoder_next(&run->decoder, &window, &event) == SORTEO_ERROR &&
                     memcmp(&before, &run->decoder, sizeof(before)) == 0,
                 "an error stays");
    }
    return kind;
}

/* ---- What must follow ------------------------------------------------------------------------ */

/* Puts the sum in the place of each "65280+byte"; of a key, in hexadecimal. */
static void expand(struct told *out, const char *events, unsigned byte)
{
    static const char mark[] = "+byte";

    for (const char *at = strstr(events, mark); at != NULL; at = strstr(events, mark)) {
        const char *equals = at;

        while (*equals != '=')
            equals--;
        const bool is_key = strncmp(equals - 3, "key", 3) == 0;
        const uint64_t sum = strtoull(equals + 1, NULL, is_key ? 16 : 10) + byte;

        tell(out, "%.*s", (int)(equals + 1 - events), events);
        if (is_key)
            tell(out, "%016" PRIx64, sum);
        else
            tell(out, "%" PRIu64, sum);
        events = at + strlen(mark);
    }
    tell(out, "%s", events);
}

static void check_told(const struct run *run, const struct outcome *outcome, bool is_all)
{
    static struct told expected;

    told_clear(&expected);
    tell(&expected, "%s", run->row->events);
    expand(&expected, outcome->events, run->byte);
    if (strncmp(expected.text, run->told.text, expected.len) != 0 || (is_all && run->told.len != expected.len)) {
        print_message("# expected:\n%s", expected.text);
        run_fails(run, "other events");
    }
}

static void check_refused(const struct run *run, const struct outcome *outcome, enum sorteo_event_kind kind)
{
    const struct sorteo_error *error = &run->decoder.error;

    run_must(run, kind == SORTEO_ERROR, "it is no error");
    run_must(run, run->decoder.state == MACHINE_ERROR_STATE, "not the error's state");
    run_must(run, error->code == outcome->code && error->field == outcome->field, "another error");
    run_must(run, error->offset == run->row->len, "not at the byte");
    check_told(run, outcome, true);
}

static void check_taken(const struct run *run, const struct outcome *outcome, enum sorteo_event_kind kind)
{
    struct sorteo_decoder ended = run->decoder;

    run_must(run, kind == SORTEO_MORE, "it is an error");
    run_must(run, run->decoder.state == outcome->state, "another state");
    run_must(run, run->decoder.offset == run->row->len + 1, "not all of it was read");
    check_told(run, outcome, true);
    if (outcome->ending == ENDS_UNASKED)
        return;
    run_must(run, sorteo_decoder_is_between_frames(&ended) == (outcome->ending == ENDS_OK), "between frames, or not");
    run_must(run, sorteo_decoder_end(&ended) == (outcome->ending == ENDS_OK ? SORTEO_E_OK : SORTEO_E_TRUNCATED),
             "another end of the stream");
}

/* What follows the byte changes nothing of what was said up to it, and no error is before what
 * comes. */
static void check_more(const struct run *run, const struct outcome *outcome, enum sorteo_event_kind kind)
{
    if (outcome->state == MACHINE_ERROR_STATE) {
        check_refused(run, outcome, kind);
        return;
    }
    check_told(run, outcome, false);
    run_must(run, kind == SORTEO_MORE || run->decoder.error.offset > run->row->len, "an error where none is");
}

/* ---- The forms in which a stream comes ------------------------------------------------------- */

struct form {
    struct conformance *conformance;
    enum { WHOLE, WHOLE_AND_MORE, BYTE_ALONE, BYTE_BY_BYTE } pieces;
};

static const char *const piece_names[] = { "whole", "with more after it", "the byte alone", "byte by byte" };

static void run_vector(struct run *run, const struct outcome *outcome, uint8_t *bytes, const struct form *form)
{
    const struct row *row = run->row;
    size_t at = form->pieces == BYTE_BY_BYTE ? 0 : row->len;
    const uint32_t limit = row->limit_times * run->byte + row->limit_more;
    enum sorteo_event_kind kind = SORTEO_MORE;

    bytes[row->len] = (uint8_t)run->byte;
    run_begin(run, limit);
    if (form->pieces == WHOLE_AND_MORE) {
        check_more(run, outcome, run_to(run, bytes, row->len + 1 + row->more_len));
        return;
    }
    if (form->pieces == WHOLE)
        at++;
    for (; at <= row->len + 1 && kind == SORTEO_MORE; at++)
        kind = run_to(run, bytes, at);
    if (outcome->state == MACHINE_ERROR_STATE)
        check_refused(run, outcome, kind);
    else
        check_taken(run, outcome, kind);
}

/* Memory of exactly the stream's bytes, so that a sanitizer sees a look beyond them. */
static uint8_t *stream_of_row(const struct row *row, const struct form *form)
{
    const bool has_more = form->pieces == WHOLE_AND_MORE && row->more_len > 0;
    uint8_t *bytes = vector_grow(NULL, row->len + 1 + (has_more ? row->more_len : 0));

    if (row->len > 0)
        memcpy(bytes, row->bytes, row->len);
    if (has_more)
        memcpy(bytes + row->len + 1, row->more, row->more_len);
    return bytes;
}

static void every_vector_is_as_the_automaton_has_it(void **state)
{
    const struct form *form = *state;
    const bool all_bytes = number_from_environment("TEST_ROUNDS", UINT64_MAX) >= ALL_BYTES_ROUNDS;
    static struct run run;

    run.dialect = form->conformance->dialect;
    run.form = piece_names[form->pieces];
    for (size_t i = 0; i < form->conformance->count; i++) {
        const struct row *row = run.row = &form->conformance->rows[i];
        uint8_t *bytes = stream_of_row(row, form);

        for (const struct outcome *outcome = row->outcomes; outcome < row->outcomes + row->outcome_count; outcome++) {
            const unsigned step = all_bytes || outcome->low == outcome->high ? 1 : outcome->high - outcome->low;

            for (run.byte = outcome->low; run.byte <= outcome->high; run.byte += step)
                run_vector(&run, outcome, bytes, form);
        }
        free(bytes);
    }
}

/* ---- The file holds what it says ------------------------------------------------------------- */

static void no_state_and_no_vector_is_missing(void **state)
{
    const struct conformance *all = ((const struct form *)*state)->conformance;
    bool has_state[256] = { false };
    unsigned states = 0, vectors = 0, refused = 0;

    for (size_t i = 0; i < all->count; i++) {
        const struct row *row = &all->rows[i];

        assert_in_range(row->state, 1, 255);
        states += !has_state[row->state];
        has_state[row->state] = true;
        for (size_t k = 0; k < row->outcome_count; k++) {
            const unsigned count = row->outcomes[k].high - row->outcomes[k].low + 1;

            vectors += count;
            refused += row->outcomes[k].state == MACHINE_ERROR_STATE ? count : 0;
        }
    }
    assert_int_equal(states, all->states);
    assert_int_equal(vectors, all->vectors);
    assert_int_equal(refused, all->refused);
}

/* ---- Truncated ------------------------------------------------------------------------------- */

/* Every beginning of a valid stream wants more, and tells of nothing else. */
static void every_beginning_wants_more(void **state)
{
    const struct conformance *all = ((const struct form *)*state)->conformance;
    static struct run run;

    run.dialect = all->dialect;
    run.form = "truncated";
    for (size_t i = 0; i < all->count; i++) {
        const struct row *row = run.row = &all->rows[i];

        run.byte = row->outcomes[0].low;
        for (size_t len = 0; len <= row->len && !is_question(row); len++) {
            run_begin(&run, row->limit_times * run.byte + row->limit_more);
            run_must(&run, run_to(&run, row->bytes, len) == SORTEO_MORE, "the beginning of a valid stream is an error");
            run_must(&run, strncmp(row->events, run.told.text, run.told.len) == 0, "other events");
            const bool is_whole = told_ends_whole(&run.told, stream_of(row->entry), len);

            run_must(&run,
                     sorteo_decoder_end(&run.decoder) == (is_whole ? SORTEO_E_OK : SORTEO_E_TRUNCATED) &&
                         run.decoder.error.offset == (is_whole ? 0 : len),
                     "another end of the stream");
        }
    }
}

/* ---- What the encoder asks ------------------------------------------------------------------- */

/* A bet whose one field is the row's text. */
static enum sorteo_code encode(const struct run *run, enum sorteo_field field, struct sorteo_text text,
                               struct sorteo_error *error)
{
    const struct sorteo_text name = { "A", 1 }, day = { "1999-03-17", SORTEO_DATE_LEN };
    const struct sorteo_bet bet = { .name = field == SORTEO_F_NAME ? text : name,
                                    .surname = field == SORTEO_F_SURNAME ? text : name,
                                    .birthdate = field == SORTEO_F_BIRTHDATE ? text : day };
    uint8_t out[256];
    size_t len;

    *error = (struct sorteo_error){ 0 };
    return sorteo_encode_single(run->dialect, 0, &bet, out, sizeof(out), &len, error);
}

static void check_asked(const struct run *run, const struct outcome *outcome, enum sorteo_field field,
                        const uint8_t *bytes, size_t len)
{
    struct sorteo_error error;
    const enum sorteo_code code = encode(run, field, (struct sorteo_text){ (const char *)bytes, len }, &error);

    if (outcome->state == MACHINE_ERROR_STATE)
        run_must(run,
                 code == outcome->code && error.code == code && error.field == field && error.offset == run->row->len,
                 "the encoder says another error");
    else
        run_must(run, code == SORTEO_E_OK || error.offset > run->row->len,
                 "the encoder refuses what the decoder takes");
}

/* A byte after the text's end is never asked about. */
static void the_encoder_refuses_the_same(void **state)
{
    const struct form form = { ((const struct form *)*state)->conformance, WHOLE_AND_MORE };
    static struct run run;

    run.dialect = form.conformance->dialect;
    run.form = "the encoder";
    for (size_t i = 0; i < form.conformance->count; i++) {
        const struct row *row = run.row = &form.conformance->rows[i];
        const size_t text_len = row->entry == MACHINE_NAME ? row->text_len : SORTEO_DATE_LEN;

        if (!is_question(row) || row->len >= text_len)
            continue;
        uint8_t *bytes = stream_of_row(row, &form);
        const size_t len = row->len + 1 + row->more_len;

        for (const struct outcome *outcome = row->outcomes; outcome < row->outcomes + row->outcome_count; outcome++) {
            for (run.byte = outcome->low; run.byte <= outcome->high; run.byte++) {
                bytes[row->len] = (uint8_t)run.byte;
                check_asked(&run, outcome, row->entry == MACHINE_NAME ? SORTEO_F_NAME : SORTEO_F_BIRTHDATE, bytes, len);
                if (row->entry == MACHINE_NAME)
                    check_asked(&run, outcome, SORTEO_F_SURNAME, bytes, len);
            }
        }
        free(bytes);
    }
}

/* ---- All dialects ---------------------------------------------------------------------------- */

int main(void)
{
    static struct form forms[DIALECTS][4];
    static struct CMUnitTest tests[DIALECTS * 7];
    static char names[DIALECTS * 7][64];
    size_t count = 0;

    for (unsigned i = 0; i < DIALECTS; i++) {
        const char *dialect = sorteo_dialect_name((enum sorteo_dialect)i);
        char path[64];

        (void)snprintf(path, sizeof(path), GEN_FOLDER "/%s.vectors", dialect);
        conformance_read(path, &conformances[i]);
        for (unsigned k = 0; k < 4; k++)
            forms[i][k] = (struct form){ &conformances[i], k };
        const struct {
            const char *name;
            CMUnitTestFunction function;
            unsigned form;
        } all[] = {
            { "no_state_and_no_vector_is_missing", no_state_and_no_vector_is_missing, 0 },
            { "every_vector_whole", every_vector_is_as_the_automaton_has_it, WHOLE },
            { "every_vector_with_more_behind_it", every_vector_is_as_the_automaton_has_it, WHOLE_AND_MORE },
            { "every_vector_its_byte_alone", every_vector_is_as_the_automaton_has_it, BYTE_ALONE },
            { "every_vector_byte_by_byte", every_vector_is_as_the_automaton_has_it, BYTE_BY_BYTE },
            { "every_beginning_wants_more", every_beginning_wants_more, 0 },
            { "the_encoder_refuses_the_same", the_encoder_refuses_the_same, 0 },
        };

        for (unsigned k = 0; k < sizeof(all) / sizeof(all[0]); k++, count++) {
            (void)snprintf(names[count], sizeof(names[count]), "%s_%s", dialect, all[k].name);
            tests[count] = (struct CMUnitTest){ .name = names[count],
                                                .test_func = all[k].function,
                                                .initial_state = &forms[i][all[k].form] };
        }
    }
    const int failed = _cmocka_run_group_tests("conformance", tests, count, NULL, NULL);

    for (unsigned i = 0; i < DIALECTS; i++)
        conformance_free(&conformances[i]);
    return failed;
}
