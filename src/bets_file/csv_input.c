/* See csv_input.h. */
#include "bets_file/csv_input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define CHANGED "the file changed while it was read; try again when it is no longer being written"

static enum csv_input_outcome bad(const struct csv_input *input, const char *why, char error[static CSV_ERROR_MAX])
{
    snprintf(error, CSV_ERROR_MAX, "%s: %s", input->name, why);
    return CSV_INPUT_BAD;
}

/* ---- Has it changed? ------------------------------------------------------------------------- */

static bool has_times_of(const struct stat *one, const struct stat *other)
{
    return one->st_size == other->st_size && one->st_mtim.tv_sec == other->st_mtim.tv_sec &&
           one->st_mtim.tv_nsec == other->st_mtim.tv_nsec;
}

/* Of all bytes that the file has now, without moving its place. False if it cannot be read. */
static bool digest_whole(const struct csv_input *input, uint64_t *value)
{
    struct digest_stream digest;
    char piece[4096];
    ssize_t count = 1;
    if (!digest_stream_open(&digest))
        return false;
    for (off_t offset = 0; count > 0 || (count < 0 && errno == EINTR); offset += count > 0 ? count : 0) {
        count = pread(input->fd, piece, sizeof piece, offset);
        if (count > 0)
            digest_stream_add(&digest, piece, (size_t)count);
    }
    *value = digest_stream_value(&digest);
    digest_stream_close(&digest);
    return count == 0;
}

/* Is the file what it was? Its size and time say so; where only the time is another one, as after
 * `touch`, its bytes do. During a first reading no one knows what they must be: the second one is
 * compared with what was read. */
static bool is_as_opened(struct csv_input *input)
{
    struct stat now;
    uint64_t value;
    if (fstat(input->fd, &now) != 0 || now.st_size != input->as_opened.st_size)
        return false;
    if (has_times_of(&now, &input->as_opened) || !input->read_before)
        return true;
    if (!digest_whole(input, &value) || value != input->digest_before)
        return false;
    input->as_opened = now; /* looked at before the bytes were read */
    return true;
}

bool csv_input_is_same(const struct csv_input *input)
{
    return !input->read_before || digest_stream_value(&input->digest) == input->digest_before;
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
    input->fd = standard_input ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
                               : open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
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
    if (input->regular && !is_as_opened(input)) {
        bad(input, CHANGED, error);
        return false;
    }
    begin(input);
    return true;
}

/* ---- Reading --------------------------------------------------------------------------------- */

/* BYTES: there is something to read, or the end. */
static enum csv_input_outcome wait_for_input(const struct csv_input *input, char error[static CSV_ERROR_MAX])
{
    if (input->regular)
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
        if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            outcome = wait_for_input(input, error);
            if (outcome != CSV_INPUT_BYTES)
                return outcome;
            errno = EINTR;
        }
    } while (count < 0 && errno == EINTR);
    if (count < 0)
        return bad(input, strerror(errno), error);
    if (input->regular && !is_as_opened(input))
        return bad(input, CHANGED, error);
    if (count == 0)
        return CSV_INPUT_END;
    digest_stream_add(&input->digest, input->piece + input->len, (size_t)count);
    input->len += (size_t)count;
    input->offset += (uint64_t)count;
    return CSV_INPUT_BYTES;
}

enum csv_input_outcome csv_input_next(struct csv_input *input, char error[static CSV_ERROR_MAX])
{
    input->len = input->used = 0;
    return read_some(input, error);
}
