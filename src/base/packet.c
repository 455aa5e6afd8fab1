/* Packets over a socket: see packet.h. */
#include "base/packet.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PACKET_MAX 4096u

union descriptor_space {
    char bytes[CMSG_SPACE(sizeof(int))];
    struct cmsghdr align;
};

bool packet_pair(int ends[2])
{
    return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) == 0;
}

static bool send_header(int line, struct msghdr *header, size_t len)
{
    ssize_t sent;

    do {
        sent = sendmsg(line, header, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    return sent == (ssize_t)len;
}

bool packet_send(int line, const void *bytes, size_t len, int fd)
{
    struct iovec piece = { .iov_base = (void *)(size_t)bytes, .iov_len = len };
    struct msghdr header = { .msg_iov = &piece, .msg_iovlen = 1 };
    union descriptor_space space;

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
    return send_header(line, &header, len);
}

bool packet_send_body(int line, const void *bytes, size_t len, const void *body, size_t body_len)
{
    struct iovec pieces[] = { { .iov_base = (void *)(size_t)bytes, .iov_len = len },
                              { .iov_base = (void *)(size_t)body, .iov_len = body_len } };
    struct msghdr header = { .msg_iov = pieces, .msg_iovlen = 2 };

    return send_header(line, &header, len + body_len);
}

/* What recvmsg says while a packet may still come. ECONNRESET, too: the other end closed before it
 * had read all, and this is said once, ahead of what it had sent. */
static bool is_passing(int code)
{
    return code == EAGAIN || code == EINTR || code == ENOMEM || code == ENOBUFS || code == ECONNRESET;
}

/* Closes the descriptor that came with a malformed packet. */
static enum packet_outcome drop(int *fd)
{
    if (*fd != -1)
        close(*fd);
    *fd = -1;
    return PACKET_MALFORMED;
}

/* Into the pieces, whatever its length, which is *came; one that is longer than all of them is
 * malformed. */
static enum packet_outcome receive(int line, struct iovec *pieces, size_t count, size_t *came, int *fd)
{
    union descriptor_space space;
    struct msghdr header = {
        .msg_iov = pieces, .msg_iovlen = count, .msg_control = space.bytes, .msg_controllen = CMSG_LEN(sizeof(int))
    }; /* the padding at the end of the space would hold a second descriptor, which would never be closed */

    *fd = -1;
    ssize_t len = recvmsg(line, &header, MSG_CMSG_CLOEXEC);
    if (len < 0 && is_passing(errno))
        return PACKET_NONE;
    if (len <= 0)
        return PACKET_END;
    struct cmsghdr *head = CMSG_FIRSTHDR(&header);
    if (head != NULL && head->cmsg_type == SCM_RIGHTS)
        memcpy(fd, CMSG_DATA(head), sizeof *fd);
    *came = (size_t)len;
    return (header.msg_flags & MSG_TRUNC) != 0 ? drop(fd) : PACKET_CAME;
}

enum packet_outcome packet_receive(int line, void *bytes, size_t len, int *fd)
{
    char came[PACKET_MAX];
    struct iovec piece = { .iov_base = came, .iov_len = sizeof came };
    size_t came_len = 0;

    assert(len < sizeof came);
    enum packet_outcome outcome = receive(line, &piece, 1, &came_len, fd);
    if (outcome != PACKET_CAME)
        return outcome;
    if (came_len != len)
        return drop(fd);
    memcpy(bytes, came, len);
    return PACKET_CAME;
}

enum packet_outcome packet_receive_body(int line, void *bytes, size_t len, void *body, size_t body_cap,
                                        size_t *body_len, int *fd)
{
    char came[PACKET_MAX];
    struct iovec pieces[] = { { .iov_base = came, .iov_len = len }, { .iov_base = body, .iov_len = body_cap } };
    size_t came_len = 0;

    assert(len < sizeof came);
    enum packet_outcome outcome = receive(line, pieces, 2, &came_len, fd);
    if (outcome != PACKET_CAME)
        return outcome;
    if (came_len < len)
        return drop(fd);
    memcpy(bytes, came, len);
    *body_len = came_len - len;
    return PACKET_CAME;
}
