/* Starting a role: see launch.h. */
#include "server/role/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "base/log.h"
#include "server/role/begin.h"

int launch_open_program(void)
{
    int fd = open("/proc/self/exe", O_PATH | O_CLOEXEC);

    if (fd != -1)
        return fd;
    return open((const char *)(uintptr_t)getauxval(AT_EXECFN), O_PATH | O_CLOEXEC); /* /proc is not mounted */
}

/* ---- In the child ---------------------------------------------------------------------------- */

/* Closes all other descriptors but 0 to 2, so that a role can start even if the supervisor has
 * hardly one left. An older kernel keeps them open until exec. */
static void close_others(const int *fds, unsigned count)
{
    unsigned from = ORDER_FD;

    for (;;) {
        unsigned next = ~0u;
        for (unsigned i = 0; i < count; i++)
            if ((unsigned)fds[i] >= from && (unsigned)fds[i] < next)
                next = (unsigned)fds[i];
        if (next > from)
            (void)close_range(from, next == ~0u ? next : next - 1, 0);
        if (next == ~0u)
            return;
        from = next + 1;
    }
}

/* Moves the descriptors to numbers above those that the role will have, close-on-exec. False with
 * errno set. */
static bool set_aside(int *fds, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        int fd = fcntl(fds[i], F_DUPFD_CLOEXEC, ORDER_FD + (int)count);
        if (fd == -1)
            return false;
        close(fds[i]);
        fds[i] = fd;
    }
    return true;
}

/* Gives each descriptor its number. False with errno set. */
static bool place(const int *fds, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        if (dup2(fds[i], ORDER_FD + (int)i) == -1)
            return false;
    return true;
}

static void become(int program, const struct order *order, int file, int control)
{
    int fds[2 + ORDER_GIVEN_MAX + 1] = { file, control };
    unsigned count = 2;
    char name[32];
    char *const arguments[] = { name, NULL };

    for (unsigned i = 0; i < order->given_count; i++)
        fds[count++] = order->given[i].fd;
    fds[count] = program;
    (void)snprintf(name, sizeof name, order->role == ROLE_WORKER ? BEGIN_NAME "%s %u" : BEGIN_NAME "%s",
                   child_role_name(order->role), order->number);
    if (log_become_output()) {
        close_others(fds, count + 1);
        if (set_aside(fds, count + 1) && place(fds, count))
            (void)fexecve(fds[count], arguments, environ);
    }
    log_event(LOG_CRITICAL, "start_process", LOG_FAIL, "process: %s | reason: its program cannot be started: %s",
              child_role_name(order->role), strerror(errno));
}

/* ---- In the supervisor ----------------------------------------------------------------------- */

pid_t launch_role(int program, const struct order *order, int control, void (*in_child)(void))
{
    int file = order_write(order);

    if (file == -1)
        return -1;
    pid_t pid = fork();
    if (pid == 0) {
        in_child();
        become(program, order, file, control);
        _exit(1);
    }
    int error = errno;
    close(file);
    errno = error;
    return pid;
}
