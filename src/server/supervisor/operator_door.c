/* The door for operators: see operator_door.h. */
#include "server/supervisor/operator_door.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/log.h"
#include "base/packet.h"
#include "operator/form.h"
#include "server/channel/control.h"

#define PAUSE_MS 1000u /* after a connection could not be accepted */

void operator_door_init(struct operator_door *door)
{
    *door = (struct operator_door){ .socket = { .fd = -1 } };
}

static const char *reason_of(int error)
{
    switch (error) {
    case EADDRINUSE:
        return "another process listens there: stop it, and start this server again";
    case EEXIST:
        return "a file of that name is there: remove it, and start the server again";
    case ENAMETOOLONG:
        return "the store's file name is too long for it";
    default:
        return strerror(error);
    }
}

void operator_door_open(struct operator_door *door, const char *store)
{
    char text[256];

    if (door->name != NULL)
        return;
    door->name = operator_socket_name(store);
    if (door->name == NULL)
        errno = ENOMEM;
    else if (operator_socket_listen(door->name, &door->socket))
        return;
    int error = errno;
    log_event(LOG_WARNING, "operator_socket", LOG_FAIL, "path: %s | reason: %s",
              log_clean(text, sizeof text, door->name != NULL ? door->name : store), reason_of(error));
}

int operator_door_fd(const struct operator_door *door, uint64_t now_ms)
{
    return now_ms < door->not_before_ms ? -1 : door->socket.fd;
}

static void refuse(int fd, const char *reason)
{
    struct operator_reply reply = operator_reply_of(OPERATOR_FAILED);

    snprintf(reply.text, sizeof reply.text, "%s", reason);
    (void)packet_send(fd, &reply, sizeof reply, -1);
}

static bool may_enter(int fd)
{
    struct ucred who = { .pid = 0 };
    socklen_t len = sizeof who;

    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &len) == 0 && (who.uid == 0 || who.uid == geteuid()))
        return true;
    log_event(LOG_WARNING, "operator", LOG_FAIL, "uid: %ld | reason: neither the server's own user nor root",
              (long)who.uid);
    refuse(fd, "the server lets in its own user and root alone");
    return false;
}

void operator_door_admit(struct operator_door *door, int committer, uint64_t now_ms)
{
    int fd = accept4(door->socket.fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

    if (fd == -1) {
        if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
            door->not_before_ms = now_ms + PAUSE_MS; /* no descriptors or memory: it waits */
        return;
    }
    FAULT_POINT("operator-accepted");
    if (may_enter(fd) && !control_send(committer, CONTROL_OPERATOR, 0, fd)) {
        log_event(LOG_WARNING, "operator", LOG_FAIL, "reason: the committer is too busy for it");
        refuse(fd, "the server is too busy: try again");
    }
    close(fd);
}

void operator_door_close(struct operator_door *door)
{
    if (door->name != NULL)
        operator_socket_remove(door->name, &door->socket);
    free(door->name);
    door->name = NULL;
}
