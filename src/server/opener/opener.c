/* Opens the files of TLS for the supervisor: see opener.h. */
#include "server/opener/opener.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "server/channel/opening.h"

static int open_part(const struct tls_paths *paths, uint32_t part)
{
    if (part < TLS_PARTS && paths->path[part] != NULL)
        return tls_material_open(paths->path[part]);
    errno = EINVAL;
    return -1;
}

/* An answer that cannot be sent is waited for in vain: the supervisor gives up after a while. */
static void answer(const struct tls_paths *paths, const struct opening *request, int line)
{
    int fd = open_part(paths, request->part);
    const struct opening opening = { .number = request->number, .part = request->part, .error = fd == -1 ? errno : 0 };

    (void)opening_send(line, &opening, fd);
    if (fd != -1)
        close(fd);
}

int opener_run(const struct tls_paths *paths, int line)
{
    struct pollfd ready = { .fd = line, .events = POLLIN };
    struct opening request;
    int fd;

    for (;;) {
        enum packet_outcome outcome = opening_receive(line, &request, &fd);
        if (fd != -1)
            close(fd);
        if (outcome == PACKET_CAME)
            answer(paths, &request, line);
        else if (outcome == PACKET_NONE)
            (void)poll(&ready, 1, -1);
        else
            return 0;
    }
}
