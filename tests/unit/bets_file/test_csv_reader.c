/*
 * Agency files: what is a row, what is not, and what the message says. Every file is read from a
 * regular file and, byte by byte, from a pipe.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bets_file/csv_reader.h"
#include "bets_file/csv_split.h"
#include "unit/scratch.h"

#define GOOD "Ana,Luz,30904465,1999-03-17,2201"
#define TEXT(literal) (literal), sizeof(literal) - 1

static struct scratch scratch;
static char path[SCRATCH_PATH_MAX];

static int make_folder(void **state)
{
    (void)state;
    (void)signal(SIGPIPE, SIG_IGN); /* the reader may stop before the pipe's writer */
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

static void write_file(const char *bytes, size_t len)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

static struct csv_reader *open_file(void)
{
    char error[CSV_ERROR_MAX];
    struct csv_reader *reader = csv_reader_open(path, 7, error);
    assert_non_null(reader);
    return reader;
}

/* ---- Reading it all -------------------------------------------------------------------------- */

struct result {
    size_t rows;
    uint64_t last_line;
    enum csv_outcome outcome;
    char error[CSV_ERROR_MAX];
    char names[256]; /* "name/surname;" of each row, as far as they fit */
};

static struct result drain(struct csv_reader *reader)
{
    struct result result = { 0 };
    struct csv_row row;
    while ((result.outcome = csv_reader_next(reader, &row)) == CSV_ROW) {
        size_t used = strlen(result.names);
        result.rows++;
        result.last_line = row.line;
        assert_int_equal(row.bet.agency, 7);
        snprintf(result.names + used, sizeof result.names - used, "%.*s/%.*s;", (int)row.bet.name.len,
                 row.bet.name.bytes, (int)row.bet.surname.len, row.bet.surname.bytes);
    }
    if (result.outcome == CSV_BAD) {
        const char *place = strstr(csv_reader_error(reader), ":");
        snprintf(result.error, sizeof result.error, "%s", place != NULL ? place + 1 : "");
        assert_int_equal(csv_reader_next(reader, &row), CSV_BAD); /* for ever */
    }
    return result;
}

struct dribble {
    const char *bytes;
    size_t len;
    int fd;
};

static void *write_slowly(void *context)
{
    struct dribble *dribble = context;
    for (size_t i = 0; i < dribble->len; i++) {
        if (write(dribble->fd, dribble->bytes + i, 1) != 1)
            break;
    }
    close(dribble->fd);
    return NULL;
}

static struct result read_pipe(const char *bytes, size_t len)
{
    int ends[2], saved = dup(STDIN_FILENO);
    char error[CSV_ERROR_MAX];
    pthread_t thread;
    assert_int_equal(pipe(ends), 0);
    struct dribble dribble = { bytes, len, ends[1] };
    assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    close(ends[0]);
    struct csv_reader *reader = csv_reader_open("-", 7, error);
    assert_non_null(reader);
    assert_false(csv_reader_is_regular(reader));
    assert_int_equal(pthread_create(&thread, NULL, write_slowly, &dribble), 0);
    struct result result = drain(reader);
    csv_reader_close(reader);
    dup2(saved, STDIN_FILENO);
    close(saved);
    pthread_join(thread, NULL);
    return result;
}

/* From the file, from the file again, and from a pipe: the same each time. */
static struct result read_text(const char *bytes, size_t len)
{
    write_file(bytes, len);
    struct csv_reader *reader = open_file();
    struct result first = drain(reader);
    if (first.outcome == CSV_END) {
        assert_true(csv_reader_rewind(reader));
        struct result second = drain(reader);
        assert_memory_equal(&first, &second, sizeof first);
    }
    csv_reader_close(reader);
    struct result piped = read_pipe(bytes, len);
    assert_int_equal(piped.outcome, first.outcome);
    assert_int_equal(piped.rows, first.rows);
    assert_string_equal(piped.names, first.names);
    assert_string_equal(piped.error, first.error);
    return first;
}

static void expect_rows(const char *bytes, size_t len, size_t rows, uint64_t last_line, const char *names)
{
    struct result result = read_text(bytes, len);
    assert_string_equal(result.error, "");
    assert_int_equal(result.outcome, CSV_END);
    assert_int_equal(result.rows, rows);
    assert_int_equal(result.last_line, last_line);
    assert_string_equal(result.names, names);
}

/* `error` is what the message begins with, after the file's name. */
static void expect_bad(const char *bytes, size_t len, const char *error)
{
    struct result result = read_text(bytes, len);
    assert_int_equal(result.outcome, CSV_BAD);
    result.error[strlen(error) < sizeof result.error ? strlen(error) : 0] = '\0';
    assert_string_equal(result.error, error);
}

/* ---- Rows ------------------------------------------------------------------------------------ */

static void reader_takes_files_of_any_line_end(void **state)
{
    (void)state;
    expect_rows(TEXT(""), 0, 0, "");
    expect_rows(TEXT(GOOD), 1, 1, "Ana/Luz;");
    expect_rows(TEXT(GOOD "\n"), 1, 1, "Ana/Luz;");
    expect_rows(TEXT(GOOD "\r\n"), 1, 1, "Ana/Luz;");
    expect_rows(TEXT(GOOD "\n" GOOD), 2, 2, "Ana/Luz;Ana/Luz;");
    expect_rows(TEXT(GOOD "\r\n" GOOD "\r\n"), 2, 2, "Ana/Luz;Ana/Luz;");
    expect_rows(TEXT(GOOD "\r" GOOD "\r"), 2, 2, "Ana/Luz;Ana/Luz;");
}

static void reader_skips_byte_order_mark(void **state)
{
    (void)state;
    expect_rows(TEXT("\xef\xbb\xbf" GOOD "\n"), 1, 1, "Ana/Luz;");
    expect_rows(TEXT("\xef\xbb\xbf"), 0, 0, "");
    expect_rows(TEXT("\xef\xbb\xbf\"A\",B,1,1999-03-17,1"), 1, 1, "A/B;");
    /* A second one is no mark but part of a name. */
    expect_rows(TEXT("\xef\xbb\xbf\xef\xbb\xbf"
                     "A,B,1,1999-03-17,1"),
                1, 1,
                "\xef\xbb\xbf"
                "A/B;");
}

/* As in files that were put together, one after the other. */
static void reader_skips_byte_order_mark_of_any_row(void **state)
{
    (void)state;
    expect_rows(TEXT(GOOD "\n\xef\xbb\xbf" GOOD "\r\n\xef\xbb\xbf\n\xef\xbb\xbf" GOOD), 3, 4,
                "Ana/Luz;Ana/Luz;Ana/Luz;");
    expect_rows(TEXT("A,\xef\xbb\xbf"
                     "B,1,1999-03-17,1\n"),
                1, 1,
                "A/\xef\xbb\xbf"
                "B;");
    expect_rows(TEXT("A,\"x\n\xef\xbb\xbfy\",1,1999-03-17,1\n"), 1, 1,
                "A/x\n\xef\xbb\xbf"
                "y;");
    /* A mark between CR and LF: the line of the mark is an empty one. */
    expect_rows(TEXT(GOOD "\r\xef\xbb\xbf\n" GOOD), 2, 3, "Ana/Luz;Ana/Luz;");
    expect_rows(TEXT("\r\xef\xbb\xbf\n" GOOD), 1, 3, "Ana/Luz;");
    expect_bad(TEXT(GOOD "\n\xef\xbb"), "2: 1 field, expected 5"); /* the beginning of a mark is text */
    expect_rows(TEXT("\xef\xbb\x41,B,1,1999-03-17,1"), 1, 1, "\xef\xbb\x41/B;");
}

static void reader_says_what_a_file_is_that_is_not_csv(void **state)
{
    (void)state;
    expect_bad(TEXT("Ana;Luz;30904465;1999-03-17;2201\n"),
               "1: the fields are separated by semicolons; expected commas");
    expect_bad(TEXT("Ana\tLuz\t30904465\t1999-03-17\t2201\n"), "1: the fields are separated by tabs; expected commas");
    expect_bad(TEXT("\xff\xfe"
                    "A\0,\0B\0,\0"
                    "1\0,\0x\0,\0"
                    "2\0\n\0"),
               "1: the file is in UTF-16; convert it to UTF-8");
    expect_bad(TEXT("A\0,\0B\0,\0"
                    "1\0,\0x\0,\0"
                    "2\0\n\0"),
               "1: the file is in UTF-16; convert it to UTF-8");
    expect_rows(TEXT("A;;;;;B,L\t\t\t\t\tZ,1,1999-03-17,1\n"), 1, 1, "A;;;;;B/L\t\t\t\t\tZ;");
}

static void reader_does_not_take_a_nul_byte_for_utf16(void **state)
{
    static const char *const said = "1: a NUL byte, which no text has; is the file damaged?";

    (void)state;
    expect_bad(TEXT("A\0,B,1,1999-03-17,1\n"), said);
    expect_bad(TEXT("\0"), said);
    expect_bad(TEXT("\0\0\0\0\0\0\0\0\0\0"), said); /* what a crash leaves of a file on some systems */
    expect_bad(TEXT("\0A\0,\0B"), "1: the file is in UTF-16; convert it to UTF-8");
}

/* A row of 2^32 and 5 fields is not one of 5. */
static void count_of_fields_does_not_wrap(void **state)
{
    (void)state;
    static struct csv_split split;
    size_t used;
    assert_true(csv_split_init(&split));
    split.fields = UINT_MAX - 1;
    assert_int_equal(csv_split_feed(&split, "a,b,c,d,e,f,g\n", 14, &used), CSV_SPLIT_OK);
    assert_int_equal(split.fields, UINT_MAX);
    csv_split_fini(&split);
}

static void reader_skips_empty_lines_and_counts_them(void **state)
{
    (void)state;
    expect_rows(TEXT("\n\n" GOOD "\n\n" GOOD "\n\n\n"), 2, 5, "Ana/Luz;Ana/Luz;");
    expect_rows(TEXT("\r\n" GOOD "\r\n\r\n" GOOD "\r\n\r\n"), 2, 4, "Ana/Luz;Ana/Luz;");
    expect_rows(TEXT("\n"), 0, 0, "");
    expect_bad(TEXT(GOOD "\n  \n"), "2: 1 field, expected 5");
}

static void reader_takes_quoted_fields(void **state)
{
    (void)state;
    expect_rows(TEXT("\"Ana\",\"Luz\",\"30904465\",\"1999-03-17\",\"2201\"\n"), 1, 1, "Ana/Luz;");
    expect_rows(TEXT("\"Paz, Ana\",\"O\"\"Dea\",1,1999-03-17,1\n" GOOD), 2, 2, "Paz, Ana/O\"Dea;Ana/Luz;");
    expect_rows(TEXT("\"\",,1,1999-03-17,1\n"), 1, 1, "/;");
    expect_rows(TEXT(" Ana ,Luz ,1,1999-03-17,1"), 1, 1, " Ana /Luz ;"); /* blanks belong to the field */
    expect_rows(TEXT("A,B,1,1999-03-17,\"1\""), 1, 1, "A/B;");           /* the last byte is a quote */
    /* A line end in quotes belongs to the name; the encoder refuses it. The next row's line is
     * right. */
    expect_rows(TEXT("\"A\nB\",C,1,1999-03-17,1\n" GOOD), 2, 3, "A\nB/C;Ana/Luz;");
}

static void reader_refuses_quotes_in_wrong_places(void **state)
{
    (void)state;
    expect_bad(TEXT(GOOD "\nA\"na,Luz,1,1999-03-17,1\n"), "2: unexpected quote");
    expect_bad(TEXT("\"Ana\"x,Luz,1,1999-03-17,1\n"), "1: unexpected quote");
    expect_bad(TEXT("\"Ana\" ,Luz,1,1999-03-17,1\n"), "1: unexpected quote");
    expect_bad(TEXT(GOOD "\n\"Ana,Luz,1,1999-03-17,1\n" GOOD "\n"), "2: a quote opened in this row is never closed");
}

static void reader_bounds_a_quote_that_is_never_closed(void **state)
{
    (void)state;
    size_t len = (size_t)1 << 20;
    char *bytes = malloc(len);
    assert_non_null(bytes);
    memset(bytes, 'x', len);
    memcpy(bytes, "\n\"", 2);
    write_file(bytes, len);
    free(bytes);
    struct csv_reader *reader = open_file();
    struct result result = drain(reader);
    csv_reader_close(reader);
    assert_int_equal(result.outcome, CSV_BAD);
    assert_non_null(strstr(result.error, "2: a row of more than 163840 bytes; was a quote not closed?"));
}

static void reader_refuses_other_than_five_fields(void **state)
{
    (void)state;
    expect_bad(TEXT("Ana,Luz,30904465,1999-03-17\n"), "1: 4 fields, expected 5");
    expect_bad(TEXT(GOOD "\r\n" GOOD ",1\r\n"), "2: 6 fields, expected 5");
    expect_bad(TEXT(GOOD ","), "1: 6 fields, expected 5");
    expect_bad(TEXT(",,,,,,,,,,,,,"), "1: 14 fields, expected 5");
    expect_bad(TEXT("\"\"\n"), "1: 1 field, expected 5");
}

static void reader_refuses_numbers_that_are_none(void **state)
{
    (void)state;
    expect_rows(TEXT("A,B,4294967295,1999-03-17,65535\n"), 1, 1, "A/B;");
    expect_rows(TEXT("A,B,0,1999-03-17,007\n"), 1, 1, "A/B;");
    expect_bad(TEXT("A,B,1,1999-03-17,65536\n"),
               "1: number (field 5): \"65536\" is not a decimal number from 0 to 65535");
    expect_bad(TEXT("A,B,1,1999-03-17,-1\n"), "1: number (field 5): \"-1\" is not");
    expect_bad(TEXT("A,B,1,1999-03-17,73110\n"), "1: number (field 5): \"73110\" is not");
    expect_bad(TEXT("A,B,1,1999-03-17,12x\n"), "1: number (field 5): \"12x\" is not");
    expect_bad(TEXT("A,B,1,1999-03-17,\n"), "1: number (field 5): \"\" is not");
    expect_bad(TEXT("A,B,1,1999-03-17, 1\n"), "1: number (field 5): \" 1\" is not");
    expect_bad(TEXT("A,B,1,1999-03-17,1\0\n"), "1: number (field 5): \"1?\" is not");
    expect_bad(TEXT("A,B,1,1999-03-17,18446744073709551617\n"), "1: number (field 5): \"18446744073709551617\" is not");
    expect_bad(TEXT(GOOD "\nA,B,4294967296,1999-03-17,1\n"), "2: document (field 3): \"4294967296\" is not a decimal "
                                                             "number from 0 to 4294967295");
    expect_bad(TEXT("A,B,\x1b[2J,1999-03-17,1\n"), "1: document (field 3): \"?[2J\" is not");
}

static void reader_says_why_the_encoder_refused_a_row(void **state)
{
    (void)state;
    write_file(TEXT("A\xff,B,1,2000-W01-1,1\n"));
    struct csv_reader *reader = open_file();
    struct csv_row row;
    assert_int_equal(csv_reader_next(reader, &row), CSV_ROW);
    csv_reader_refuse(reader, &row, &(struct sorteo_error){ SORTEO_E_UTF8, SORTEO_F_NAME, 1 });
    assert_non_null(strstr(csv_reader_error(reader), "agency-1.csv:1: first name (field 1): not well-formed UTF-8"));
    assert_non_null(strstr(csv_reader_error(reader), "(byte 2 of 2)"));
    csv_reader_refuse(reader, &row, &(struct sorteo_error){ SORTEO_E_DATE, SORTEO_F_BIRTHDATE, 5 });
    assert_non_null(
        strstr(csv_reader_error(reader), "agency-1.csv:1: birth date (field 4): \"2000-W01-1\": not a day"));
    assert_int_equal(csv_reader_next(reader, &row), CSV_BAD);
    csv_reader_close(reader);
}

/* ---- Files ----------------------------------------------------------------------------------- */

static void open_refuses_what_is_no_file(void **state)
{
    (void)state;
    char error[CSV_ERROR_MAX];
    assert_null(csv_reader_open(scratch_path(&scratch, "missing.csv"), 1, error));
    assert_non_null(strstr(error, "missing.csv: No such file"));
    assert_null(csv_reader_open(scratch.folder, 1, error));
    assert_non_null(strstr(error, "is a directory"));
}

static void write_rows(unsigned count, const char *last)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    for (unsigned i = 0; i < count; i++)
        fprintf(file, "%s\n", i + 1 < count ? GOOD : last);
    assert_int_equal(fclose(file), 0);
}

static void second_reading_notices_a_file_that_was_cut(void **state)
{
    (void)state;
    struct csv_row row;
    write_rows(100, GOOD);
    struct csv_reader *reader = open_file();
    assert_int_equal(drain(reader).rows, 100);
    assert_true(csv_reader_rewind(reader));
    assert_int_equal(truncate(path, 33 * 50), 0);
    assert_int_equal(csv_reader_next(reader, &row), CSV_BAD);
    assert_non_null(strstr(csv_reader_error(reader), "the file changed while it was read"));
    csv_reader_close(reader);
}

static void first_reading_notices_a_file_that_is_cut(void **state)
{
    (void)state;
    struct csv_row row;
    write_rows(10000, GOOD);
    struct csv_reader *reader = open_file();
    for (unsigned i = 0; i < 100; i++)
        assert_int_equal(csv_reader_next(reader, &row), CSV_ROW);
    assert_int_equal(truncate(path, 33 * 5000), 0);
    struct result result = drain(reader);
    assert_int_equal(result.outcome, CSV_BAD);
    assert_true(result.rows < 4900);
    csv_reader_close(reader);
}

static void second_reading_goes_on_when_a_file_was_touched(void **state)
{
    (void)state;
    struct csv_row row;
    static const struct timespec times[2] = { { .tv_nsec = UTIME_OMIT }, { .tv_sec = 1 } };
    write_file(TEXT(GOOD "\n" GOOD "\n"));
    struct csv_reader *reader = open_file();
    assert_int_equal(drain(reader).outcome, CSV_END);
    assert_int_equal(utimensat(AT_FDCWD, scratch_path(&scratch, "agency-1.csv"), times, 0), 0);
    assert_true(csv_reader_rewind(reader));
    assert_int_equal(csv_reader_next(reader, &row), CSV_ROW);
    assert_int_equal(drain(reader).rows, 1);
    csv_reader_close(reader);
}

static void second_reading_notices_other_bytes_of_the_same_size_and_time(void **state)
{
    (void)state;
    struct stat status;
    write_rows(100, GOOD);
    struct csv_reader *reader = open_file();
    assert_int_equal(drain(reader).rows, 100);
    assert_int_equal(stat(path, &status), 0);
    write_rows(100, "Ana,Luz,30904465,1999-03-17,2202");
    struct timespec times[2] = { status.st_atim, status.st_mtim };
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
    assert_true(csv_reader_rewind(reader));
    struct result result = drain(reader);
    assert_int_equal(result.outcome, CSV_BAD);
    assert_non_null(strstr(csv_reader_error(reader), "the file changed between its check and now"));
    csv_reader_close(reader);
}

static void reader_of_row_gives_it_once_and_again(void **state)
{
    (void)state;
    static const char *const fields[BET_FIELD_COUNT] = { "Ana", "Luz", "30904465", "1999-03-17", "2201" };
    static const char *const wrong[BET_FIELD_COUNT] = { "Ana", "Luz", "30904465", "1999-03-17", "12x" };
    struct csv_row row;
    struct csv_reader *reader = csv_reader_of_row("the environment", fields, 7);
    assert_non_null(reader);
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(csv_reader_next(reader, &row), CSV_ROW);
        assert_int_equal(row.bet.document, 30904465);
        assert_int_equal(row.bet.number, 2201);
        assert_memory_equal(row.bet.birthdate.bytes, "1999-03-17", 10);
        assert_int_equal(csv_reader_next(reader, &row), CSV_END);
        assert_true(csv_reader_rewind(reader));
    }
    csv_reader_close(reader);
    reader = csv_reader_of_row("the environment", wrong, 7);
    assert_int_equal(csv_reader_next(reader, &row), CSV_BAD);
    assert_non_null(strstr(csv_reader_error(reader), "the environment:1: number (field 5): \"12x\""));
    csv_reader_close(reader);
}

static void waiting_reader_ends_when_told_to_stop(void **state)
{
    (void)state;
    int input[2], stop[2], saved = dup(STDIN_FILENO);
    char error[CSV_ERROR_MAX];
    struct csv_row row;
    assert_int_equal(pipe(input), 0);
    assert_int_equal(pipe(stop), 0);
    dup2(input[0], STDIN_FILENO);
    struct csv_reader *reader = csv_reader_open("-", 7, error);
    assert_non_null(reader);
    csv_reader_stop_on(reader, stop[0]);
    assert_int_equal(write(input[1], TEXT(GOOD "\nAna")), (ssize_t)sizeof GOOD + 3);
    assert_int_equal(csv_reader_next(reader, &row), CSV_ROW);
    assert_int_equal(write(stop[1], "x", 1), 1);
    assert_int_equal(csv_reader_next(reader, &row), CSV_STOPPED);
    csv_reader_close(reader);
    dup2(saved, STDIN_FILENO);
    for (unsigned i = 0; i < 2; i++) {
        close(input[i]);
        close(stop[i]);
    }
    close(saved);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reader_takes_files_of_any_line_end),
        cmocka_unit_test(reader_skips_byte_order_mark),
        cmocka_unit_test(reader_skips_byte_order_mark_of_any_row),
        cmocka_unit_test(reader_says_what_a_file_is_that_is_not_csv),
        cmocka_unit_test(reader_does_not_take_a_nul_byte_for_utf16),
        cmocka_unit_test(count_of_fields_does_not_wrap),
        cmocka_unit_test(second_reading_goes_on_when_a_file_was_touched),
        cmocka_unit_test(reader_skips_empty_lines_and_counts_them),
        cmocka_unit_test(reader_takes_quoted_fields),
        cmocka_unit_test(reader_refuses_quotes_in_wrong_places),
        cmocka_unit_test(reader_bounds_a_quote_that_is_never_closed),
        cmocka_unit_test(reader_refuses_other_than_five_fields),
        cmocka_unit_test(reader_refuses_numbers_that_are_none),
        cmocka_unit_test(reader_says_why_the_encoder_refused_a_row),
        cmocka_unit_test(open_refuses_what_is_no_file),
        cmocka_unit_test(second_reading_notices_a_file_that_was_cut),
        cmocka_unit_test(first_reading_notices_a_file_that_is_cut),
        cmocka_unit_test(second_reading_notices_other_bytes_of_the_same_size_and_time),
        cmocka_unit_test(reader_of_row_gives_it_once_and_again),
        cmocka_unit_test(waiting_reader_ends_when_told_to_stop),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
