/*
 * `sorteo encode`: what `sorteo generate` makes, as frames, is the same rows again when decoded;
 * bad rows and options.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bets_file/csv_reader.h"
#include "codec/sorteo.h"
#include "tool/encode.h"
#include "tool/generate.h"
#include "unit/capture.h"
#include "unit/scratch_each.h"

static struct capture errors;

/* Runs a command with standard output in the file `frames` and standard error in `errors`. */
static int run(int (*command)(int, char **), const char *const *words)
{
    char *argv[24] = { (char[]){ "command" } };
    int argc = 1, frames, saved = dup(STDOUT_FILENO), status;

    for (; *words != NULL; words++)
        argv[argc++] = (char *)*words;
    frames = open(scratch_path(&scratch, "frames"), O_WRONLY | O_CREAT | O_TRUNC, 0666);
    (void)fflush(stdout);
    assert_int_equal(dup2(frames, STDOUT_FILENO), STDOUT_FILENO);
    capture_begin(&errors, STDERR_FILENO);
    status = command(argc, argv);
    (void)capture_end(&errors);
    assert_int_equal(dup2(saved, STDOUT_FILENO), STDOUT_FILENO);
    (void)close(saved);
    (void)close(frames);
    return status;
}

/* Encodes the file "agency-7.csv". */
#define ENCODE(...) encode((const char *const[]){ __VA_ARGS__, NULL })

static int encode(const char *const *options)
{
    const char *words[16] = { NULL };
    char path[SCRATCH_PATH_MAX];
    size_t count = 0;

    (void)snprintf(path, sizeof path, "%s", scratch_path(&scratch, "agency-7.csv"));
    for (; options[count] != NULL; count++)
        words[count] = options[count];
    words[count] = path;
    return run(encode_main, words);
}

static void write_rows(const char *rows)
{
    scratch_write(scratch_path(&scratch, "agency-7.csv"), rows, strlen(rows));
}

static void assert_frames(const char *bytes, size_t len)
{
    size_t found_len;
    char *found = scratch_read(scratch_path(&scratch, "frames"), &found_len);

    assert_int_equal(found_len, len);
    assert_memory_equal(found, bytes, len);
    free(found);
}

#define ASSERT_FRAMES(bytes) assert_frames(bytes, sizeof(bytes) - 1)

static bool same_text(struct sorteo_text one, struct sorteo_text other)
{
    return one.len == other.len && memcmp(one.bytes, other.bytes, one.len) == 0;
}

static void assert_same_bet(const struct sorteo_bet *one, const struct sorteo_bet *other)
{
    assert_int_equal(one->agency, other->agency);
    assert_true(same_text(one->name, other->name));
    assert_true(same_text(one->surname, other->surname));
    assert_int_equal(one->document, other->document);
    assert_true(same_text(one->birthdate, other->birthdate));
    assert_int_equal(one->number, other->number);
}

/* Decodes "frames" and expects the rows of "agency-7.csv" in it, in order, all of them. Returns how
 * many other events came. */
static size_t assert_rows_come_back(enum sorteo_dialect dialect, enum sorteo_stream stream, size_t *bets)
{
    size_t len, others = 0;
    char *bytes = scratch_read(scratch_path(&scratch, "frames"), &len), why[CSV_ERROR_MAX];
    const struct sorteo_window window = { .bytes = (const uint8_t *)bytes, .len = len };
    struct csv_reader *reader = csv_reader_open(scratch_path(&scratch, "agency-7.csv"), 7, why);
    struct sorteo_decoder decoder;
    enum sorteo_event_kind kind;
    struct sorteo_event event;
    struct csv_row row;

    sorteo_decoder_init(&decoder, dialect, stream, SORTEO_PACKET_MAX);
    for (*bets = 0; (kind = sorteo_decoder_next(&decoder, &window, &event)) != SORTEO_MORE;) {
        assert_int_not_equal(kind, SORTEO_ERROR);
        if (kind != SORTEO_BET) {
            others++;
            continue;
        }
        assert_int_equal(csv_reader_next(reader, &row), CSV_ROW);
        assert_same_bet(&event.bet, &row.bet);
        ++*bets;
    }
    assert_int_equal(sorteo_decoder_end(&decoder), SORTEO_E_OK);
    assert_int_equal(csv_reader_next(reader, &row), CSV_END);
    csv_reader_close(reader);
    free(bytes);
    return others;
}

static void generate_rows(const char *bets)
{
    assert_int_equal(run(generate_main, (const char *const[]){ "--bets", bets, "--agencies", "1", "--first-agency", "7",
                                                               "--other-scripts", "30", "--quoted", "--force",
                                                               "--output", scratch.folder, NULL }),
                     0);
}

/* ---- Round trips ----------------------------------------------------------------------------- */

static void rows_come_back_from_batches_in_every_dialect(void **state)
{
    static const char *const batches[] = { "1", "10", "auto" };
    size_t bets;

    (void)state;
    generate_rows("2000");
    for (enum sorteo_dialect dialect = 0; dialect < sorteo_dialect_count(); dialect++) {
        for (size_t i = 0; i < sizeof batches / sizeof batches[0]; i++) {
            assert_int_equal(ENCODE("--agency", "7", "--dialect", sorteo_dialect_name(dialect), "--batch", batches[i],
                                    "--finish", "--receipt"),
                             0);
            (void)assert_rows_come_back(dialect, SORTEO_AGENCY_STREAM, &bets);
            assert_int_equal(bets, 2000);
        }
    }
}

static void rows_come_back_from_single_bets_in_every_dialect(void **state)
{
    size_t bets;

    (void)state;
    generate_rows("500");
    for (enum sorteo_dialect dialect = 0; dialect < sorteo_dialect_count(); dialect++) {
        assert_int_equal(ENCODE("--agency", "7", "--dialect", sorteo_dialect_name(dialect), "--single"), 0);
        assert_int_equal(assert_rows_come_back(dialect, SORTEO_BET_STREAM, &bets), 0);
        assert_int_equal(bets, 500);
    }
}

static void rows_are_split_into_batches_of_the_number_told(void **state)
{
    static const char *const rows[] = { "0", "1", "9", "10", "11", "20" };
    static const size_t batches[] = { 0, 1, 1, 1, 2, 2 };
    size_t bets;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        generate_rows(rows[i]);
        assert_int_equal(ENCODE("--agency", "7", "--batch", "10"), 0);
        assert_int_equal(assert_rows_come_back(SORTEO_WIDE, SORTEO_AGENCY_STREAM, &bets), 2 * batches[i]);
        assert_int_equal(bets, strtoul(rows[i], NULL, 10));
    }
}

/* ---- Bytes ----------------------------------------------------------------------------------- */

static void batch_has_the_bytes_of_the_description(void **state)
{
    (void)state;
    write_rows("Santiago Lionel,Lorca,30904465,1999-03-17,2201\r\n");
    assert_int_equal(ENCODE("--agency", "1", "--finish", "--receipt"), 0);
    ASSERT_FRAMES("\x00\x01"
                  "\x01"
                  "\x00\x0f"
                  "Santiago Lionel"
                  "\x00\x05"
                  "Lorca"
                  "\x01\xd7\x90\x91"
                  "1999-03-17"
                  "\x08\x99"
                  "\x00\x00\x01"
                  "\x01");
    assert_int_equal(ENCODE("--agency", "1", "--finish", "--receipt", "--dialect", "compact"), 0);
    ASSERT_FRAMES("\x00\x01"
                  "\x01"
                  "\x0f"
                  "Santiago Lionel"
                  "\x05"
                  "Lorca"
                  "\x01\xd7\x90\x91"
                  "1999-03-17"
                  "\x08\x99"
                  "\x00\x00\x01"
                  "\x03");
}

static void keys_count_up_from_the_one_told(void **state)
{
    (void)state;
    write_rows("A,B,1,1999-03-17,2\nC,D,3,1999-03-17,4\n");
    assert_int_equal(ENCODE("--agency", "1", "--finish", "--dialect", "keyed", "--key", "255", "--batch", "1"), 0);
    ASSERT_FRAMES("\x00\x01"
                  "\0\0\0\0\0\0\0\xff"
                  "\x01\x00\x01"
                  "A\x00\x01"
                  "B\0\0\0\x01"
                  "1999-03-17"
                  "\x00\x02"
                  "\x00\x01"
                  "\0\0\0\0\0\0\x01\x00"
                  "\x01\x00\x01"
                  "C\x00\x01"
                  "D\0\0\0\x03"
                  "1999-03-17"
                  "\x00\x04"
                  "\x00\x00"
                  "\0\0\0\0\0\0\x01\x01"
                  "\x01");
}

/* ---- Errors ---------------------------------------------------------------------------------- */

static void row_that_is_wrong_is_named_and_what_came_before_it_is_written(void **state)
{
    (void)state;
    write_rows("A,B,1,1999-03-17,2\nC,D,3,1999-02-29,4\n");
    assert_int_equal(ENCODE("--agency", "1", "--batch", "1", "--finish"), 2);
    assert_memory_equal(errors.text, "sorteo encode: ", 15);
    assert_non_null(strstr(errors.text, "agency-7.csv:2: birth date (field 4): \"1999-02-29\": "));
    ASSERT_FRAMES("\x00\x01"
                  "\x01\x00\x01"
                  "A\x00\x01"
                  "B\0\0\0\x01"
                  "1999-03-17"
                  "\x00\x02");
}

static void batch_that_does_not_fit_is_refused(void **state)
{
    (void)state;
    generate_rows("1000");
    assert_int_equal(ENCODE("--agency", "7", "--batch", "1000"), 2);
    assert_non_null(strstr(errors.text, "8000 bytes"));
    ASSERT_FRAMES("");
}

static void file_that_cannot_be_read_is_refused(void **state)
{
    (void)state;
    assert_int_equal(ENCODE("--agency", "1"), 2);
    assert_non_null(strstr(errors.text, "agency-7.csv: No such file or directory\n"));
}

static void options_that_do_not_fit_together_are_refused(void **state)
{
    static const char tail[] = ". Try 'sorteo encode --help'.\n";
    char expected[200];

    (void)state;
    write_rows("");
    assert_int_equal(encode((const char *const[]){ NULL }), 2);
    assert_string_equal(errors.text, "sorteo encode: --agency is missing. Try 'sorteo encode --help'.\n");
    assert_int_equal(ENCODE("--agency=1", "--single", "--finish"), 2);
    assert_non_null(strstr(errors.text, "--single excludes --batch and --finish"));
    assert_int_equal(ENCODE("--agency=1", "--single", "--batch=auto"), 2);
    assert_non_null(strstr(errors.text, "--single excludes --batch and --finish"));
    assert_int_equal(ENCODE("--agency=1", "--receipt"), 2);
    assert_non_null(strstr(errors.text, "--receipt needs --finish"));
    assert_int_equal(ENCODE("--agency=1", "--key=5"), 2);
    (void)snprintf(expected, sizeof expected, "sorteo encode: --key: this dialect has no keys%s", tail);
    assert_string_equal(errors.text, expected);
    assert_int_equal(ENCODE("--agency=1", "--key=18446744073709551616", "--dialect=keyed"), 2);
    (void)snprintf(expected, sizeof expected,
                   "sorteo encode: --key: not a number that KEY can have in this dialect (sorteo describe)%s", tail);
    assert_string_equal(errors.text, expected);
}

static void batch_that_is_no_number_is_refused(void **state)
{
    static const char *const wrong[] = { "0", "65536", "-1", "many", "1x" };

    (void)state;
    write_rows("");
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(ENCODE("--agency", "1", "--batch", wrong[i]), 2);
        assert_memory_equal(errors.text, "sorteo encode: --batch: not 'auto', nor a whole number", 54);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(rows_come_back_from_batches_in_every_dialect, begin, end),
        cmocka_unit_test_setup_teardown(rows_come_back_from_single_bets_in_every_dialect, begin, end),
        cmocka_unit_test_setup_teardown(rows_are_split_into_batches_of_the_number_told, begin, end),
        cmocka_unit_test_setup_teardown(batch_has_the_bytes_of_the_description, begin, end),
        cmocka_unit_test_setup_teardown(keys_count_up_from_the_one_told, begin, end),
        cmocka_unit_test_setup_teardown(row_that_is_wrong_is_named_and_what_came_before_it_is_written, begin, end),
        cmocka_unit_test_setup_teardown(batch_that_does_not_fit_is_refused, begin, end),
        cmocka_unit_test_setup_teardown(file_that_cannot_be_read_is_refused, begin, end),
        cmocka_unit_test_setup_teardown(options_that_do_not_fit_together_are_refused, begin, end),
        cmocka_unit_test_setup_teardown(batch_that_is_no_number_is_refused, begin, end),
    };

    return cmocka_run_group_tests_name("encode", tests, NULL, NULL);
}
