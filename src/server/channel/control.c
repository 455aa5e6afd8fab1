/* The control line: see control.h. */
#include "server/channel/control.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

union descriptor_space {
    char bytes[CMSG_SPACE(sizeof(int))];
    struct cmsghdr align;
};

bool control_pair(int ends[2])
{
    return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) == 0;
}

bool control_send(int control, enum control_type type, uint32_t value, int fd)
{
    struct control_note note = { .type = (uint32_t)type, .value = value };
    struct iovec piece = { .iov_base = &note, .iov_len = sizeof note };
    struct msghdr header = { .msg_iov = &piece, .msg_iovlen = 1 };
    union descriptor_space space;
    ssize_t sent;

    if (fd != -1) {
        memset(&space, 0, sizeof space);
        header.msg_control = space.bytes;
        header.msg_controllen = sizeof space.bytes;
        struct cmsghdr *head = CMSG_FIRSTHDR(&header);
        head->cmsg_level = SOL_SOCKET;
        head->cmsg_type = SCM_RIGHTS;
        head->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(head), &fd, sizeof fd);
    }
    do {
        sent = sendmsg(control, &header, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    return sent == (ssize_t)sizeof note;
}

/* What recvmsg says while the line lives: the note, if there is one, is still there. */
static bool is_passing(int code)
{
    return code == EAGAIN || code == EINTR || code == ENOMEM || code == ENOBUFS;
}

enum control_outcome control_receive(int control, struct control_note *note, int *fd)
{
    struct control_note came;
    struct iovec piece = { .iov_base = &came, .iov_len = sizeof came };
    union descriptor_space space;
    struct msghdr header = {
        .msg_iov = &piece, .msg_iovlen = 1, .msg_control = space.bytes, .msg_controllen = sizeof space.bytes
    };
    ssize_t len = recvmsg(control, &header, MSG_CMSG_CLOEXEC);

    *fd = -1;
    if (len < 0 && is_passing(errno))
        return CONTROL_EMPTY;
    if (len != (ssize_t)sizeof came)
        return CONTROL_END;
    struct cmsghdr *head = CMSG_FIRSTHDR(&header);
    if (head != NULL && head->cmsg_type == SCM_RIGHTS)
        memcpy(fd, CMSG_DATA(head), sizeof *fd);
    *note = came;
    return CONTROL_NOTE;
}
