/*
 * Runs every conformance vector: whole, byte by byte, and cut in two at every place.
 *
 * Each time the window holds no more than what the decoder asked to keep and what is new. It ends flush
 * against a page that may not be touched, and what it held before is overwritten.
 */
#include "codec_vector.h"
#include "guarded_window.h"

#include <glob.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define NAME_SHOWN   60u         /* bytes of a name up to which it is told in full */

/* A longer vector is cut at every place near its ends, and at every CUT_STRIDE-th between: in the middle are the like bytes of
 * one long name, where the decoder's state differs in a count only. */
#define CUT_ALL_MAX  1500u
#define CUT_ENDS     300u
#define CUT_STRIDE   1021u

/* ---- What came out, as text ------------------------------------------------------------------------ */

struct told {
    char text[1u << 16];
    size_t len;
};

__attribute__((format(printf, 2, 3)))
static void tell(struct told *told, const char *format, ...)
{
    va_list arguments;
    int len;

    va_start(arguments, format);
    len = vsnprintf(told->text + told->len, sizeof(told->text) - told->len, format, arguments);
    va_end(arguments);
    assert_true(len >= 0 && (size_t)len < sizeof(told->text) - told->len);
    told->len += (size_t)len;
}

static void tell_name(struct told *told, const char *what, const struct sorteo_text *name)
{
    if (name->len > NAME_SHOWN)
        tell(told, " %s=<%zu bytes>", what, name->len);
    else
        tell(told, " %s=\"%.*s\"", what, (int)name->len, name->bytes);
}

/* The borrowed text must be the stream's bytes, whatever their number. */
static void check_borrowed(const struct vector *vector, const struct sorteo_event *event,
                           const struct sorteo_text *text, size_t before)
{
    assert_memory_equal(text->bytes, vector->bytes + event->end - before, text->len);
}

static void tell_bet(struct told *told, const struct vector *vector, const struct sorteo_event *event)
{
    const struct sorteo_bet *bet = &event->bet;
    const struct sorteo_parameters *parameters = sorteo_dialect_parameters(vector->dialect);
    const size_t tail = 4 + SORTEO_DATE_LEN + 2;

    check_borrowed(vector, event, &bet->surname, tail + bet->surname.len);
    check_borrowed(vector, event, &bet->name, tail + bet->surname.len + parameters->length_size + bet->name.len);
    tell(told, " agency=%u", bet->agency);
    tell_name(told, "name", &bet->name);
    tell_name(told, "surname", &bet->surname);
    tell(told, " document=%" PRIu32 " birthdate=%.*s number=%u", bet->document, (int)bet->birthdate.len,
         bet->birthdate.bytes, bet->number);
}

static bool has_key(enum sorteo_event_kind kind)
{
    return kind == SORTEO_BATCH_BEGIN || kind == SORTEO_BET || kind == SORTEO_BATCH_END || kind == SORTEO_FINISH;
}

static void tell_event(struct told *told, const struct vector *vector, const struct sorteo_event *event)
{
    tell(told, "%s [%" PRIu64 ",%" PRIu64 ")", sorteo_event_name(event->kind), event->begin, event->end);
    switch (event->kind) {
    case SORTEO_BATCH_BEGIN:
    case SORTEO_BATCH_END:     tell(told, " bets=%u", event->bets); break;
    case SORTEO_BET:           tell_bet(told, vector, event); break;
    case SORTEO_FINISH:        tell(told, " agency=%u", event->agency); break;
    case SORTEO_ANSWER:        tell(told, " stored=%s", event->stored ? "yes" : "no"); break;
    case SORTEO_WINNERS_BEGIN:
    case SORTEO_WINNERS_END:   tell(told, " winners=%u", event->winners); break;
    case SORTEO_WINNER:        tell(told, " document=%" PRIu32, event->document); break;
    case SORTEO_RECEIPT:
    case SORTEO_MORE:
    case SORTEO_ERROR:         break;
    }
    if (has_key(event->kind) && sorteo_dialect_parameters(vector->dialect)->key_size > 0)
        tell(told, " key=%016" PRIx64, event->key);
    else
        assert_true(event->key == 0 || has_key(event->kind));
    tell(told, "\n");
}

static void tell_error(struct told *told, const char *head, const struct sorteo_decoder *decoder)
{
    tell(told, "%s %s %s %" PRIu64 "\n", head, sorteo_code_name(decoder->error.code),
         sorteo_field_name(decoder->error.field), decoder->error.offset);
}

/* ---- Running -------------------------------------------------------------------------------------- */

struct run {
    const struct vector *vector;
    struct sorteo_decoder decoder;
    struct told told;
    size_t held;        /* bytes of the window before */
    size_t due;         /* announcements made */
    bool is_refused;
};

static void announce(struct run *run)
{
    const struct vector *vector = run->vector;

    while (run->due < vector->due_count && vector->dues[run->due].offset == run->decoder.offset)
        sorteo_decoder_expect(&run->decoder, vector->dues[run->due++].reply);
}

static void run_begin(struct run *run, const struct vector *vector)
{
    run->vector = vector;
    run->told.len = 0;
    run->told.text[0] = '\0';
    run->held = 0;
    run->due = 0;
    run->is_refused = false;
    sorteo_decoder_init(&run->decoder, vector->dialect, vector->stream, vector->limit);
}

/* An error is sticky, and leaves the event and the decoder as they are. */
static void check_sticky(struct run *run, const struct sorteo_window *window, struct sorteo_event *event)
{
    const struct sorteo_decoder decoder = run->decoder;
    const struct sorteo_event before = *event;

    assert_int_equal(sorteo_decoder_next(&run->decoder, window, event), SORTEO_ERROR);
    assert_memory_equal(&decoder, &run->decoder, sizeof(decoder));
    assert_memory_equal(&before, event, sizeof(before));
    assert_int_equal(sorteo_decoder_end(&run->decoder), decoder.error.code);
}

/* Lets the stream arrive up to its to-th byte. */
static void run_to(struct run *run, size_t to)
{
    const size_t from = (size_t)sorteo_decoder_keep(&run->decoder);
    const struct sorteo_window window = guarded_window(run->vector->bytes, from, to, &run->held);
    struct sorteo_event event;

    memset(&event, 0xee, sizeof(event));
    for (;;) {
        announce(run);
        switch (sorteo_decoder_next(&run->decoder, &window, &event)) {
        case SORTEO_MORE:
            assert_int_equal(run->decoder.offset, to);
            return;
        case SORTEO_ERROR:
            tell_error(&run->told, "ERROR", &run->decoder);
            check_sticky(run, &window, &event);
            run->is_refused = true;
            return;
        case SORTEO_BATCH_BEGIN:
        case SORTEO_BET:
        case SORTEO_BATCH_END:
        case SORTEO_FINISH:
        case SORTEO_RECEIPT:
        case SORTEO_ANSWER:
        case SORTEO_WINNERS_BEGIN:
        case SORTEO_WINNER:
        case SORTEO_WINNERS_END:
            tell_event(&run->told, run->vector, &event);
            break;
        }
    }
}

static void run_end(struct run *run)
{
    if (!run->is_refused) {
        const bool is_whole = sorteo_decoder_is_between_frames(&run->decoder);
        const enum sorteo_code code = sorteo_decoder_end(&run->decoder);

        assert_int_equal(is_whole, code == SORTEO_E_OK);
        if (code == SORTEO_E_OK)
            tell(&run->told, "END ok\n");
        else
            tell(&run->told, "END %s %" PRIu64 "\n", sorteo_code_name(code), run->decoder.error.offset);
    }
    if (strcmp(run->told.text, run->vector->expected) != 0)
        print_message("# came out:\n%s# expected:\n%s", run->told.text, run->vector->expected);
    assert_string_equal(run->told.text, run->vector->expected);
}

static bool is_cut_at(size_t cut, size_t len)
{
    return len <= CUT_ALL_MAX || cut < CUT_ENDS || len - cut < CUT_ENDS || cut % CUT_STRIDE == 0;
}

static void vector_decodes_however_it_is_cut(void **state)
{
    static struct run run;
    const struct vector *vector = *state;

    assert_non_null(vector->expected);

    run_begin(&run, vector); /* whole */
    run_to(&run, vector->len);
    run_end(&run);

    run_begin(&run, vector); /* byte by byte */
    for (size_t to = 0; to <= vector->len && !run.is_refused; to++)
        run_to(&run, to);
    run_end(&run);

    for (size_t cut = 1; cut < vector->len; cut++) { /* in two */
        if (!is_cut_at(cut, vector->len))
            continue;
        run_begin(&run, vector);
        run_to(&run, cut);
        if (!run.is_refused)
            run_to(&run, vector->len);
        run_end(&run);
    }
}

int main(void)
{
    struct vector *vectors = NULL;
    struct CMUnitTest *tests;
    size_t count = 0;
    glob_t files;
    int failed;

    if (glob("tests/vectors/*.txt", 0, NULL, &files) != 0)
        vector_malformed("tests/vectors", 0, "no vectors; run this from the folder of the Makefile");
    for (size_t i = 0; i < files.gl_pathc; i++)
        vectors_read(files.gl_pathv[i], &vectors, &count);
    globfree(&files);

    tests = calloc(count, sizeof(*tests));
    if (tests == NULL)
        abort();
    for (size_t i = 0; i < count; i++)
        tests[i] = (struct CMUnitTest){ .name = vectors[i].name, .test_func = vector_decodes_however_it_is_cut,
                                        .initial_state = &vectors[i] };
    failed = _cmocka_run_group_tests("vectors", tests, count, guarded_window_set_up, NULL);
    free(tests);
    vectors_free(vectors, count);
    return failed;
}
