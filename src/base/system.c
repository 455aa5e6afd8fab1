/*
 * The small wrappers of system.h. Knows nothing of bets, and keeps no state.
 */
#include "base/system.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

uint64_t clock_ns(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now); /* cannot fail for this clock */
    return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

uint64_t clock_ms(void)
{
    return clock_ns() / UINT64_C(1000000);
}

ssize_t read_waiting(int fd, void *bytes, size_t cap)
{
    struct pollfd readable = { .fd = fd, .events = POLLIN };
    ssize_t got;

    while ((got = read(fd, bytes, cap)) < 0) {
        if ((errno == EAGAIN || errno == EWOULDBLOCK) && poll(&readable, 1, -1) >= 0)
            continue;
        if (errno != EINTR)
            return -1;
    }
    return got;
}

/* True once something can be written, or writing will fail; false with errno EINTR if stop_fd
 * became readable. */
static bool wait_until_writable(int fd, int stop_fd)
{
    struct pollfd fds[2] = { { .fd = fd, .events = POLLOUT }, { .fd = stop_fd, .events = POLLIN } };

    while (poll(fds, 2, -1) < 0) {
        if (errno != EINTR)
            return true;
    }
    errno = EINTR;
    return fds[1].revents == 0;
}

/* Of a blocking pipe that is ready, so many bytes are taken without waiting. */
static size_t piece_len(size_t len, int stop_fd)
{
    return stop_fd >= 0 && len > PIPE_BUF ? PIPE_BUF : len;
}

bool write_all_or_stop(int fd, const void *bytes, size_t len, int stop_fd)
{
    const char *next = bytes;

    while (len > 0) {
        if (stop_fd >= 0 && !wait_until_writable(fd, stop_fd))
            return false;
        ssize_t written = write(fd, next, piece_len(len, stop_fd));

        if (written < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            if (!wait_until_writable(fd, stop_fd))
                return false;
            continue;
        }
        if (written < 0) {
            if (errno == EINTR)
                continue;
            return false;
        }
        next += written;
        len -= (size_t)written;
    }
    return true;
}

bool write_all(int fd, const void *bytes, size_t len)
{
    return write_all_or_stop(fd, bytes, len, -1);
}

bool fd_set_nonblocking(int fd, bool on)
{
    int flags = fcntl(fd, F_GETFL);

    if (flags < 0)
        return false;
    return fcntl(fd, F_SETFL, on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK) == 0;
}

bool fd_set_cloexec(int fd)
{
    int flags = fcntl(fd, F_GETFD);

    if (flags < 0)
        return false;
    return fcntl(fd, F_SETFD, flags | FD_CLOEXEC) == 0;
}

bool fd_is_readable(int fd)
{
    struct pollfd readable = { .fd = fd, .events = POLLIN };

    return poll(&readable, 1, 0) > 0;
}

char *path_folder(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL ? strdup(".") : strndup(path, slash == path ? 1 : (size_t)(slash - path));
}

int folder_open(const char *path, int flags)
{
    char *folder = path_folder(path);
    int fd = folder == NULL ? -1 : open(folder, flags | O_CLOEXEC, 0600);
    int error = errno;

    free(folder);
    errno = error;
    return fd;
}

bool folder_sync(const char *path)
{
    int fd = folder_open(path, O_RDONLY | O_DIRECTORY);
    bool synced = fd >= 0 && fsync(fd) == 0;
    int error = errno;

    if (fd >= 0)
        close(fd);
    errno = error;
    return synced;
}

bool fd_hold_standard(void)
{
    /* The wrong way round: to read from what is for writing fails as it does where there is
     * nothing. */
    static const int modes[3] = { O_WRONLY, O_RDONLY, O_RDONLY };

    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", modes[fd]) != fd) /* the lowest free one is fd */
            return false;
    }
    return true;
}

void signal_ignore_file_limit(void)
{
    struct sigaction ignore = { .sa_handler = SIG_IGN };

    sigemptyset(&ignore.sa_mask);
    (void)sigaction(SIGXFSZ, &ignore, NULL); /* fails only for a signal that there is not */
}
