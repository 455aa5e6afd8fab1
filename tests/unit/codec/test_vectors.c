/*
 * Runs every conformance vector: whole, byte by byte, and cut in two at every place.
 *
 * Each time the window holds no more than what the decoder asked to keep and what is new. It ends
 * flush against a page that may not be touched, and what it held before is overwritten.
 *
 * TEST_ROUNDS below 10,000 cuts a vector near its ends and at some places between, for slow
 * instruments.
 */
#include "unit/codec/codec_random.h"
#include "unit/codec/codec_vector.h"
#include "unit/codec/guarded_window.h"

#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "unit/codec/codec_told.h"

/* A longer vector is cut at every place near its ends, and at some between: in the middle are the
 * like bytes of one long name, where the decoder's state differs in a count only. */
struct cuts {
    size_t all_max;
    size_t ends;
    size_t stride;
    size_t piece_of_long; /* what arrives of such a vector at a time */
};
static const struct cuts many_cuts = { 1500, 300, 1021, 1 };
static const struct cuts few_cuts = { 100, 20, 1021, 61 };
static const struct cuts *cuts;

/* The borrowed texts must be the stream's bytes, whatever their number. */
static void check_borrowed(const struct vector *vector, const struct sorteo_event *event)
{
    const struct sorteo_bet *bet = &event->bet;
    const uint8_t *surname = vector->bytes + event->end - (4 + SORTEO_DATE_LEN + 2) - bet->surname.len;
    const uint8_t *name = surname - sorteo_dialect_parameters(vector->dialect)->length_size - bet->name.len;

    assert_memory_equal(bet->surname.bytes, surname, bet->surname.len);
    assert_memory_equal(bet->name.bytes, name, bet->name.len);
}

/* ---- Running --------------------------------------------------------------------------------- */

struct run {
    const struct vector *vector;
    struct sorteo_decoder decoder;
    struct told told;
    size_t held; /* bytes of the window before */
    size_t due;  /* announcements made */
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
    told_clear(&run->told);
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
    struct sorteo_event event, before;

    memset(&event, 0xee, sizeof(event));
    for (;;) {
        announce(run);
        before = event;
        switch (sorteo_decoder_next(&run->decoder, &window, &event)) {
        case SORTEO_MORE:
            assert_int_equal(run->decoder.offset, to);
            assert_memory_equal(&event, &before, sizeof(event));
            return;
        case SORTEO_ERROR:
            tell_error(&run->told, &run->decoder);
            check_sticky(run, &window, &event);
            run->is_refused = true;
            return;
        default:
            if (event.kind == SORTEO_BET)
                check_borrowed(run->vector, &event);
            tell_event(&run->told, run->vector->dialect, &event);
            assert_int_equal(sorteo_decoder_keep(&run->decoder), run->decoder.offset); /* what ended may be dropped */
            break;
        }
    }
}

/* What stands before a cut wants more, unless a frame has ended there. */
static void check_beginning(const struct run *run, size_t cut)
{
    const bool is_whole = told_ends_whole(&run->told, run->vector->stream, cut);
    struct sorteo_decoder ended = run->decoder;

    assert_int_equal(sorteo_decoder_end(&ended), is_whole ? SORTEO_E_OK : SORTEO_E_TRUNCATED);
    assert_int_equal(ended.error.offset, is_whole ? 0 : cut);
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
        print_message("# %s:%u: came out:\n%s# expected:\n%s", run->vector->path, run->vector->line, run->told.text,
                      run->vector->expected);
    assert_string_equal(run->told.text, run->vector->expected);
}

static bool is_cut_at(size_t cut, size_t len)
{
    return len <= cuts->all_max || cut < cuts->ends || len - cut < cuts->ends || cut % cuts->stride == 0;
}

static void vector_decodes_however_it_is_cut(void **state)
{
    static struct run run;
    const struct vector *vector = *state;
    const size_t piece = vector->len > cuts->all_max ? cuts->piece_of_long : 1;

    assert_non_null(vector->expected);

    run_begin(&run, vector); /* whole */
    run_to(&run, vector->len);
    run_end(&run);

    run_begin(&run, vector); /* byte by byte, or in small pieces */
    for (size_t to = 0; to < vector->len && !run.is_refused; to += piece)
        run_to(&run, to);
    if (!run.is_refused)
        run_to(&run, vector->len);
    run_end(&run);

    for (size_t cut = 1; cut < vector->len; cut++) { /* in two */
        if (!is_cut_at(cut, vector->len))
            continue;
        run_begin(&run, vector);
        run_to(&run, cut);
        if (!run.is_refused) {
            check_beginning(&run, cut);
            run_to(&run, vector->len);
        }
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

    cuts = number_from_environment("TEST_ROUNDS", UINT64_MAX) < 10000 ? &few_cuts : &many_cuts;
    if (glob("tests/conformance/vectors/*.txt", 0, NULL, &files) != 0)
        vector_malformed("tests/conformance/vectors", 0, "no vectors; run this from the folder of the Makefile");
    for (size_t i = 0; i < files.gl_pathc; i++)
        vectors_read(files.gl_pathv[i], &vectors, &count);
    globfree(&files);

    tests = calloc(count, sizeof(*tests));
    if (tests == NULL)
        abort();
    for (size_t i = 0; i < count; i++)
        tests[i] = (struct CMUnitTest){ .name = vectors[i].name,
                                        .test_func = vector_decodes_however_it_is_cut,
                                        .initial_state = &vectors[i] };
    failed = _cmocka_run_group_tests("vectors", tests, count, guarded_window_set_up, NULL);
    free(tests);
    vectors_free(vectors, count);
    return failed;
}
