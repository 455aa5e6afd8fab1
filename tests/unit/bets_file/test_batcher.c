/*
 * Rows to frames: how many fit, what is refused and how it is said, and the pass that checks a file
 * before anything is sent.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bets_file/validate.h"
#include "unit/scratch.h"

#define ROW "Ana,Luz,30904465,1999-03-17,2201\n"

static struct scratch scratch;
static char path[SCRATCH_PATH_MAX];
static FILE *file;
static struct csv_reader *reader;

static int make_folder(void **state)
{
    (void)state;
    scratch_begin(&scratch);
    snprintf(path, sizeof path, "%s", scratch_path(&scratch, "agency-1.csv"));
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    scratch_end(&scratch);
    return 0;
}

/* ---- Files ----------------------------------------------------------------------------------- */

static void begin_file(void)
{
    file = fopen(path, "wb");
    assert_non_null(file);
}

/* A row whose name has `name_len` bytes. */
static void add_row(size_t name_len)
{
    for (size_t i = 0; i < name_len; i++)
        fputc('x', file);
    fputs(",Luz,30904465,1999-03-17,2201\n", file);
}

static void end_file(void)
{
    char error[CSV_ERROR_MAX];
    assert_int_equal(fclose(file), 0);
    reader = csv_reader_open(path, 1, error);
    assert_non_null(reader);
}

static void file_of(const char *text)
{
    begin_file();
    fputs(text, file);
    end_file();
}

static void file_of_rows(unsigned rows)
{
    begin_file();
    for (unsigned i = 0; i < rows; i++)
        fputs(ROW, file);
    end_file();
}

/* ---- Frames ---------------------------------------------------------------------------------- */

static const struct batch_settings exact_10 = { SORTEO_WIDE, BATCH_EXACT, 10, 0 };
static const struct batch_settings automatic = { SORTEO_WIDE, BATCH_AUTO, 0, 0 };
static const struct batch_settings single = { SORTEO_WIDE, BATCH_SINGLE, 0, 0 };

/* The frames of the file, as "bets@first-last:bytes " each. */
static const char *frames_of(const struct batch_settings *settings)
{
    static char text[1024];
    struct batcher batcher;
    struct bets_frame frame;
    enum batch_outcome outcome;
    size_t used = 0;
    text[0] = '\0';
    batcher_init(&batcher, settings, reader, 1);
    while ((outcome = batcher_next(&batcher, &frame)) == BATCH_FRAME) {
        assert_true(frame.len <= SORTEO_PACKET_MAX);
        used += (size_t)snprintf(text + used, sizeof text - used, "%" PRIu32 "@%" PRIu64 "-%" PRIu64 ":%zu ",
                                 frame.bets, frame.first_line, frame.last_line, frame.len);
        assert_true(used < sizeof text);
    }
    if (outcome == BATCH_BAD)
        snprintf(text, sizeof text, "%s", strstr(batcher.error, "agency-1.csv:") + strlen("agency-1.csv:"));
    else
        assert_true(outcome == BATCH_END && batcher.ended);
    csv_reader_close(reader);
    return text;
}

static void expect_frames(const struct batch_settings *settings, const char *text)
{
    assert_string_equal(frames_of(settings), text);
}

static void expect_bad(const struct batch_settings *settings, const char *text)
{
    const char *said = frames_of(settings);
    if (strncmp(said, text, strlen(text)) != 0)
        assert_string_equal(said, text);
}

/* ---- Batches --------------------------------------------------------------------------------- */

/* A bet of ROW takes 27 bytes in wide: AGENCY 1, NAME 2 + 3, SURNAME 2 + 3, and 16. */
static void batcher_makes_exact_batches_of_any_row_count(void **state)
{
    (void)state;
    file_of_rows(0);
    expect_frames(&exact_10, "");
    file_of_rows(1);
    expect_frames(&exact_10, "1@1-1:29 ");
    file_of_rows(9);
    expect_frames(&exact_10, "9@1-9:245 ");
    file_of_rows(10);
    expect_frames(&exact_10, "10@1-10:272 ");
    file_of_rows(11);
    expect_frames(&exact_10, "10@1-10:272 1@11-11:29 ");
    file_of_rows(20);
    expect_frames(&exact_10, "10@1-10:272 10@11-20:272 ");
}

static void batcher_makes_full_batches_automatically(void **state)
{
    (void)state;
    file_of_rows(0);
    expect_frames(&automatic, "");
    file_of_rows(297); /* 2 + 296 × 27 = 7,994 */
    expect_frames(&automatic, "296@1-296:7994 1@297-297:29 ");
}

static void automatic_batch_holds_8000_bytes_and_not_8001(void **state)
{
    (void)state;
    begin_file(); /* 2 + 295 × 27 = 7,967, and a bet of 33 or 34 */
    for (unsigned i = 0; i < 295; i++)
        add_row(3);
    add_row(9);
    end_file();
    expect_frames(&automatic, "296@1-296:8000 ");
    begin_file();
    for (unsigned i = 0; i < 295; i++)
        add_row(3);
    add_row(10);
    end_file();
    expect_frames(&automatic, "295@1-295:7967 1@296-296:36 ");
}

/* As where the grammar lets N_BETS count no further. */
static void automatic_batch_has_no_more_bets_than_a_batch_may_have(void **state)
{
    (void)state;
    struct batcher batcher;
    struct bets_frame frame;
    file_of_rows(7);
    batcher_init(&batcher, &automatic, reader, 0);
    assert_int_equal(batcher.most, protocol_batch_most(SORTEO_WIDE));
    batcher.most = 3;
    for (unsigned rows = 7; rows > 0; rows -= frame.bets) {
        assert_int_equal(batcher_next(&batcher, &frame), BATCH_FRAME);
        assert_int_equal(frame.bets, rows < 3 ? rows : 3);
    }
    assert_int_equal(batcher_next(&batcher, &frame), BATCH_END);
    csv_reader_close(reader);
}

static void exact_batch_holds_8000_bytes_and_not_8001(void **state)
{
    (void)state;
    const struct batch_settings exact_296 = { SORTEO_WIDE, BATCH_EXACT, 296, 0 };
    begin_file();
    for (unsigned i = 0; i < 295; i++)
        add_row(3);
    add_row(9);
    end_file();
    expect_frames(&exact_296, "296@1-296:8000 ");
    begin_file();
    add_row(3);
    for (unsigned i = 0; i < 294; i++)
        add_row(3);
    add_row(10);
    end_file();
    expect_bad(&exact_296, "1: 296 bets do not fit into a packet of 8000 bytes: from this row on only 295 do; "
                           "use --batch auto or a smaller number");
}

static void bet_that_fits_into_no_packet_is_an_error(void **state)
{
    (void)state;
    /* In wide a BATCH of one has 2 + 24 bytes beside the name, a SINGLE 24. */
    begin_file();
    add_row(7974);
    end_file();
    expect_frames(&automatic, "1@1-1:8000 ");
    begin_file();
    add_row(3);
    add_row(7975);
    end_file();
    expect_bad(&automatic, "2: a bet of 7999 bytes does not fit into a packet of 8000");
    begin_file();
    add_row(7976);
    end_file();
    expect_frames(&single, "1@1-1:8000 ");
    begin_file();
    add_row(7977);
    end_file();
    expect_bad(&single, "1: a bet of 8001 bytes does not fit into a packet of 8000");
}

static void single_makes_a_frame_for_each_row(void **state)
{
    (void)state;
    file_of(ROW "\n" ROW);
    expect_frames(&single, "1@1-1:27 1@3-3:27 ");
}

static void batcher_tallies_the_bets_on_each_number(void **state)
{
    static struct batch_tally tally;
    struct batcher batcher;
    struct bets_frame frame;
    (void)state;
    file_of("Ana,Paz,1,1999-03-17,0\nAna,Paz,2,1999-03-17,65535\nAna,Paz,3,1999-03-17,65535\n");
    batcher_init(&batcher, &automatic, reader, 1);
    batcher.tally = &tally;
    assert_int_equal(batcher_next(&batcher, &frame), BATCH_FRAME);
    assert_int_equal(batcher_next(&batcher, &frame), BATCH_END);
    assert_int_equal(tally.bets[0], 1);
    assert_int_equal(tally.bets[65535], 2);
    assert_int_equal(tally.most, 2);
    csv_reader_close(reader);
}

static void frames_decode_to_the_rows_and_have_keys_of_their_own(void **state)
{
    (void)state;
    const struct batch_settings keyed = { SORTEO_KEYED, BATCH_EXACT, 2, 0 };
    struct batcher batcher;
    struct bets_frame frame;
    struct sorteo_decoder decoder;
    struct sorteo_event event;
    uint64_t key = UINT64_MAX; /* and on to 0 */
    uint32_t document = 1;
    file_of("A,B,1,1999-03-17,1\nA,B,2,1999-03-17,2\nA,B,3,1999-03-17,3\n");
    batcher_init(&batcher, &keyed, reader, key);
    while (batcher_next(&batcher, &frame) == BATCH_FRAME) {
        struct sorteo_window window = { .bytes = frame.bytes, .len = frame.len };
        sorteo_decoder_init(&decoder, SORTEO_KEYED, SORTEO_AGENCY_STREAM, 0);
        assert_int_equal(sorteo_decoder_next(&decoder, &window, &event), SORTEO_BATCH_BEGIN);
        assert_int_equal(event.key, key++);
        assert_int_equal(event.bets, frame.bets);
        while (sorteo_decoder_next(&decoder, &window, &event) == SORTEO_BET) {
            assert_int_equal(event.bet.agency, 1);
            assert_int_equal(event.bet.document, document);
            assert_int_equal(event.bet.number, document++);
        }
        assert_int_equal(event.kind, SORTEO_BATCH_END);
        assert_true(sorteo_decoder_is_between_frames(&decoder));
    }
    assert_int_equal(document, 4);
    assert_int_equal(key, 1);
    csv_reader_close(reader);
}

/* ---- Bad rows: the codec judges, the message names the place --------------------------------- */

static void batcher_refuses_dates_that_are_none(void **state)
{
    (void)state;
    file_of(ROW "A,B,1,1999-02-29,1\n");
    expect_bad(&automatic, "2: birth date (field 4): \"1999-02-29\": not a day of the calendar");
    file_of("A,B,1,2000-W01-1,1\n");
    expect_bad(&automatic, "1: birth date (field 4): \"2000-W01-1\": not a day of the calendar");
    file_of("A,B,1,1999-3-17,1\n");
    expect_bad(&single, "1: birth date (field 4): \"1999-3-17\": not a day of the calendar");
    file_of("A,B,1,,1\n");
    expect_bad(&automatic, "1: birth date (field 4): \"\": not a day of the calendar");
    file_of("A,B,1,1999-03-17 ,1\n");
    expect_bad(&automatic, "1: birth date (field 4): \"1999-03-17 \": not a day of the calendar");
}

static void batcher_refuses_names_that_are_no_text(void **state)
{
    (void)state;
    file_of("Nicol\xe1s,B,1,1999-03-17,1\n");
    expect_bad(&automatic, "1: first name (field 1): not well-formed UTF-8");
    file_of(ROW "A,\xed\xa0\x80,1,1999-03-17,1\n");
    expect_bad(&automatic, "2: last name (field 2): not well-formed UTF-8");
    file_of("A\tB,B,1,1999-03-17,1\n");
    expect_bad(&automatic, "1: first name (field 1): a control character in a name (byte 2 of 3)");
    file_of("A,\"B\nC\",1,1999-03-17,1\n");
    expect_bad(&single, "1: last name (field 2): a control character in a name (byte 2 of 3)");
    file_of("A,B\xc2\x85,1,1999-03-17,1\n");
    expect_bad(&automatic, "1: last name (field 2): a control character in a name");
}

static void batcher_takes_names_as_long_as_the_dialect_can_say(void **state)
{
    (void)state;
    const struct batch_settings compact = { SORTEO_COMPACT, BATCH_AUTO, 0, 0 };
    begin_file();
    add_row(0);
    add_row(255);
    end_file();
    expect_frames(&compact, "2@1-2:301 ");
    begin_file();
    add_row(256);
    end_file();
    expect_bad(&compact, "1: first name (field 1): 256 bytes: longer than its length field can say");
    begin_file();
    add_row(256);
    end_file();
    expect_frames(&automatic, "1@1-1:282 ");
    begin_file();
    add_row(65536);
    end_file();
    expect_bad(&automatic, "1: first name (field 1): 65536 bytes: longer than its length field can say");
    begin_file();
    add_row(65536);
    end_file();
    expect_bad(&single, "1: first name (field 1): 65536 bytes: longer than its length field can say");
}

/* ---- The check pass -------------------------------------------------------------------------- */

static struct batcher checked;

static enum batch_outcome check(const struct batch_settings *settings, int stop_fd, struct file_totals *totals)
{
    batcher_init(&checked, settings, reader, 0);
    return validate_file(&checked, stop_fd, totals);
}

static void check_counts_and_rewinds(void **state)
{
    (void)state;
    struct file_totals totals;
    file_of_rows(21);
    assert_int_equal(check(&exact_10, -1, &totals), BATCH_END);
    assert_int_equal(totals.bets, 21);
    assert_int_equal(totals.frames, 3);
    expect_frames(&exact_10, "10@1-10:272 10@11-20:272 1@21-21:29 ");
}

static void check_finds_a_bad_last_row(void **state)
{
    (void)state;
    struct file_totals totals = { 77, 77 };
    begin_file();
    for (unsigned i = 0; i < 50000; i++)
        fputs(ROW, file);
    fputs("Ana,Luz,30904465,1999-02-29,2201", file);
    end_file();
    assert_int_equal(check(&automatic, -1, &totals), BATCH_BAD);
    assert_non_null(strstr(checked.error, "agency-1.csv:50001: birth date (field 4): \"1999-02-29\""));
    assert_int_equal(totals.bets, 77); /* unchanged */
    csv_reader_close(reader);
}

static void check_ends_when_told_to_stop(void **state)
{
    (void)state;
    struct file_totals totals;
    int stop[2];
    assert_int_equal(pipe(stop), 0);
    assert_int_equal(write(stop[1], "x", 1), 1);
    file_of_rows(21);
    assert_int_equal(check(&exact_10, stop[0], &totals), BATCH_STOPPED);
    csv_reader_close(reader);
    close(stop[0]);
    close(stop[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(batcher_makes_exact_batches_of_any_row_count),
        cmocka_unit_test(batcher_makes_full_batches_automatically),
        cmocka_unit_test(automatic_batch_holds_8000_bytes_and_not_8001),
        cmocka_unit_test(automatic_batch_has_no_more_bets_than_a_batch_may_have),
        cmocka_unit_test(exact_batch_holds_8000_bytes_and_not_8001),
        cmocka_unit_test(bet_that_fits_into_no_packet_is_an_error),
        cmocka_unit_test(single_makes_a_frame_for_each_row),
        cmocka_unit_test(batcher_tallies_the_bets_on_each_number),
        cmocka_unit_test(frames_decode_to_the_rows_and_have_keys_of_their_own),
        cmocka_unit_test(batcher_refuses_dates_that_are_none),
        cmocka_unit_test(batcher_refuses_names_that_are_no_text),
        cmocka_unit_test(batcher_takes_names_as_long_as_the_dialect_can_say),
        cmocka_unit_test(check_counts_and_rewinds),
        cmocka_unit_test(check_finds_a_bad_last_row),
        cmocka_unit_test(check_ends_when_told_to_stop),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
