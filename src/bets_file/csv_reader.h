/*
 * Agency files: the rows of a CSV file as bets, one after the other.
 *
 *     first name,last name,document,birth date,number        (the fields of a BET, in their order)
 *
 * Quoting is RFC 4180's, through libcsv in its strict mode: blanks belong to the field, a quote may
 * only stand where the format has one. Lines end in LF, CRLF or CR; the last one may have no end; a
 * byte-order mark at the beginning of a row is skipped. An empty line is skipped, for it holds no
 * bet and editors like to leave some at the end; one that holds blanks is a row of one field and an
 * error.
 *
 * The reader judges the shape of a row and its two integers; names and birth dates are judged by
 * the encoder (csv_reader_refuse makes the message). It reads as a stream and takes the
 * same memory for any file. Knows nothing of batches, connections or the program it runs in;
 * csv_*.o are linked into more than one.
 */
#ifndef BETS_FILE_CSV_READER_H
#define BETS_FILE_CSV_READER_H

#include <stdbool.h>
#include <stdint.h>

#include "bets_file/csv_input.h"
#include "codec/bet_fields.h"

struct csv_reader;

struct csv_row {
    uint64_t line;         /* of the file, 1 and up: where the row begins */
    struct sorteo_bet bet; /* its texts are borrowed until the next call on the reader */
};

enum csv_outcome {
    CSV_ROW,    /* *row is the next one */
    CSV_END,    /* there are no more */
    CSV_BAD,    /* csv_reader_error says why, naming file, line, field and reason; the same for ever after */
    CSV_STOPPED /* csv_reader_stop_on's descriptor became readable while waiting for input */
};

/* Opens a file, or standard input for "-"; its bets are those of `agency`. NULL, with a line of
 * text in error, on failure. */
SORTEO_MUST_USE struct csv_reader *csv_reader_open(const char *path, uint8_t agency, char error[static CSV_ERROR_MAX]);

/* A reader of one row that is here already, in the order of a file's fields. `name` is what
 * messages call its place; it and the fields are borrowed. NULL if there is no memory. */
SORTEO_MUST_USE struct csv_reader *csv_reader_of_row(const char *name, const char *const fields[static BET_FIELD_COUNT],
                                                     uint8_t agency);

/* NULL is allowed. */
void csv_reader_close(struct csv_reader *reader);

/* A wait for input also ends when fd becomes readable; -1, the default, for none. */
void csv_reader_stop_on(struct csv_reader *reader, int fd);

/* The next row; *row is changed only with CSV_ROW. A regular file that changes while it is read is
 * CSV_BAD. */
SORTEO_MUST_USE enum csv_outcome csv_reader_next(struct csv_reader *reader, struct csv_row *row);

/* Can it be read twice? (A regular file and a row that is here can, a pipe cannot.) */
bool csv_reader_is_regular(const struct csv_reader *reader);

/* After CSV_END of what can be read twice: begins anew. The second reading must find the very same
 * bytes, or ends in CSV_BAD. */
SORTEO_MUST_USE bool csv_reader_rewind(struct csv_reader *reader);

/* The encoder refused the row just read: makes that the reader's error. */
void csv_reader_refuse(struct csv_reader *reader, const struct csv_row *row, const struct sorteo_error *error);

/* What CSV_BAD was about, in one line. Borrowed from the reader. */
const char *csv_reader_error(const struct csv_reader *reader);

/* The file's name for messages: "agency-1.csv", "standard input". */
const char *csv_reader_name(const struct csv_reader *reader);

/* How far it has read, in bytes, and how many there are; 0 if unknown. */
uint64_t csv_reader_offset(const struct csv_reader *reader);
uint64_t csv_reader_size(const struct csv_reader *reader);

#endif
