/*
 * csv: the client's reader of agency files finds the same rows as a naive reader, and an error
 * where that has one; reads the same rows a second time; and reports an error in one line.
 */
#include "bets_file/csv_reader.h"
#include "fuzz.h"
#include "naive_csv.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define AGENCY 7u

/* The input as a file, under a name that can be opened; made once. */
static const char *file_of(const uint8_t *bytes, size_t len)
{
    static int fd = -1;
    static char path[64];

    if (fd < 0) {
        fd = memfd_create("csv", MFD_CLOEXEC);
        (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    }
    FUZZ_MUST(fd >= 0 && ftruncate(fd, 0) == 0 && pwrite(fd, bytes, len, 0) == (ssize_t)len,
              "there is a file for the fuzzer");
    return path;
}

static bool is_text(struct sorteo_text text, const struct naive_field *field)
{
    return text.len == field->len && memcmp(text.bytes, field->bytes, text.len) == 0;
}

static void check_row(const struct csv_row *row, const struct naive_row *naive)
{
    FUZZ_MUST(naive->outcome == CSV_ROW, "a row is one for the naive reader too");
    FUZZ_MUST(row->line == naive->line, "a row begins in the line that the naive reader says");
    FUZZ_MUST(row->bet.agency == AGENCY, "a bet is its agency's");
    FUZZ_MUST(is_text(row->bet.name, &naive->field[0]) && is_text(row->bet.surname, &naive->field[1]) &&
                  is_text(row->bet.birthdate, &naive->field[3]),
              "texts are those of the naive reader");
    FUZZ_MUST(row->bet.document == naive->document && row->bet.number == naive->number,
              "numbers are those of the naive reader");
}

static void check_rows(struct csv_reader *reader, const uint8_t *bytes, size_t len)
{
    struct naive_csv naive;
    enum csv_outcome outcome;
    struct csv_row row;

    naive_csv_begin(&naive, bytes, len);
    while (outcome = csv_reader_next(reader, &row), outcome == CSV_ROW)
        check_row(&row, naive_csv_next(&naive));
    FUZZ_MUST(naive_csv_next(&naive)->outcome == outcome, "a file ends, or is wrong, where the naive reader says so");
    if (outcome == CSV_BAD) {
        FUZZ_MUST(csv_reader_next(reader, &row) == CSV_BAD, "an error stays");
        FUZZ_MUST(strlen(csv_reader_error(reader)) > 0 && strpbrk(csv_reader_error(reader), "\r\n") == NULL,
                  "an error is said in one line");
    } else {
        FUZZ_MUST(csv_reader_offset(reader) == len, "at the end all of the file was read");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    char error[CSV_ERROR_MAX];
    struct csv_reader *reader = csv_reader_open(file_of(bytes, len), AGENCY, error);

    FUZZ_MUST(reader != NULL, "a file can be opened");
    check_rows(reader, bytes, len);
    if (csv_reader_rewind(reader))
        check_rows(reader, bytes, len);
    csv_reader_close(reader);
    return 0;
}
