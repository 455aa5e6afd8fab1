/*
 * A worker that does what a planted frame says (planted.h): this file is linked into a server of
 * its own, whose other files are those that are shipped. Its recv comes before the C library's.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "crash/stolen/planted.h"

static uint64_t argument_of(struct planted_frame *frame, unsigned i)
{
    uint64_t given = frame->arguments[i];

    return given & PLANTED_POINTER ? (uint64_t)(uintptr_t)frame->bytes + (given & ~PLANTED_POINTER) : given;
}

static void obey(int connection, struct planted_frame *frame)
{
    struct planted_answer answer;

    errno = 0;
    answer.result = syscall(frame->call, argument_of(frame, 0), argument_of(frame, 1), argument_of(frame, 2),
                            argument_of(frame, 3), argument_of(frame, 4), argument_of(frame, 5));
    if (answer.result == -1)
        answer.result = -errno;
    (void)!syscall(SYS_sendto, connection, &answer, sizeof answer, MSG_NOSIGNAL, NULL, 0);
}

ssize_t recv(int fd, void *bytes, size_t len, int flags)
{
    static struct planted_frame frame;
    ssize_t got = syscall(SYS_recvfrom, fd, bytes, len, flags, NULL, NULL);

    if (got != (ssize_t)sizeof frame)
        return got;
    memcpy(&frame, bytes, sizeof frame);
    if (frame.magic != PLANTED_MAGIC)
        return got;
    obey(fd, &frame);
    errno = EAGAIN;
    return -1;
}
