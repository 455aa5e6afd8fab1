/* The supervisor's children: see children.h. */
#include "server/supervisor/children.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/log.h"
#include "base/memory_file.h"
#include "base/packet.h"
#include "base/system.h"
#include "server/channel/control.h"
#include "server/channel/kept_refusals.h"
#include "server/channel/passed.h"
#include "server/role/launch.h"
#include "server/supervisor/signals.h"

#define SEND_WAIT_MS 1000

#define RESTART_FIRST_MS 100u
#define RESTART_MOST_MS 5000u

static const struct child empty_slot = { .control = -1,
                                         .backoff = { .first_ms = RESTART_FIRST_MS, .most_ms = RESTART_MOST_MS } };

static bool make_store_calls(struct children *children)
{
    children->store_calls_file = memory_file_new("sorteo-calls");
    if (children->store_calls_file == -1 || ftruncate(children->store_calls_file, sizeof *children->store_calls) != 0)
        return false;
    void *word =
        mmap(NULL, sizeof *children->store_calls, PROT_READ | PROT_WRITE, MAP_SHARED, children->store_calls_file, 0);
    children->store_calls = word == MAP_FAILED ? NULL : word;
    return word != MAP_FAILED;
}

/* Only committers look into it. */
static bool make_refusals(struct children *children)
{
    children->refusals = memory_file_new("sorteo-refusals");
    return children->refusals != -1 && ftruncate(children->refusals, sizeof(struct kept_refusals)) == 0;
}

/* Only acceptors look into it. It takes memory as far as it is used. */
static bool make_passed(struct children *children)
{
    children->passed = memory_file_new("sorteo-passed");
    return children->passed != -1 &&
           ftruncate(children->passed, (off_t)passed_size(children->settings->max_connections)) == 0;
}

bool children_init(struct children *children, const struct settings *settings)
{
    *children = (struct children){ .settings = settings,
                                   .program = launch_open_program(),
                                   .tls = -1,
                                   .store_calls_file = -1,
                                   .refusals = -1,
                                   .passed = -1,
                                   .committer = empty_slot,
                                   .acceptor = empty_slot,
                                   .observer = empty_slot,
                                   .recorder = empty_slot };
    if (children->program != -1)
        children->workers = calloc(settings->workers, sizeof *children->workers);
    if (children->workers == NULL || !make_store_calls(children) || !make_refusals(children) ||
        !make_passed(children)) {
        int error = errno;
        children_fini(children);
        errno = error;
        return false;
    }
    for (unsigned i = 0; i < settings->workers; i++)
        children->workers[i] = empty_slot;
    return true;
}

static void close_if_open(int fd)
{
    if (fd != -1)
        close(fd);
}

void children_fini(struct children *children)
{
    free(children->workers);
    children->workers = NULL;
    if (children->store_calls != NULL)
        munmap((void *)(uintptr_t)children->store_calls, sizeof *children->store_calls);
    children->store_calls = NULL;
    close_if_open(children->store_calls_file);
    close_if_open(children->refusals);
    close_if_open(children->passed);
    close_if_open(children->program);
}

void child_tell_to_leave(struct child *child)
{
    if (child->control == -1)
        return;
    close(child->control);
    child->control = -1;
}

static void enter(struct child *child, pid_t pid, int control)
{
    child->pid = pid;
    child->control = control;
    child->started_ms = clock_ms();
    child->beat_ms = child->started_ms;
    child->acceptor = 0;
    child->ended_by_us = false;
}

static void cannot_start(enum child_role role)
{
    log_event(LOG_ERROR, "start_process", LOG_FAIL, "process: %s | reason: %s", child_role_name(role), strerror(errno));
}

static void close_pair(const int ends[2])
{
    close_if_open(ends[0]);
    close_if_open(ends[1]);
}

/* Starts the role of the order in this slot. Closes our copy of the child's end of its control
 * line: the child has its own. */
static bool start(struct children *children, struct child *child, const struct order *order)
{
    int control[2] = { -1, -1 };
    pid_t pid = -1;

    if (control_pair(control))
        pid = launch_role(children->program, order, control[1], signals_leave_to_supervisor);
    if (pid == -1) {
        cannot_start(order->role);
        close_pair(control);
        return false;
    }
    close(control[1]);
    enter(child, pid, control[0]);
    return true;
}

bool children_start_committer(struct children *children, bool first)
{
    struct order order;

    order_init(&order, ROLE_COMMITTER, children->settings);
    order.first = first;
    order_give(&order, ORDER_STORE_CALLS, 0, children->store_calls_file);
    order_give(&order, ORDER_REFUSALS, 0, children->refusals);
    *children->store_calls = 0;
    bool started = start(children, &children->committer, &order);
    FAULT_POINT("committer-forked");
    return started;
}

bool children_start_acceptor(struct children *children)
{
    struct order order;

    order_init(&order, ROLE_ACCEPTOR, children->settings);
    for (unsigned i = 0; i < children->listeners.count; i++)
        order_give(&order, ORDER_LISTENER, children->listeners.list[i].port, children->listeners.list[i].fd);
    order_give(&order, ORDER_PASSED, 0, children->passed);
    bool started = start(children, &children->acceptor, &order);
    FAULT_POINT("acceptor-forked");
    children->acceptors += started;
    return started;
}

bool children_start_observer(struct children *children)
{
    struct order order;

    order_init(&order, ROLE_OBSERVER, children->settings);
    for (unsigned i = 0; i < children->observed.count; i++)
        order_give(&order, ORDER_LISTENER, 0, children->observed.list[i].fd);
    return start(children, &children->observer, &order);
}

bool children_start_recorder(struct children *children)
{
    struct order order;

    order_init(&order, ROLE_RECORDER, children->settings);
    return start(children, &children->recorder, &order);
}

/* The worker first: an acceptor that has a line passes connections on. */
static bool connect_worker(struct children *children, unsigned number)
{
    const struct child *worker = &children->workers[number];
    const struct worker_name name = { .slot = number, .generation = worker->generation };
    int ends[2];
    bool done;

    if (!packet_pair(ends))
        return false;
    done = control_send(worker->control, CONTROL_HANDOFF, 0, ends[0]) &&
           control_send_worker(children->acceptor.control, CONTROL_HANDOFF, &name, ends[1]);
    close_pair(ends);
    return done;
}

void children_tell_reaped(const struct children *children, const struct child *worker)
{
    const struct worker_name name = { .slot = (uint32_t)(worker - children->workers),
                                      .generation = worker->generation };

    if (children->acceptor.control != -1)
        (void)control_send_worker(children->acceptor.control, CONTROL_REAPED, &name, -1);
}

/* The committer first: an acceptor that has a line announces connections. */
static bool connect_committer(struct children *children)
{
    int ends[2];
    bool done;

    if (!packet_pair(ends))
        return false;
    done = control_send(children->committer.control, CONTROL_ANNOUNCE, 0, ends[0]) &&
           control_send(children->acceptor.control, CONTROL_ANNOUNCE, 0, ends[1]);
    close_pair(ends);
    return done;
}

bool children_give_tls(const struct children *children, unsigned number)
{
    return children->tls == -1 ||
           control_send(children->workers[number].control, CONTROL_TLS, children->tls_size, children->tls);
}

void children_connect(struct children *children)
{
    struct child *committer = &children->committer;

    if (children->settings->serves_tls && committer->pid != 0 && children->acceptor.pid != 0 &&
        committer->acceptor != children->acceptors && connect_committer(children))
        committer->acceptor = children->acceptors;
    for (unsigned i = 0; i < children->settings->workers && children->acceptor.pid != 0; i++) {
        struct child *worker = &children->workers[i];
        if (worker->pid != 0 && worker->acceptor != children->acceptors && connect_worker(children, i))
            worker->acceptor = children->acceptors;
    }
}

/* The committer may not have looked at its control line for a while: waits a little for it. */
static bool give_channel(const struct children *children, const struct worker_name *worker, int channel)
{
    struct pollfd ready = { .fd = children->committer.control, .events = POLLOUT };
    if (control_send_worker(children->committer.control, CONTROL_CHANNEL, worker, channel))
        return true;
    return errno == EAGAIN && poll(&ready, 1, SEND_WAIT_MS) > 0 &&
           control_send_worker(children->committer.control, CONTROL_CHANNEL, worker, channel);
}

bool children_start_worker(struct children *children, unsigned number)
{
    const struct worker_name name = { .slot = number, .generation = ++children->generations };
    struct child *worker = &children->workers[number];
    int channel[2] = { -1, -1 };
    struct order order;
    bool started = false;

    order_init(&order, ROLE_WORKER, children->settings);
    order.number = number;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel) == 0 && give_channel(children, &name, channel[1])) {
        order_give(&order, ORDER_CHANNEL, 0, channel[0]);
        started = start(children, worker, &order);
    } else {
        cannot_start(ROLE_WORKER);
    }
    FAULT_POINT("worker-forked");
    close_pair(channel);
    if (!started)
        return false;
    worker->generation = name.generation;
    (void)children_give_tls(children, number); /* a new line has room */
    return true;
}

unsigned children_count(const struct children *children)
{
    const struct settings *settings = children->settings;
    return settings->workers + 2u + (settings->observe != NULL) + (settings->metrics_file != NULL);
}

struct child *children_at(struct children *children, unsigned place)
{
    if (place == 0)
        return &children->committer;
    if (place == 1)
        return &children->acceptor;
    if (place - 2 < children->settings->workers)
        return &children->workers[place - 2];
    bool is_observer = place - 2 == children->settings->workers && children->settings->observe != NULL;
    return is_observer ? &children->observer : &children->recorder;
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
