/* See winners_file.h. */
#include "client/winners_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/file_care.h"
#include "base/system.h"

#define MODE 0600 /* who won is the agency's business */
#define READER_POLL_MS 100

static bool failed(struct winners_file *file, char error[static WINNERS_FILE_ERROR_MAX])
{
    const char *name = file->fd == STDOUT_FILENO ? "standard output" : file->path;
    file->stopped = errno == EINTR;
    if (file->stopped)
        snprintf(error, WINNERS_FILE_ERROR_MAX, "stopped by a signal while %.300s was waited for", name);
    else
        snprintf(error, WINNERS_FILE_ERROR_MAX, "the winners cannot be written to %.300s: %s", name, strerror(errno));
    return false;
}

void winners_file_init(struct winners_file *file, const char *path, int stop_fd)
{
    *file = (struct winners_file){ .path = path, .stop_fd = stop_fd, .fd = -1, .whole.data.fd = -1 };
}

/* ---- Opening --------------------------------------------------------------------------------- */

bool winners_file_is_stdout(const char *path)
{
    static const char *const names[] = { "-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1" };
    struct stat named, out;
    if (path == NULL)
        return false;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(path, names[i]) == 0)
            return true;
    return stat(path, &named) == 0 && fstat(STDOUT_FILENO, &out) == 0 && named.st_dev == out.st_dev &&
           named.st_ino == out.st_ino && !S_ISCHR(named.st_mode);
}

/* Opening a pipe for writing waits until it has a reader; signals are handled meanwhile. */
static int open_pipe(const struct winners_file *file)
{
    struct pollfd stop = { .fd = file->stop_fd, .events = POLLIN };
    for (;;) {
        int fd = open(file->path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
        if (fd >= 0 || errno != ENXIO)
            return fd;
        if (poll(&stop, 1, READER_POLL_MS) > 0) {
            errno = EINTR;
            return -1;
        }
    }
}

/* The folder takes no new file, but the file that is there may be written. */
static bool must_be_in_place(int error)
{
    return error == EACCES || error == EPERM || error == EROFS || error == EBUSY || error == EXDEV;
}

static bool open_regular(struct winners_file *file, bool exists)
{
    if (whole_file_open(&file->whole, file->path, MODE))
        return true;
    if (!exists || !must_be_in_place(errno))
        return false;
    file->fd = open(file->path, O_WRONLY | O_CLOEXEC);
    return file->fd >= 0;
}

bool winners_file_open(struct winners_file *file, char error[static WINNERS_FILE_ERROR_MAX])
{
    struct stat status;
    if (file->path == NULL)
        return true;
    bool exists = stat(file->path, &status) == 0;
    bool opened;
    if (winners_file_is_stdout(file->path)) {
        file->fd = STDOUT_FILENO;
        opened = true;
    } else if (exists && S_ISFIFO(status.st_mode)) {
        file->fd = open_pipe(file);
        opened = file->fd >= 0;
    } else if (exists && !S_ISREG(status.st_mode)) {
        file->fd = open(file->path, O_WRONLY | O_NOCTTY | O_CLOEXEC);
        opened = file->fd >= 0;
    } else {
        opened = open_regular(file, exists);
    }
    return opened || failed(file, error);
}

bool winners_file_is_forgotten(const struct winners_file *file)
{
    if (file->whole.data.fd >= 0)
        return file_is_forgotten(file->whole.data.fd);
    return file->fd >= 0 && file->fd != STDOUT_FILENO && file_is_forgotten(file->fd);
}

/* ---- Writing --------------------------------------------------------------------------------- */

static bool write_documents(int fd, const uint32_t *documents, size_t count, int stop_fd)
{
    char lines[4096];
    size_t len = 0;
    for (size_t i = 0; i < count; i++) {
        len += (size_t)snprintf(lines + len, sizeof lines - len, "%" PRIu32 "\n", documents[i]);
        if (sizeof lines - len < 16 || i + 1 == count) {
            if (!write_all_or_stop(fd, lines, len, stop_fd))
                return false;
            len = 0;
        }
    }
    return true;
}

/* A regular file loses what it had; one that cannot be synced (a pipe, a terminal) is done when it
 * is written. */
static bool write_in_place(const struct winners_file *file, const uint32_t *documents, size_t count)
{
    struct stat status;
    bool regular = file->fd != STDOUT_FILENO && fstat(file->fd, &status) == 0 && S_ISREG(status.st_mode);
    if (regular && ftruncate(file->fd, 0) != 0)
        return false;
    return write_documents(file->fd, documents, count, file->stop_fd) &&
           (fsync(file->fd) == 0 || errno == EINVAL || errno == EROFS || errno == ENOTSUP);
}

static bool write_whole(struct winners_file *file, const uint32_t *documents, size_t count)
{
    if (!write_documents(file->whole.data.fd, documents, count, file->stop_fd))
        return false;
    FAULT_POINT("winners-file-written");
    if (whole_file_commit(&file->whole))
        return true;
    if (!must_be_in_place(errno))
        return false;
    file->fd = open(file->path, O_WRONLY | O_CLOEXEC);
    return file->fd >= 0 && write_in_place(file, documents, count);
}

bool winners_file_write(struct winners_file *file, const uint32_t *documents, size_t count,
                        char error[static WINNERS_FILE_ERROR_MAX])
{
    bool written = true;
    if (file->whole.data.fd >= 0)
        written = write_whole(file, documents, count);
    else if (file->fd >= 0)
        written = write_in_place(file, documents, count);
    return written || failed(file, error);
}

void winners_file_close(struct winners_file *file)
{
    whole_file_close(&file->whole);
    if (file->fd >= 0 && file->fd != STDOUT_FILENO)
        close(file->fd);
    file->fd = -1;
}
