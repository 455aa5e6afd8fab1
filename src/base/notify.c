/* Words to the service manager: see notify.h. */
#include "base/notify.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define US_PER_MS 1000u

/* A path, or with '@' in front a name without a file. Returns the address's length; 0: there is
 * none. */
static socklen_t find_manager(struct sockaddr_un *address)
{
    const char *name = getenv("NOTIFY_SOCKET");
    size_t len = name == NULL ? 0 : strlen(name);

    if (len < 2 || len >= sizeof address->sun_path || (name[0] != '/' && name[0] != '@'))
        return 0;
    *address = (struct sockaddr_un){ .sun_family = AF_UNIX };
    memcpy(address->sun_path, name, len);
    if (name[0] == '@')
        address->sun_path[0] = '\0';
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
}

bool notify(const char *assignments)
{
    struct sockaddr_un address;
    socklen_t address_len = find_manager(&address);
    size_t len = strlen(assignments);

    if (address_len == 0)
        return false;
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd == -1)
        return false;
    bool sent =
        sendto(fd, assignments, len, MSG_NOSIGNAL, (const struct sockaddr *)&address, address_len) == (ssize_t)len;
    close(fd);
    return sent;
}

/* The whole text as a number; 0 if it is not one. */
static uint64_t number_of(const char *text)
{
    char *end;
    errno = 0;
    unsigned long long number = text == NULL || *text < '0' || *text > '9' ? 0 : strtoull(text, &end, 10);
    return number == 0 || errno != 0 || *end != '\0' ? 0 : number;
}

uint64_t notify_watchdog_ms(void)
{
    const char *meant = getenv("WATCHDOG_PID");
    uint64_t us = number_of(getenv("WATCHDOG_USEC"));

    if (meant != NULL && number_of(meant) != (uint64_t)getpid())
        return 0;
    return us > 0 && us < US_PER_MS ? 1 : us / US_PER_MS;
}
