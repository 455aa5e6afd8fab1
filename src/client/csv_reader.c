/*
 * See csv_reader.h. The file is handed to libcsv line by line, so that its callbacks, which say nothing about
 * places, are always about the line at hand; a piece that ends at the first CR or LF ends at most one row.
 */
#include "csv_reader.h"

#include <csv.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FIELD_NAME, FIELD_SURNAME, FIELD_DOCUMENT, FIELD_BIRTHDATE, FIELD_NUMBER, FIELDS };

/* Room for two names that are just too long for any dialect, so that it is the encoder that says so; what is longer
 * is most likely a quote that was never closed. */
#define ROW_MAX ((size_t)160 * 1024)
#define CHUNK_MAX ((size_t)64 * 1024)
#define QUOTED_MAX 40 /* bytes of a wrong value that a message repeats */

static const char *const field_names[FIELDS] = {
    "first name (field 1)", "last name (field 2)", "document (field 3)", "birth date (field 4)", "number (field 5)",
};

struct csv_reader {
    struct csv_parser parser;
    const char *name;
    const char *const *given; /* the fields of csv_reader_of_row, or NULL */
    int fd;                 /* -1 with `given` */
    int stop_fd;
    uint8_t agency;
    bool regular;
    bool at_end;            /* the last byte was read and libcsv was told */
    bool bad;
    struct stat as_opened;  /* what a regular file must stay */

    uint64_t offset;        /* bytes read so far */
    uint64_t digest;        /* FNV-1a over them */
    uint64_t digest_before; /* of the first reading … */
    bool read_before;       /* … if there was one */

    uint64_t line;          /* of the next byte */
    bool after_cr;          /* the byte before it was a CR: an LF would be of the same line end */

    uint64_t row_line;      /* where the row under way began */
    bool row_begun;
    bool row_ended;
    bool row_too_long;
    unsigned fields;        /* of the row so far; those beyond FIELDS are counted and dropped */
    size_t field_end[FIELDS];
    size_t row_len;

    size_t chunk_len, chunk_read;
    char error[CSV_ERROR_MAX];
    char chunk[CHUNK_MAX];
    char row[ROW_MAX];
};

/* ---- Errors ------------------------------------------------------------------------------------- */

__attribute__((format(printf, 2, 3))) static enum csv_outcome bad(struct csv_reader *reader, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reader->error, sizeof reader->error, format, arguments);
    va_end(arguments);
    reader->bad = true;
    return CSV_BAD;
}

/* A value from the file, fit for a message. Those that get repeated should be ASCII; what is not becomes '?'. */
static const char *quoted(struct sorteo_text text, char out[static QUOTED_MAX + 6])
{
    size_t len = text.len < QUOTED_MAX ? text.len : QUOTED_MAX;
    size_t used = 0;
    out[used++] = '"';
    for (size_t i = 0; i < len; i++)
        out[used++] = text.bytes[i] >= ' ' && text.bytes[i] <= '~' ? text.bytes[i] : '?';
    snprintf(out + used, 5, "%s", text.len > len ? "...\"" : "\"");
    return out;
}

void csv_reader_refuse(struct csv_reader *reader, const struct csv_row *row, const struct sorteo_error *error)
{
    char text[QUOTED_MAX + 6];
    const char *what = sorteo_code_text(error->code);
    switch (error->field) {
    case SORTEO_F_NAME_N:
    case SORTEO_F_NAME:
    case SORTEO_F_SURNAME_N:
    case SORTEO_F_SURNAME: {
        bool surname = error->field == SORTEO_F_SURNAME || error->field == SORTEO_F_SURNAME_N;
        size_t len = surname ? row->bet.surname.len : row->bet.name.len;
        const char *field = field_names[surname ? FIELD_SURNAME : FIELD_NAME];
        if (error->code == SORTEO_E_LENGTH)
            bad(reader, "%s:%" PRIu64 ": %s: %zu bytes: %s", reader->name, row->line, field, len, what);
        else
            bad(reader, "%s:%" PRIu64 ": %s: %s (byte %" PRIu64 " of %zu)", reader->name, row->line, field, what,
                error->offset + 1, len);
        return;
    }
    case SORTEO_F_BIRTHDATE:
        bad(reader, "%s:%" PRIu64 ": %s: %s: %s", reader->name, row->line, field_names[FIELD_BIRTHDATE],
            quoted(row->bet.birthdate, text), what);
        return;
    default:
        bad(reader, "%s:%" PRIu64 ": the bet: %s", reader->name, row->line, what);
    }
}

/* ---- Opening ------------------------------------------------------------------------------------ */

/* RFC 4180: blanks are part of a field. */
static int is_blank_to_skip(unsigned char byte)
{
    (void)byte;
    return 0;
}

/* An unclosed quote would swallow the file; this is where it stops. */
static void *bounded_realloc(void *memory, size_t len)
{
    return len > ROW_MAX ? NULL : realloc(memory, len);
}

static bool start(struct csv_reader *reader)
{
    if (csv_init(&reader->parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
        return false;
    csv_set_space_func(&reader->parser, is_blank_to_skip);
    csv_set_realloc_func(&reader->parser, bounded_realloc);
    csv_set_blk_size(&reader->parser, 4096);
    reader->offset = 0;
    reader->digest = UINT64_C(0xcbf29ce484222325);
    reader->line = 1;
    reader->after_cr = reader->at_end = false;
    reader->chunk_len = reader->chunk_read = 0;
    return true;
}

static int open_input(const char *path, struct stat *status, char error[static CSV_ERROR_MAX])
{
    bool standard_input = strcmp(path, "-") == 0;
    int fd = standard_input ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3) : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, status) != 0) {
        snprintf(error, CSV_ERROR_MAX, "%s: %s", standard_input ? "standard input" : path, strerror(errno));
        if (fd >= 0)
            close(fd);
        return -1;
    }
    if (S_ISDIR(status->st_mode)) {
        snprintf(error, CSV_ERROR_MAX, "%s: is a folder, and a CSV file is due", path);
        close(fd);
        return -1;
    }
    return fd;
}

struct csv_reader *csv_reader_open(const char *path, uint8_t agency, char error[static CSV_ERROR_MAX])
{
    struct stat status;
    int fd = open_input(path, &status, error);
    if (fd < 0)
        return NULL;
    struct csv_reader *reader = calloc(1, sizeof *reader);
    if (reader == NULL || !start(reader)) {
        snprintf(error, CSV_ERROR_MAX, "%s: out of memory", path);
        free(reader);
        close(fd);
        return NULL;
    }
    reader->name = strcmp(path, "-") == 0 ? "standard input" : path;
    reader->fd = fd;
    reader->stop_fd = -1;
    reader->agency = agency;
    reader->as_opened = status;
    /* Standard input is read as it comes even if it is a file: whoever redirected it may have read from it before. */
    reader->regular = S_ISREG(status.st_mode) && strcmp(path, "-") != 0;
    return reader;
}

struct csv_reader *csv_reader_of_row(const char *name, const char *const fields[static FIELDS], uint8_t agency)
{
    struct csv_reader *reader = calloc(1, sizeof *reader);
    if (reader == NULL || !start(reader)) {
        free(reader);
        return NULL;
    }
    reader->name = name;
    reader->given = fields;
    reader->fd = reader->stop_fd = -1;
    reader->agency = agency;
    reader->regular = true;
    return reader;
}

void csv_reader_close(struct csv_reader *reader)
{
    if (reader == NULL)
        return;
    csv_free(&reader->parser);
    if (reader->fd >= 0)
        close(reader->fd);
    free(reader);
}

void csv_reader_stop_on(struct csv_reader *reader, int fd)
{
    reader->stop_fd = fd;
}

bool csv_reader_is_regular(const struct csv_reader *reader)
{
    return reader->regular;
}

bool csv_reader_rewind(struct csv_reader *reader)
{
    if (!reader->regular || reader->bad || !reader->at_end)
        return false;
    if (reader->given == NULL && lseek(reader->fd, 0, SEEK_SET) != 0) {
        bad(reader, "%s: %s", reader->name, strerror(errno));
        return false;
    }
    reader->digest_before = reader->digest;
    reader->read_before = true;
    csv_free(&reader->parser);
    return start(reader);
}

const char *csv_reader_error(const struct csv_reader *reader)
{
    return reader->error;
}

const char *csv_reader_name(const struct csv_reader *reader)
{
    return reader->name;
}

uint64_t csv_reader_offset(const struct csv_reader *reader)
{
    return reader->offset - (reader->chunk_len - reader->chunk_read);
}

uint64_t csv_reader_size(const struct csv_reader *reader)
{
    return reader->regular ? (uint64_t)reader->as_opened.st_size : 0;
}

/* ---- Bytes in ------------------------------------------------------------------------------------ */

static bool is_unchanged(const struct csv_reader *reader)
{
    struct stat now;
    const struct stat *then = &reader->as_opened;
    return fstat(reader->fd, &now) == 0 && now.st_size == then->st_size &&
           now.st_mtim.tv_sec == then->st_mtim.tv_sec && now.st_mtim.tv_nsec == then->st_mtim.tv_nsec;
}

static void digest_add(struct csv_reader *reader, const char *bytes, size_t len)
{
    uint64_t digest = reader->digest;
    for (size_t i = 0; i < len; i++)
        digest = (digest ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001b3);
    reader->digest = digest;
}

/* Waits for input. CSV_ROW: there is some, or its end. */
static enum csv_outcome wait_for_input(struct csv_reader *reader)
{
    if (reader->stop_fd < 0 || reader->regular)
        return CSV_ROW;
    struct pollfd fds[2] = { { .fd = reader->fd, .events = POLLIN }, { .fd = reader->stop_fd, .events = POLLIN } };
    while (poll(fds, 2, -1) < 0) {
        if (errno != EINTR)
            return bad(reader, "%s: %s", reader->name, strerror(errno));
    }
    return fds[1].revents != 0 ? CSV_STOPPED : CSV_ROW;
}

/* Reads once, to the end of the chunk. CSV_ROW: chunk_len grew. CSV_END, CSV_BAD, CSV_STOPPED. */
static enum csv_outcome read_some(struct csv_reader *reader)
{
    enum csv_outcome outcome = wait_for_input(reader);
    if (outcome != CSV_ROW)
        return outcome;
    ssize_t count;
    do {
        count = read(reader->fd, reader->chunk + reader->chunk_len, CHUNK_MAX - reader->chunk_len);
    } while (count < 0 && errno == EINTR);
    if (count < 0)
        return bad(reader, "%s: %s", reader->name, strerror(errno));
    if (reader->regular && !is_unchanged(reader))
        return bad(reader, "%s: the file changed while it was read; try again when nobody writes it", reader->name);
    if (count == 0)
        return CSV_END;
    digest_add(reader, reader->chunk + reader->chunk_len, (size_t)count);
    reader->chunk_len += (size_t)count;
    reader->offset += (uint64_t)count;
    return CSV_ROW;
}

/* The first three bytes together, for they may be a byte-order mark; it is skipped. */
static enum csv_outcome refill_first(struct csv_reader *reader)
{
    static const char mark[] = { '\xef', '\xbb', '\xbf' };
    enum csv_outcome outcome = CSV_ROW;
    while (outcome == CSV_ROW && reader->chunk_len < sizeof mark &&
           memcmp(reader->chunk, mark, reader->chunk_len) == 0)
        outcome = read_some(reader);
    if (outcome == CSV_BAD || outcome == CSV_STOPPED)
        return outcome;
    if (reader->chunk_len >= sizeof mark && memcmp(reader->chunk, mark, sizeof mark) == 0)
        reader->chunk_read = sizeof mark;
    if (reader->chunk_read < reader->chunk_len)
        return CSV_ROW;
    return outcome == CSV_ROW ? read_some(reader) : outcome; /* nothing but the mark so far */
}

static enum csv_outcome refill(struct csv_reader *reader)
{
    if (reader->offset == reader->chunk_len && reader->chunk_read == 0) /* at the file's very beginning */
        return refill_first(reader);
    reader->chunk_len = reader->chunk_read = 0;
    return read_some(reader);
}

/* ---- Rows out ------------------------------------------------------------------------------------ */

static void add_field(struct csv_reader *reader, const void *bytes, size_t len)
{
    if (reader->fields++ >= FIELDS)
        return;
    if (len > ROW_MAX - reader->row_len) {
        reader->row_too_long = true;
        return;
    }
    if (len > 0)
        memcpy(reader->row + reader->row_len, bytes, len);
    reader->row_len += len;
    reader->field_end[reader->fields - 1] = reader->row_len;
}

static void field_ended(void *bytes, size_t len, void *context)
{
    add_field(context, bytes, len);
}

static void row_ended(int byte, void *context)
{
    (void)byte;
    struct csv_reader *reader = context;
    reader->row_ended = true;
}

static void count_line(struct csv_reader *reader, char last)
{
    if (last == '\r' || (last == '\n' && !reader->after_cr))
        reader->line++;
    reader->after_cr = last == '\r';
}

/* Up to and with the first CR or LF. */
static size_t piece_len(const char *bytes, size_t len)
{
    const char *end = memchr(bytes, '\n', len);
    size_t piece = end != NULL ? (size_t)(end - bytes) + 1 : len;
    end = memchr(bytes, '\r', piece);
    return end != NULL ? (size_t)(end - bytes) + 1 : piece;
}

static enum csv_outcome malformed(struct csv_reader *reader)
{
    if (csv_error(&reader->parser) == CSV_EPARSE)
        return bad(reader, "%s:%" PRIu64 ": a quote where none may be (a field with a comma or a quote in it is written "
                           "\"like \"\"this\"\"\")", reader->name, reader->line);
    return bad(reader, "%s:%" PRIu64 ": a row of more than %zu bytes; was a quote not closed?", reader->name,
               reader->row_line, ROW_MAX);
}

static enum csv_outcome feed_piece(struct csv_reader *reader)
{
    const char *bytes = reader->chunk + reader->chunk_read;
    size_t len = piece_len(bytes, reader->chunk_len - reader->chunk_read);
    if (!reader->row_begun && bytes[0] != '\r' && bytes[0] != '\n') {
        reader->row_begun = true;
        reader->row_line = reader->line;
    }
    if (csv_parse(&reader->parser, bytes, len, field_ended, row_ended, reader) != len)
        return malformed(reader);
    reader->chunk_read += len;
    count_line(reader, bytes[len - 1]);
    return CSV_ROW;
}

static enum csv_outcome feed_end(struct csv_reader *reader)
{
    if (csv_fini(&reader->parser, field_ended, row_ended, reader) != 0)
        return bad(reader, "%s:%" PRIu64 ": a quote is opened in this row and never closed", reader->name,
                   reader->row_line);
    if (reader->read_before && reader->digest != reader->digest_before)
        return bad(reader, "%s: the file changed between its check and now", reader->name);
    reader->at_end = true;
    return CSV_ROW;
}

static enum csv_outcome given_row(struct csv_reader *reader)
{
    if (reader->at_end)
        return CSV_END;
    for (unsigned i = 0; i < FIELDS; i++)
        add_field(reader, reader->given[i], strlen(reader->given[i]));
    reader->row_line = 1;
    reader->row_ended = reader->at_end = true;
    return CSV_ROW;
}

/* Feeds libcsv until a row has ended, or the file. */
static enum csv_outcome read_row(struct csv_reader *reader)
{
    while (!reader->row_ended) {
        if (reader->at_end)
            return CSV_END;
        enum csv_outcome outcome = reader->chunk_read < reader->chunk_len ? CSV_ROW : refill(reader);
        if (outcome == CSV_ROW)
            outcome = feed_piece(reader);
        else if (outcome == CSV_END)
            outcome = feed_end(reader);
        if (outcome != CSV_ROW)
            return outcome;
    }
    return CSV_ROW;
}

static struct sorteo_text field_text(const struct csv_reader *reader, unsigned field)
{
    size_t begin = field == 0 ? 0 : reader->field_end[field - 1];
    return (struct sorteo_text){ .bytes = reader->row + begin, .len = reader->field_end[field] - begin };
}

/* Decimal digits and nothing else. */
static bool text_number(struct sorteo_text text, uint64_t max, uint64_t *value)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.bytes[i] < '0' || text.bytes[i] > '9')
            return false;
        sum = sum * 10 + (uint64_t)(text.bytes[i] - '0');
        if (sum > max)
            return false;
    }
    *value = sum;
    return text.len > 0;
}

static enum csv_outcome field_number(struct csv_reader *reader, unsigned field, uint64_t max, uint64_t *value)
{
    struct sorteo_text text = field_text(reader, field);
    char shown[QUOTED_MAX + 6];
    if (text_number(text, max, value))
        return CSV_ROW;
    return bad(reader, "%s:%" PRIu64 ": %s: %s is not a decimal number from 0 to %" PRIu64, reader->name,
               reader->row_line, field_names[field], quoted(text, shown), max);
}

static enum csv_outcome row_to_bet(struct csv_reader *reader, struct csv_row *row)
{
    uint64_t document, number;
    if (reader->fields != FIELDS)
        return bad(reader, "%s:%" PRIu64 ": %u field%s where %d are due (first name, last name, document, birth date, "
                           "number)", reader->name, reader->row_line, reader->fields, reader->fields == 1 ? "" : "s",
                   FIELDS);
    if (reader->row_too_long)
        return bad(reader, "%s:%" PRIu64 ": a row of more than %zu bytes", reader->name, reader->row_line, ROW_MAX);
    if (field_number(reader, FIELD_DOCUMENT, UINT32_MAX, &document) != CSV_ROW ||
        field_number(reader, FIELD_NUMBER, UINT16_MAX, &number) != CSV_ROW)
        return CSV_BAD;
    *row = (struct csv_row){
        .line = reader->row_line,
        .bet = { .agency = reader->agency,
                 .name = field_text(reader, FIELD_NAME),
                 .surname = field_text(reader, FIELD_SURNAME),
                 .document = (uint32_t)document,
                 .birthdate = field_text(reader, FIELD_BIRTHDATE),
                 .number = (uint16_t)number },
    };
    return CSV_ROW;
}

enum csv_outcome csv_reader_next(struct csv_reader *reader, struct csv_row *row)
{
    if (reader->bad)
        return CSV_BAD;
    /* A wait that was stopped inside a row leaves it under way. */
    if (reader->row_ended || !reader->row_begun) {
        reader->row_ended = reader->row_begun = reader->row_too_long = false;
        reader->fields = 0;
        reader->row_len = 0;
    }
    enum csv_outcome outcome = reader->given != NULL ? given_row(reader) : read_row(reader);
    return outcome == CSV_ROW ? row_to_bet(reader, row) : outcome;
}
