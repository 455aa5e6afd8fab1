/* The supervisor's children: see children.h. */
#include "server/supervisor/children.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/log.h"
#include "base/system.h"
#include "server/channel/control.h"
#include "server/committer/committer.h"
#include "server/worker/worker.h"

#define SEND_WAIT_MS 1000

#define RESTART_FIRST_MS 100u
#define RESTART_MOST_MS 5000u

static const struct child empty_slot = { .control = -1,
                                         .backoff = { .first_ms = RESTART_FIRST_MS, .most_ms = RESTART_MOST_MS } };

bool children_init(struct children *children, const struct settings *settings)
{
    *children = (struct children){ .settings = settings, .listeners = { -1, -1 }, .committer = empty_slot };
    children->workers = calloc(settings->workers, sizeof *children->workers);
    if (children->workers == NULL)
        return false;
    for (unsigned i = 0; i < settings->workers; i++)
        children->workers[i] = empty_slot;
    return true;
}

void children_fini(struct children *children)
{
    free(children->workers);
    children->workers = NULL;
}

void child_tell_to_leave(struct child *child)
{
    if (child->control == -1)
        return;
    close(child->control);
    child->control = -1;
}

/* ---- In the child ---------------------------------------------------------------------------- */

static void set_handler(int number, void (*handler)(int))
{
    struct sigaction action = { .sa_handler = handler };
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, NULL);
}

/* Stopping is the supervisor's business, also where a terminal or a service manager signals the
 * whole group: children leave when their control line ends. */
static void restore_signals(void)
{
    sigset_t none;
    set_handler(SIGCHLD, SIG_DFL);
    set_handler(SIGTERM, SIG_IGN);
    set_handler(SIGINT, SIG_IGN);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static void die_with(pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(1);
}

static void close_if_open(int fd)
{
    if (fd != -1)
        close(fd);
}

static void become_child(struct children *children, pid_t parent)
{
    restore_signals();
    die_with(parent);
    close_if_open(children->committer.control);
    for (unsigned i = 0; i < children->settings->workers; i++)
        close_if_open(children->workers[i].control);
}

/* ---- In the supervisor ----------------------------------------------------------------------- */

static void enter(struct child *child, pid_t pid, int control)
{
    child->pid = pid;
    child->control = control;
    child->started_ms = clock_ms();
    child->beat_ms = child->started_ms;
    child->ended_by_us = false;
}

static bool cannot_start(const char *role)
{
    log_event(LOG_ERROR, "start_process", LOG_FAIL, "process: %s | reason: %s", role, strerror(errno));
    return false;
}

static void close_pair(const int ends[2])
{
    close_if_open(ends[0]);
    close_if_open(ends[1]);
}

bool children_start_committer(struct children *children, bool first)
{
    int control[2];
    pid_t parent = getpid();

    if (!control_pair(control))
        return cannot_start("committer");
    pid_t pid = fork();
    if (pid == 0) {
        become_child(children, parent);
        close(control[0]);
        close_if_open(children->listeners[0]);
        close_if_open(children->listeners[1]);
        exit(committer_run(children->settings, control[1], first));
    }
    if (pid == -1) {
        close_pair(control);
        return cannot_start("committer");
    }
    close(control[1]);
    FAULT_POINT("committer-forked");
    enter(&children->committer, pid, control[0]);
    return true;
}

/* The committer may not have looked at its control line for a while: waits a little for it. */
static bool give_channel(const struct children *children, int channel)
{
    struct pollfd ready = { .fd = children->committer.control, .events = POLLOUT };
    if (control_send(children->committer.control, CONTROL_CHANNEL, 0, channel))
        return true;
    return errno == EAGAIN && poll(&ready, 1, SEND_WAIT_MS) > 0 &&
           control_send(children->committer.control, CONTROL_CHANNEL, 0, channel);
}

bool children_start_worker(struct children *children, unsigned number)
{
    int control[2] = { -1, -1 }, channel[2] = { -1, -1 };
    pid_t parent = getpid();
    pid_t pid = -1;

    if (control_pair(control) && socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel) == 0 &&
        give_channel(children, channel[1]))
        pid = fork();
    if (pid == 0) {
        become_child(children, parent);
        close(control[0]);
        close(channel[1]);
        exit(worker_run(children->settings, number, children->listeners, channel[0], control[1]));
    }
    if (pid == -1) {
        bool started = cannot_start("worker");
        close_pair(control);
        close_pair(channel);
        return started;
    }
    close(control[1]);
    close_pair(channel);
    FAULT_POINT("worker-forked");
    enter(&children->workers[number], pid, control[0]);
    return true;
}

struct child *children_find(struct children *children, pid_t pid)
{
    if (children->committer.pid == pid)
        return &children->committer;
    for (unsigned i = 0; i < children->settings->workers; i++)
        if (children->workers[i].pid == pid)
            return &children->workers[i];
    return NULL;
}

unsigned children_workers_running(const struct children *children)
{
    unsigned running = 0;
    for (unsigned i = 0; i < children->settings->workers; i++)
        running += children->workers[i].pid != 0;
    return running;
}
