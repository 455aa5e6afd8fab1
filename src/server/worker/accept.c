/* Accepting connections: see accept.h. */
#include "server/worker/accept.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/log.h"
#include "base/system.h"

#define ACCEPT_AT_ONCE 16    /* in one turn, so that those who are here are served too */
#define ACCEPT_AGAIN_MS 500u /* after the system had no descriptor left */
#define SAY_AGAIN_MS 10000u  /* a full worker pauses at each connection that ends: the log hears of it seldom */
#define NOTSENT_BYTES 128    /* the system says that it takes more while it holds back fewer than half of it */
#define KEEPALIVE_IDLE_S 30  /* an agency that waits and is gone is found out within about a minute */
#define KEEPALIVE_INTERVAL_S 10
#define KEEPALIVE_COUNT 3

static void set_number(int fd, int level, int option, int value)
{
    setsockopt(fd, level, option, &value, sizeof value);
}

static void tune(int fd)
{
    set_number(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    set_number(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, NOTSENT_BYTES);
    set_number(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    set_number(fd, IPPROTO_TCP, TCP_KEEPIDLE, KEEPALIVE_IDLE_S);
    set_number(fd, IPPROTO_TCP, TCP_KEEPINTVL, KEEPALIVE_INTERVAL_S);
    set_number(fd, IPPROTO_TCP, TCP_KEEPCNT, KEEPALIVE_COUNT);
}

static uint32_t free_slot(struct worker *worker)
{
    while (worker->slots[worker->slot_next] != NULL)
        worker->slot_next = (worker->slot_next + 1) % worker->slot_count;
    return worker->slot_next;
}

static void take(struct worker *worker, int fd, uint8_t port, uint64_t accepted_ns)
{
    uint32_t slot = free_slot(worker);
    uint64_t id = (uint64_t)++worker->generation << 32 | slot;
    struct connection *connection;

    tune(fd);
    connection = connection_open(worker, fd, port, id, accepted_ns);
    if (connection == NULL) {
        log_event(LOG_ERROR, "accept", LOG_FAIL, "reason: no memory for a connection");
        close(fd);
        return;
    }
    worker->slots[slot] = connection;
    worker->open++;
    FAULT_POINT("connection-accepted");
    session_hold(&connection->session, worker->congested, clock_ms());
    connection_update(connection);
}

static void pause_accepting(struct worker *worker)
{
    worker->accepting = false;
    for (unsigned port = 0; port < WORKER_PORTS; port++)
        if (worker->listeners[port].fd != -1)
            uv_poll_stop(&worker->listeners[port].poll);
}

static void on_accept_again(uv_timer_t *timer)
{
    accept_resume(timer->data);
}

static bool has_room(const struct worker *worker)
{
    return worker->open < worker->slot_count;
}

/* What accept4 says when it is not this connection's fault. */
static bool is_short_of_something(int code)
{
    return code == EMFILE || code == ENFILE || code == ENOBUFS || code == ENOMEM;
}

static void pause_for(struct worker *worker, const char *reason)
{
    uint64_t now = clock_ms();
    pause_accepting(worker);
    if (worker->full_said_ms != 0 && now - worker->full_said_ms < SAY_AGAIN_MS)
        return;
    worker->full_said_ms = now;
    log_event(LOG_WARNING, "accept", LOG_FAIL, "reason: %s | connections: %u", reason, worker->open);
}

static void on_listener(uv_poll_t *poll, int status, int events)
{
    struct listener_watch *listener = poll->data;
    struct worker *worker = listener->worker;

    (void)events;
    for (unsigned i = 0; i < ACCEPT_AT_ONCE && status >= 0 && worker->accepting; i++) {
        if (!has_room(worker)) {
            pause_for(worker, "as many connections as it may hold");
            return;
        }
        /* Looked at before: a worker that is stopped behind accept4 must not call an old connection
         * new when it wakes up. A new one that is called old, because it was stopped here, is
         * closed, and its peer comes back. */
        uint64_t accepted_ns = clock_ns();
        int fd = accept4(listener->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            FAULT_POINT("connection-taken");
            take(worker, fd, listener->port, accepted_ns);
        } else if (is_short_of_something(errno)) {
            pause_for(worker, strerror(errno));
            uv_timer_start(&worker->accept_again, on_accept_again, ACCEPT_AGAIN_MS, 0);
            return;
        } else if (errno == EAGAIN) {
            return;
        }
    }
}

bool accept_start(struct worker *worker, const int listeners[WORKER_PORTS])
{
    for (uint8_t port = 0; port < WORKER_PORTS; port++) {
        struct listener_watch *listener = &worker->listeners[port];
        *listener = (struct listener_watch){ .worker = worker, .fd = listeners[port], .port = port };
        if (listener->fd == -1)
            continue;
        if (uv_poll_init(&worker->loop, &listener->poll, listener->fd) != 0)
            return false;
        listener->poll.data = listener;
    }
    accept_resume(worker);
    return true;
}

void accept_resume(struct worker *worker)
{
    if (worker->accepting || worker->stopping || !has_room(worker))
        return;
    worker->accepting = true;
    for (unsigned port = 0; port < WORKER_PORTS; port++)
        if (worker->listeners[port].fd != -1)
            uv_poll_start(&worker->listeners[port].poll, UV_READABLE, on_listener);
}

void accept_stop(struct worker *worker)
{
    pause_accepting(worker);
    uv_timer_stop(&worker->accept_again);
    for (unsigned port = 0; port < WORKER_PORTS; port++) {
        if (worker->listeners[port].fd == -1)
            continue;
        uv_close((uv_handle_t *)&worker->listeners[port].poll, NULL);
        close(worker->listeners[port].fd);
        worker->listeners[port].fd = -1;
    }
}
