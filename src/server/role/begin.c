/* What a role does right after exec: see begin.h. */
#include "server/role/begin.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/log.h"
#include "base/system.h"
#include "base/usage_error.h"

bool begin_is_role(int argc, char **argv)
{
    return argc == 1 && strncmp(argv[0], BEGIN_NAME, strlen(BEGIN_NAME)) == 0;
}

static bool take_order(struct order *order)
{
    switch (order_read(ORDER_FD, order)) {
    case ORDER_READ:
        return true;
    case ORDER_OTHER_BUILD:
        log_event(LOG_CRITICAL, "start_process", LOG_FAIL,
                  "reason: the program's file is another build than the supervisor: restart the server");
        return false;
    default:
        return usage_error("sorteo-server", "roles are started by sorteo-server alone");
    }
}

/* The supervisor may have died before this process asked for that signal. */
static bool live_with(pid_t supervisor)
{
    return prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == supervisor;
}

/* A program that the role might start must not inherit its descriptors. */
static void keep_descriptors(const struct order *order)
{
    for (int fd = ORDER_CONTROL_FD; fd < ORDER_GIVEN_FD + (int)order->given_count; fd++)
        (void)fd_set_cloexec(fd);
    (void)close(ORDER_FD);
}

bool begin_role(struct order *order)
{
    /* Names for `ps` and `top`, of at most 15 bytes. */
    static const char *const names[] = {
        [ROLE_COMMITTER] = "sorteo-commit", [ROLE_ACCEPTOR] = "sorteo-accept", [ROLE_WORKER] = "sorteo-worker",
        [ROLE_OBSERVER] = "sorteo-observe", [ROLE_RECORDER] = "sorteo-record", [ROLE_OPENER] = "sorteo-opener"
    };

    if (!take_order(order) || !live_with(order->supervisor))
        return false;
    keep_descriptors(order);
    (void)prctl(PR_SET_NAME, names[order->role]);
    log_open(STDOUT_FILENO, order->settings.log_level);
    FAULT_POINT("role-begins");
    return true;
}
