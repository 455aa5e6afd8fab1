/*
 * What no vector can say of the decoder: windows that the caller got wrong, announcements out of
 * place, numbers that no enum has; and the names of codes, fields, events and dialects.
 */
#include "codec/machine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define EACH_DIALECT(dialect) for (enum sorteo_dialect dialect = 0; dialect < sorteo_dialect_count(); dialect++)

static void decoder_refuses_a_window_that_lacks_what_it_asked_to_keep(void **state)
{
    static const uint8_t bytes[] = "\0\1\1\0\4abcd\0\0";
    struct sorteo_window window = { .bytes = bytes, .len = 8, .base = 0 };
    struct sorteo_decoder decoder, fresh;
    struct sorteo_event event;

    (void)state;
    sorteo_decoder_init(&decoder, SORTEO_WIDE, SORTEO_AGENCY_STREAM, 0);
    assert_int_equal(sorteo_decoder_next(&decoder, &window, &event), SORTEO_BATCH_BEGIN);
    assert_int_equal(sorteo_decoder_next(&decoder, &window, &event), SORTEO_MORE);
    assert_int_equal(sorteo_decoder_keep(&decoder), 2);

    fresh = decoder; /* its beginning is gone */
    window = (struct sorteo_window){ .bytes = bytes + 3, .len = 8, .base = 3 };
    assert_int_equal(sorteo_decoder_next(&fresh, &window, &event), SORTEO_ERROR);
    assert_int_equal(fresh.error.code, SORTEO_E_WINDOW);
    assert_int_equal(fresh.error.offset, 2);

    fresh = decoder; /* it ends before what was read */
    window = (struct sorteo_window){ .bytes = bytes + 2, .len = 5, .base = 2 };
    assert_int_equal(sorteo_decoder_next(&fresh, &window, &event), SORTEO_ERROR);
    assert_int_equal(fresh.error.code, SORTEO_E_WINDOW);
    assert_int_equal(fresh.error.offset, 7);

    fresh = decoder; /* a window that begins after it altogether */
    window = (struct sorteo_window){ .bytes = bytes, .len = 8, .base = UINT64_MAX - 4 };
    assert_int_equal(sorteo_decoder_next(&fresh, &window, &event), SORTEO_ERROR);
    assert_int_equal(fresh.error.code, SORTEO_E_WINDOW);

    window = (struct sorteo_window){ .bytes = bytes + 2, .len = 9, .base = 2 }; /* and this is well */
    assert_int_equal(sorteo_decoder_next(&decoder, &window, &event), SORTEO_MORE);
    assert_int_equal(decoder.offset, 11);
}

static void decoder_takes_an_empty_window_without_memory(void **state)
{
    const struct sorteo_window window = { .bytes = NULL, .len = 0, .base = 0 };
    struct sorteo_decoder decoder;
    struct sorteo_event event;

    (void)state;
    EACH_DIALECT(dialect)
    {
        sorteo_decoder_init(&decoder, dialect, SORTEO_AGENCY_STREAM, 0);
        assert_int_equal(sorteo_decoder_next(&decoder, &window, &event), SORTEO_MORE);
        assert_true(sorteo_decoder_is_between_frames(&decoder));
        assert_int_equal(sorteo_decoder_end(&decoder), SORTEO_E_OK);
    }
}

/* Inside a reply, and on a stream of requests, an announcement changes nothing. */
static void decoder_ignores_an_announcement_inside_a_frame(void **state)
{
    static const uint8_t bytes[] = { 0, 1, 0, 0, 0, 7 };
    struct sorteo_window window = { .bytes = bytes, .len = 3, .base = 0 };
    struct sorteo_decoder decoder;
    struct sorteo_event event;

    (void)state;
    sorteo_decoder_init(&decoder, SORTEO_WIDE, SORTEO_REPLY_STREAM, 0);
    sorteo_decoder_expect(&decoder, SORTEO_REPLY_WINNERS);
    assert_int_equal(sorteo_decoder_next(&decoder, &window, &event), SORTEO_WINNERS_BEGIN);
    assert_int_equal(sorteo_decoder_next(&decoder, &window, &event), SORTEO_MORE);
    sorteo_decoder_expect(&decoder, SORTEO_REPLY_ANSWER);
    window.len = sizeof(bytes);
    assert_int_equal(sorteo_decoder_next(&decoder, &window, &event), SORTEO_WINNER);
    assert_int_equal(event.document, 7);

    sorteo_decoder_init(&decoder, SORTEO_WIDE, SORTEO_AGENCY_STREAM, 0);
    sorteo_decoder_expect(&decoder, SORTEO_REPLY_ANSWER);
    assert_int_equal(sorteo_decoder_next(&decoder, &window, &event), SORTEO_BATCH_BEGIN);
}

/* Whatever stood there before: a receipt has no value of its own. */
static void decoder_fills_no_value_of_a_receipt(void **state)
{
    static const uint8_t bytes[] = { 0, 0, 1, 1 };
    const struct sorteo_window window = { .bytes = bytes, .len = sizeof(bytes), .base = 0 };
    struct sorteo_decoder decoder;
    struct sorteo_event event, before;

    (void)state;
    sorteo_decoder_init(&decoder, SORTEO_WIDE, SORTEO_AGENCY_STREAM, 0);
    assert_int_equal(sorteo_decoder_next(&decoder, &window, &event), SORTEO_FINISH);
    memset(&event, 0xee, sizeof(event));
    memcpy(&before, &event, sizeof(event));
    assert_int_equal(sorteo_decoder_next(&decoder, &window, &event), SORTEO_RECEIPT);
    assert_memory_equal(&event.bet, &before.bet, sizeof(event.bet));
}

/* ---- Numbers that no enum has ---------------------------------------------------------------- */

#define UNKNOWN 99

static void decoder_expects_nothing_of_an_unknown_stream_or_reply(void **state)
{
    static const uint8_t bytes[] = { 0, 0, 0 };
    const struct sorteo_window window = { .bytes = bytes, .len = sizeof(bytes), .base = 0 };
    struct sorteo_decoder decoder;
    struct sorteo_event event;

    (void)state;
    EACH_DIALECT(dialect)
    {
        sorteo_decoder_init(&decoder, dialect, (enum sorteo_stream)UNKNOWN, 0);
        assert_int_equal(sorteo_decoder_next(&decoder, &window, &event), SORTEO_ERROR);
        assert_int_equal(decoder.error.code, SORTEO_E_UNEXPECTED);

        sorteo_decoder_init(&decoder, dialect, SORTEO_REPLY_STREAM, 0);
        sorteo_decoder_expect(&decoder, SORTEO_REPLY_ANSWER);
        sorteo_decoder_expect(&decoder, (enum sorteo_reply)UNKNOWN);
        assert_int_equal(sorteo_decoder_next(&decoder, &window, &event), SORTEO_ERROR);
        assert_int_equal(decoder.error.code, SORTEO_E_UNEXPECTED);
        assert_int_equal(decoder.error.offset, 0);
    }
}

/* Not to be had through the public interface: no machine is taken for another's. */
static void machine_of_an_unknown_dialect_reads_nothing(void **state)
{
    static const uint8_t bytes[] = { 0, 0, 0 };
    const unsigned unknown[] = { sorteo_dialect_count(), UNKNOWN };
    struct sorteo_decoder decoder;

    (void)state;
    for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
        assert_int_equal(machine_entry((enum sorteo_dialect)unknown[i], MACHINE_AGENCY_STREAM), MACHINE_ERROR_STATE);
        sorteo_decoder_init(&decoder, SORTEO_WIDE, SORTEO_AGENCY_STREAM, 0);
        decoder.dialect = (uint8_t)unknown[i];
        assert_ptr_equal(machine_exec(&decoder, bytes, bytes + sizeof(bytes)), bytes);
    }
}

/* ---- Names ----------------------------------------------------------------------------------- */

static void names_are_told_and_unknown_ones_are_marked(void **state)
{
    enum sorteo_dialect dialect = SORTEO_KEYED;

    (void)state;
    assert_string_equal(sorteo_code_name(SORTEO_E_UTF8), "utf8");
    assert_string_equal(sorteo_code_text(SORTEO_E_OK), "no error");
    assert_string_equal(sorteo_code_name(SORTEO_E_SPACE), "space");
    assert_string_equal(sorteo_field_name(SORTEO_F_NAME_N), "NAME_N");
    assert_string_equal(sorteo_field_name(SORTEO_F_RECEIPT), "RECEIPT");
    assert_string_equal(sorteo_event_name(SORTEO_WINNERS_END), "WINNERS_END");
    assert_string_equal(sorteo_event_name(SORTEO_MORE), "MORE");
    assert_string_equal(sorteo_code_name((enum sorteo_code)UNKNOWN), "?");
    assert_string_equal(sorteo_code_text((enum sorteo_code)UNKNOWN), "?");
    assert_string_equal(sorteo_field_name((enum sorteo_field)UNKNOWN), "?");
    assert_string_equal(sorteo_event_name((enum sorteo_event_kind)UNKNOWN), "?");
    assert_string_equal(sorteo_dialect_name((enum sorteo_dialect)UNKNOWN), "?");
    assert_string_equal(sorteo_version(), SORTEO_VERSION);
    assert_false(sorteo_dialect_find("wid", &dialect));
    assert_false(sorteo_dialect_find("wider", &dialect));
    assert_false(sorteo_dialect_find("", &dialect));
    assert_int_equal(dialect, SORTEO_KEYED);
    EACH_DIALECT(each)
    {
        assert_true(sorteo_dialect_find(sorteo_dialect_name(each), &dialect));
        assert_int_equal(dialect, each);
        assert_string_equal(sorteo_dialect_names()[each], sorteo_dialect_name(each));
    }
    assert_null(sorteo_dialect_names()[sorteo_dialect_count()]);
}

/* What section 3 says. */
static void released_dialects_keep_their_numbers_and_parameters(void **state)
{
    static const struct {
        const char *name;
        struct sorteo_parameters is;
    } released[] = {
        [SORTEO_WIDE] = { "wide", { 2, 0, 2, 1, 0 } },
        [SORTEO_COMPACT] = { "compact", { 1, 0, 1, 3, 0 } },
        [SORTEO_KEYED] = { "keyed", { 2, 8, 2, 1, 0 } },
        [SORTEO_GROUPED] = { "grouped", { 1, 0, 1, 2, 1 } },
    };

    (void)state;
    assert_int_equal(SORTEO_WIDE, 0);
    assert_int_equal(SORTEO_GROUPED, 3);
    for (unsigned i = 0; i < sizeof(released) / sizeof(released[0]); i++) {
        const struct sorteo_parameters *parameters = sorteo_dialect_parameters((enum sorteo_dialect)i);

        assert_string_equal(sorteo_dialect_name((enum sorteo_dialect)i), released[i].name);
        assert_int_equal(parameters->length_size, released[i].is.length_size);
        assert_int_equal(parameters->key_size, released[i].is.key_size);
        assert_int_equal(parameters->winners_size, released[i].is.winners_size);
        assert_int_equal(parameters->receipt, released[i].is.receipt);
        assert_int_equal(parameters->batch_agency_size, released[i].is.batch_agency_size);
    }
}

static void a_bet_ends_its_frame_in_the_bet_stream_alone(void **state)
{
    (void)state;
    assert_true(sorteo_ends_frame(SORTEO_BET_STREAM, SORTEO_BET));
    assert_false(sorteo_ends_frame(SORTEO_AGENCY_STREAM, SORTEO_BET));
    assert_true(sorteo_ends_frame(SORTEO_AGENCY_STREAM, SORTEO_BATCH_END));
    assert_false(sorteo_ends_frame(SORTEO_AGENCY_STREAM, SORTEO_BATCH_BEGIN));
    assert_true(sorteo_ends_frame(SORTEO_AGENCY_STREAM, SORTEO_FINISH));
    assert_true(sorteo_ends_frame(SORTEO_AGENCY_STREAM, SORTEO_RECEIPT));
    assert_true(sorteo_ends_frame(SORTEO_REPLY_STREAM, SORTEO_ANSWER));
    assert_true(sorteo_ends_frame(SORTEO_REPLY_STREAM, SORTEO_WINNERS_END));
    assert_false(sorteo_ends_frame(SORTEO_REPLY_STREAM, SORTEO_WINNERS_BEGIN));
    assert_false(sorteo_ends_frame(SORTEO_REPLY_STREAM, SORTEO_WINNER));
    assert_false(sorteo_ends_frame(SORTEO_AGENCY_STREAM, SORTEO_MORE));
    assert_false(sorteo_ends_frame(SORTEO_AGENCY_STREAM, SORTEO_ERROR));
    assert_false(sorteo_ends_frame(SORTEO_BET_STREAM, SORTEO_MORE));
    assert_false(sorteo_ends_frame(SORTEO_BET_STREAM, SORTEO_ERROR));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decoder_refuses_a_window_that_lacks_what_it_asked_to_keep),
        cmocka_unit_test(decoder_takes_an_empty_window_without_memory),
        cmocka_unit_test(decoder_ignores_an_announcement_inside_a_frame),
        cmocka_unit_test(decoder_fills_no_value_of_a_receipt),
        cmocka_unit_test(decoder_expects_nothing_of_an_unknown_stream_or_reply),
        cmocka_unit_test(machine_of_an_unknown_dialect_reads_nothing),
        cmocka_unit_test(names_are_told_and_unknown_ones_are_marked),
        cmocka_unit_test(released_dialects_keep_their_numbers_and_parameters),
        cmocka_unit_test(a_bet_ends_its_frame_in_the_bet_stream_alone),
    };

    return cmocka_run_group_tests_name("decoder", tests, NULL, NULL);
}
