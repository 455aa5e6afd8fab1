/*
 * See socket.h. The address of a Unix socket has room for 107 bytes: a longer path is reached by
 * way of its folder's descriptor.
 */
#include "operator/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/system.h"

#define SUFFIX ".control"
#define WAITING 8 /* connections that are not accepted yet */

char *operator_socket_name(const char *store)
{
    char *file = realpath(store, NULL);
    char *name = NULL;

    if (asprintf(&name, "%s" SUFFIX, file != NULL ? file : store) < 0)
        name = NULL;
    free(file);
    return name;
}

/* ---- Addresses ------------------------------------------------------------------------------- */

/* *folder is a descriptor that the address needs, or -1. False with errno set. */
static bool address_of(const char *name, struct sockaddr_un *address, int *folder)
{
    const char *slash = strrchr(name, '/');
    const char *base = slash == NULL ? name : slash + 1;
    int len;

    *address = (struct sockaddr_un){ .sun_family = AF_UNIX };
    *folder = -1;
    if (strlen(name) < sizeof address->sun_path) {
        memcpy(address->sun_path, name, strlen(name) + 1);
        return true;
    }
    *folder = folder_open(name, O_PATH | O_DIRECTORY);
    if (*folder == -1)
        return false;
    len = snprintf(address->sun_path, sizeof address->sun_path, "/proc/self/fd/%d/%s", *folder, base);
    if (len > 0 && (size_t)len < sizeof address->sun_path)
        return true;
    close(*folder);
    *folder = -1;
    errno = ENAMETOOLONG;
    return false;
}

/* Calls bind or connect. */
static bool at_address(int (*call)(int fd, const struct sockaddr *address, socklen_t len), int fd, const char *name)
{
    struct sockaddr_un address;
    int folder;

    if (!address_of(name, &address, &folder))
        return false;
    bool done = call(fd, (const struct sockaddr *)&address, sizeof address) == 0;
    int error = errno;
    if (folder != -1)
        close(folder);
    errno = error;
    return done;
}

static int call_bind(int fd, const struct sockaddr *address, socklen_t len)
{
    return bind(fd, address, len);
}

static int call_connect(int fd, const struct sockaddr *address, socklen_t len)
{
    return connect(fd, address, len);
}

static int new_socket(void)
{
    return socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

static int close_failed(int fd)
{
    int error = errno;

    close(fd);
    errno = error;
    return -1;
}

int operator_socket_connect(const char *name)
{
    int fd = new_socket();

    if (fd == -1 || at_address(call_connect, fd, name))
        return fd;
    return close_failed(fd);
}

/* ---- Listening ------------------------------------------------------------------------------- */

static bool bind_private(int fd, const char *name)
{
    mode_t mask = umask(S_IXUSR | S_IRWXG | S_IRWXO);
    bool done = at_address(call_bind, fd, name);
    int error = errno;

    umask(mask);
    errno = error;
    return done;
}

/* A killed server leaves its socket, on which nothing listens. */
static bool remove_stale(const char *name)
{
    struct stat status;
    int fd;

    if (lstat(name, &status) != 0)
        return errno == ENOENT; /* gone meanwhile */
    if (!S_ISSOCK(status.st_mode)) {
        errno = EEXIST;
        return false;
    }
    fd = operator_socket_connect(name);
    if (fd != -1)
        close(fd);
    if (fd == -1 && errno == ECONNREFUSED)
        return unlink(name) == 0;
    errno = EADDRINUSE;
    return false;
}

bool operator_socket_listen(const char *name, struct operator_socket *made)
{
    struct stat status;
    int fd = new_socket();

    made->fd = -1;
    if (fd == -1)
        return false;
    if ((bind_private(fd, name) || (errno == EADDRINUSE && remove_stale(name) && bind_private(fd, name))) &&
        lstat(name, &status) == 0 && listen(fd, WAITING) == 0) {
        *made = (struct operator_socket){ .fd = fd, .device = status.st_dev, .number = status.st_ino };
        return true;
    }
    (void)close_failed(fd);
    return false;
}

void operator_socket_remove(const char *name, struct operator_socket *made)
{
    struct stat status;

    if (made->fd == -1)
        return;
    if (lstat(name, &status) == 0 && status.st_dev == made->device && status.st_ino == made->number)
        unlink(name);
    close(made->fd);
    made->fd = -1;
}
