/*
 * A C library whose disk stalls or whose system has no process left, for as long as a file is
 * there: loaded before the real one (LD_PRELOAD) into a server as it is shipped, by hangs.py.
 *
 *     SORTEO_STALL     while this file is there, no sync of a file ends
 *     SORTEO_NO_FORK   while this file is there, fork fails; the file gets a line, the time in ms
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static int is_there(const char *variable)
{
    const char *path = getenv(variable);
    return path != NULL && access(path, F_OK) == 0;
}

int fdatasync(int fd)
{
    while (is_there("SORTEO_STALL"))
        (void)poll(NULL, 0, 10);
    return (int)syscall(SYS_fdatasync, fd);
}

pid_t fork(void)
{
    char line[32];
    struct timespec now;
    int fd;

    if (!is_there("SORTEO_NO_FORK"))
        return _Fork();
    clock_gettime(CLOCK_MONOTONIC, &now);
    int len = snprintf(line, sizeof line, "%lld\n", (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000);
    fd = open(getenv("SORTEO_NO_FORK"), O_WRONLY | O_APPEND | O_CLOEXEC);
    if (write(fd, line, (size_t)len) != len)
        abort();
    close(fd);
    errno = EAGAIN;
    return -1;
}
