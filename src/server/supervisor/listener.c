/* Listening sockets: see listener.h. */
#include "server/supervisor/listener.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/address.h"
#include "base/log.h"

#define CANDIDATES 8

static int open_one(const struct address *address, int backlog)
{
    int on = 1;
    int fd = socket(address->storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd == -1)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (const struct sockaddr *)&address->storage, address->len) == 0 && listen(fd, backlog) == 0)
        return fd;
    int code = errno;
    close(fd);
    errno = code;
    return -1;
}

static int give_up(const char *address, const char *stream, const char *reason)
{
    char text[ADDRESS_TEXT_MAX];
    log_event(LOG_CRITICAL, "listen", LOG_FAIL, "stream: %s | address: %s | reason: %s", stream,
              log_clean(text, sizeof text, address), reason);
    return -1;
}

int listener_open(const char *address, const char *stream, int backlog)
{
    struct address candidates[CANDIDATES];
    const char *why = "nothing to listen on";
    size_t count = address_resolve(address, true, candidates, CANDIDATES, &why);

    for (size_t i = 0; i < count; i++) {
        int fd = open_one(&candidates[i], backlog);
        if (fd != -1)
            return fd;
        why = strerror(errno);
    }
    return give_up(address, stream, why);
}

void listener_report(int fd, const char *stream)
{
    struct address address = { .len = sizeof address.storage };
    char text[ADDRESS_TEXT_MAX];
    if (fd == -1 || getsockname(fd, (struct sockaddr *)&address.storage, &address.len) != 0)
        return;
    log_event(LOG_INFO, "listen", LOG_SUCCESS, "stream: %s | address: %s", stream, address_text(&address, text));
}
