/* See csv_input.h. */
#include "bets_file/csv_input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static enum csv_input_outcome bad(const struct csv_input *input, const char *why, char error[static CSV_ERROR_MAX])
{
    snprintf(error, CSV_ERROR_MAX, "%s: %s", input->name, why);
    return CSV_INPUT_BAD;
}

/* ---- Opening --------------------------------------------------------------------------------- */

static void begin(struct csv_input *input)
{
    input->offset = 0;
    digest_stream_restart(&input->digest);
    input->len = input->used = 0;
}

bool csv_input_open(struct csv_input *input, const char *path, char error[static CSV_ERROR_MAX])
{
    bool standard_input = strcmp(path, "-") == 0;
    input->name = standard_input ? "standard input" : path;
    input->stop_fd = -1;
    input->read_before = false;
    input->digest = (struct digest_stream){ 0 };
    input->fd = standard_input ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3) : open(path, O_RDONLY | O_CLOEXEC);
    if (input->fd < 0 || fstat(input->fd, &input->as_opened) != 0) {
        bad(input, strerror(errno), error);
        csv_input_close(input);
        return false;
    }
    if (S_ISDIR(input->as_opened.st_mode)) {
        bad(input, "is a directory; expected a CSV file", error);
        csv_input_close(input);
        return false;
    }
    if (!digest_stream_open(&input->digest)) {
        bad(input, "out of memory", error);
        csv_input_close(input);
        return false;
    }
    /* Standard input is read as it comes even if it is a file: another
     * program may have read from it before. */
    input->regular = S_ISREG(input->as_opened.st_mode) && !standard_input;
    input->size = input->regular ? (uint64_t)input->as_opened.st_size : 0;
    begin(input);
    return true;
}

void csv_input_close(struct csv_input *input)
{
    if (input->fd >= 0)
        close(input->fd);
    input->fd = -1;
    digest_stream_close(&input->digest);
}

bool csv_input_rewind(struct csv_input *input, char error[static CSV_ERROR_MAX])
{
    if (lseek(input->fd, 0, SEEK_SET) != 0) {
        bad(input, strerror(errno), error);
        return false;
    }
    input->digest_before = digest_stream_value(&input->digest);
    input->read_before = true;
    begin(input);
    return true;
}

/* ---- Has it changed? ------------------------------------------------------------------------- */

static bool is_as_opened(const struct csv_input *input)
{
    struct stat now;
    const struct stat *then = &input->as_opened;
    return fstat(input->fd, &now) == 0 && now.st_size == then->st_size && now.st_mtim.tv_sec == then->st_mtim.tv_sec &&
           now.st_mtim.tv_nsec == then->st_mtim.tv_nsec;
}

bool csv_input_is_same(const struct csv_input *input)
{
    return !input->read_before || digest_stream_value(&input->digest) == input->digest_before;
}

/* ---- Reading --------------------------------------------------------------------------------- */

/* BYTES: there is something to read, or the end. */
static enum csv_input_outcome wait_for_input(const struct csv_input *input, char error[static CSV_ERROR_MAX])
{
    if (input->stop_fd < 0 || input->regular)
        return CSV_INPUT_BYTES;
    struct pollfd fds[2] = { { .fd = input->fd, .events = POLLIN }, { .fd = input->stop_fd, .events = POLLIN } };
    while (poll(fds, 2, -1) < 0) {
        if (errno != EINTR)
            return bad(input, strerror(errno), error);
    }
    return fds[1].revents != 0 ? CSV_INPUT_STOPPED : CSV_INPUT_BYTES;
}

/* Reads once, to the end of the piece. BYTES: it has become longer. */
static enum csv_input_outcome read_some(struct csv_input *input, char error[static CSV_ERROR_MAX])
{
    enum csv_input_outcome outcome = wait_for_input(input, error);
    if (outcome != CSV_INPUT_BYTES)
        return outcome;
    ssize_t count;
    do {
        count = read(input->fd, input->piece + input->len, sizeof input->piece - input->len);
    } while (count < 0 && errno == EINTR);
    if (count < 0)
        return bad(input, strerror(errno), error);
    if (input->regular && !is_as_opened(input))
        return bad(input, "the file changed while it was read; try again when it is no longer being written", error);
    if (count == 0)
        return CSV_INPUT_END;
    digest_stream_add(&input->digest, input->piece + input->len, (size_t)count);
    input->len += (size_t)count;
    input->offset += (uint64_t)count;
    return CSV_INPUT_BYTES;
}

/* The first three bytes together, for they may be a byte-order mark; it is skipped. */
static enum csv_input_outcome first_piece(struct csv_input *input, char error[static CSV_ERROR_MAX])
{
    static const char mark[] = { '\xef', '\xbb', '\xbf' };
    enum csv_input_outcome outcome = CSV_INPUT_BYTES;
    while (outcome == CSV_INPUT_BYTES && input->len < sizeof mark && memcmp(input->piece, mark, input->len) == 0)
        outcome = read_some(input, error);
    if (outcome == CSV_INPUT_BAD || outcome == CSV_INPUT_STOPPED)
        return outcome;
    if (input->len >= sizeof mark && memcmp(input->piece, mark, sizeof mark) == 0)
        input->used = sizeof mark;
    if (input->used < input->len)
        return CSV_INPUT_BYTES;
    return outcome == CSV_INPUT_BYTES ? read_some(input, error) : outcome; /* nothing but the mark so far */
}

enum csv_input_outcome csv_input_next(struct csv_input *input, char error[static CSV_ERROR_MAX])
{
    if (input->offset == input->len && input->used == 0) /* at the file's very beginning */
        return first_piece(input, error);
    input->len = input->used = 0;
    return read_some(input, error);
}
