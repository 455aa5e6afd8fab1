/* The supervisor's children: see children.h. */
#include "server/supervisor/children.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/log.h"
#include "base/packet.h"
#include "base/system.h"
#include "server/acceptor/acceptor.h"
#include "server/channel/control.h"
#include "server/committer/committer.h"
#include "server/supervisor/signals.h"
#include "server/worker/worker.h"

#define SEND_WAIT_MS 1000

#define RESTART_FIRST_MS 100u
#define RESTART_MOST_MS 5000u

static const struct child empty_slot = { .control = -1,
                                         .backoff = { .first_ms = RESTART_FIRST_MS, .most_ms = RESTART_MOST_MS } };

/* Is the next child to have the word? */
static void share_store_calls(const struct children *children, bool share)
{
    madvise((void *)(uintptr_t)children->store_calls, sizeof *children->store_calls,
            share ? MADV_DOFORK : MADV_DONTFORK);
}

bool children_init(struct children *children, const struct settings *settings)
{
    *children =
        (struct children){ .settings = settings, .operators = -1, .committer = empty_slot, .acceptor = empty_slot };
    children->workers = calloc(settings->workers, sizeof *children->workers);
    if (children->workers == NULL)
        return false;
    for (unsigned i = 0; i < settings->workers; i++)
        children->workers[i] = empty_slot;
    void *word = mmap(NULL, sizeof *children->store_calls, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (word == MAP_FAILED) {
        children_fini(children);
        return false;
    }
    children->store_calls = word;
    share_store_calls(children, false);
    return true;
}

void children_fini(struct children *children)
{
    free(children->workers);
    children->workers = NULL;
    if (children->store_calls != NULL)
        munmap((void *)(uintptr_t)children->store_calls, sizeof *children->store_calls);
    children->store_calls = NULL;
}

void child_tell_to_leave(struct child *child)
{
    if (child->control == -1)
        return;
    close(child->control);
    child->control = -1;
}

/* ---- In the child ---------------------------------------------------------------------------- */

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

/* `name` is what a list of processes shows. */
static void become_child(struct children *children, pid_t parent, const char *name)
{
    signals_leave_to_supervisor();
    die_with(parent);
    prctl(PR_SET_NAME, name);
    for (unsigned i = 0; i < children_count(children); i++)
        close_if_open(children_at(children, i)->control);
    close_if_open(children->operators);
}

static void close_listeners(const struct children *children)
{
    for (unsigned i = 0; i < children->listeners.count; i++)
        close(children->listeners.list[i].fd);
}

/* ---- In the supervisor ----------------------------------------------------------------------- */

static void enter(struct child *child, pid_t pid, int control)
{
    child->pid = pid;
    child->control = control;
    child->started_ms = clock_ms();
    child->beat_ms = child->started_ms;
    child->acceptor = 0;
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
    *children->store_calls = 0;
    share_store_calls(children, true);
    pid_t pid = fork();
    share_store_calls(children, false);
    if (pid == 0) {
        become_child(children, parent, "sorteo-commit");
        close(control[0]);
        close_listeners(children);
        exit(committer_run(children->settings, control[1], first, children->store_calls));
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

bool children_start_acceptor(struct children *children)
{
    int control[2];
    pid_t parent = getpid();

    if (!control_pair(control))
        return cannot_start("acceptor");
    pid_t pid = fork();
    if (pid == 0) {
        become_child(children, parent, "sorteo-accept");
        close(control[0]);
        exit(acceptor_run(children->settings, &children->listeners, control[1]));
    }
    if (pid == -1) {
        close_pair(control);
        return cannot_start("acceptor");
    }
    close(control[1]);
    children->acceptors++;
    FAULT_POINT("acceptor-forked");
    enter(&children->acceptor, pid, control[0]);
    return true;
}

/* The worker first: an acceptor that has a line passes connections on. */
static bool connect_worker(struct children *children, unsigned number)
{
    int ends[2];
    bool done;

    if (!packet_pair(ends))
        return false;
    done = control_send(children->workers[number].control, CONTROL_HANDOFF, 0, ends[0]) &&
           control_send(children->acceptor.control, CONTROL_HANDOFF, number, ends[1]);
    close_pair(ends);
    return done;
}

void children_connect(struct children *children)
{
    for (unsigned i = 0; i < children->settings->workers && children->acceptor.pid != 0; i++) {
        struct child *worker = &children->workers[i];
        if (worker->pid != 0 && worker->acceptor != children->acceptors && connect_worker(children, i))
            worker->acceptor = children->acceptors;
    }
}

/* The committer may not have looked at its control line for a while: waits a little for it. */
static bool give_channel(const struct children *children, unsigned number, int channel)
{
    struct pollfd ready = { .fd = children->committer.control, .events = POLLOUT };
    if (control_send(children->committer.control, CONTROL_CHANNEL, number, channel))
        return true;
    return errno == EAGAIN && poll(&ready, 1, SEND_WAIT_MS) > 0 &&
           control_send(children->committer.control, CONTROL_CHANNEL, number, channel);
}

bool children_start_worker(struct children *children, unsigned number)
{
    int control[2] = { -1, -1 }, channel[2] = { -1, -1 };
    pid_t parent = getpid();
    pid_t pid = -1;

    if (control_pair(control) && socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel) == 0 &&
        give_channel(children, number, channel[1]))
        pid = fork();
    if (pid == 0) {
        become_child(children, parent, "sorteo-worker");
        close(control[0]);
        close(channel[1]);
        close_listeners(children);
        exit(worker_run(children->settings, number, channel[0], control[1]));
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

unsigned children_count(const struct children *children)
{
    return children->settings->workers + 2u;
}

struct child *children_at(struct children *children, unsigned place)
{
    if (place == 0)
        return &children->committer;
    return place == 1 ? &children->acceptor : &children->workers[place - 2];
}

struct child *children_find(struct children *children, pid_t pid)
{
    for (unsigned i = 0; i < children_count(children); i++)
        if (children_at(children, i)->pid == pid)
            return children_at(children, i);
    return NULL;
}

unsigned children_workers_running(const struct children *children)
{
    unsigned running = 0;
    for (unsigned i = 0; i < children->settings->workers; i++)
        running += children->workers[i].pid != 0;
    return running;
}
