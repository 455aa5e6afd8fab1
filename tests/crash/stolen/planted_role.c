/*
 * A role that does what a planted frame says (planted.h): this file is linked into a server of its
 * own, whose other files are those that are shipped. Its recv and recvmsg come before the C
 * library's.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "crash/stolen/planted.h"

static struct planted_frame planted;

static uint64_t argument_of(struct planted_frame *frame, unsigned i)
{
    uint64_t given = frame->arguments[i];

    return given & PLANTED_POINTER ? (uint64_t)(uintptr_t)frame->bytes + (given & ~PLANTED_POINTER) : given;
}

static void obey(int line, struct planted_frame *frame)
{
    struct planted_answer answer;
    struct iovec piece = { .iov_base = &answer, .iov_len = sizeof answer };
    const struct msghdr header = { .msg_iov = &piece, .msg_iovlen = 1 };

    errno = 0;
    answer.result = syscall(frame->call, argument_of(frame, 0), argument_of(frame, 1), argument_of(frame, 2),
                            argument_of(frame, 3), argument_of(frame, 4), argument_of(frame, 5));
    if (answer.result == -1)
        answer.result = -errno;
    (void)!syscall(SYS_sendmsg, line, &header, MSG_NOSIGNAL);
}

ssize_t recv(int fd, void *bytes, size_t len, int flags)
{
    ssize_t got = syscall(SYS_recvfrom, fd, bytes, len, flags, NULL, NULL);

    if (got != (ssize_t)sizeof planted)
        return got;
    memcpy(&planted, bytes, sizeof planted);
    if (planted.magic != PLANTED_MAGIC)
        return got;
    obey(fd, &planted);
    errno = EAGAIN;
    return -1;
}

/* Takes the next packet, or looks at it, into `planted`. */
static ssize_t take(int fd, int flags)
{
    struct iovec piece = { .iov_base = &planted, .iov_len = sizeof planted };
    struct msghdr header = { .msg_iov = &piece, .msg_iovlen = 1 };

    return syscall(SYS_recvmsg, fd, &header, flags | MSG_DONTWAIT);
}

ssize_t recvmsg(int fd, struct msghdr *header, int flags)
{
    if (take(fd, MSG_PEEK) != (ssize_t)sizeof planted || planted.magic != PLANTED_MAGIC)
        return syscall(SYS_recvmsg, fd, header, flags);
    (void)take(fd, 0);
    obey(fd, &planted);
    errno = EAGAIN;
    return -1;
}
