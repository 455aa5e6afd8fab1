/* Accepting connections: see accept.h. */
#include "server/acceptor/accept.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/log.h"
#include "base/socket_options.h"
#include "base/system.h"

#define ACCEPT_AT_ONCE 16    /* in one turn, so that open connections are served, too */
#define ACCEPT_AGAIN_MS 500u /* after the system had no descriptor left */
#define SAY_AGAIN_MS 10000u  /* how often at most the log says that no more are accepted */
#define NOTSENT_BYTES 128    /* the system says that it takes more while it holds back fewer than half of it */

static void tune(int fd)
{
    socket_send_at_once(fd);
    socket_set(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, NOTSENT_BYTES);
    socket_keep_alive(fd);
}

static void pause_accepting(struct accept *accept)
{
    accept->accepting = false;
    for (unsigned i = 0; i < accept->watch_count; i++)
        uv_poll_stop(&accept->watches[i].poll);
}

static void on_again(uv_timer_t *timer)
{
    accept_resume(timer->data);
}

/* Errors of accept4 that are not the connection's fault. */
static bool is_short_of_something(int code)
{
    return code == EMFILE || code == ENFILE || code == ENOBUFS || code == ENOMEM;
}

static void pause_for(struct accept *accept, const char *reason)
{
    uint64_t now = clock_ms();
    pause_accepting(accept);
    if (accept->full_said_ms != 0 && now - accept->full_said_ms < SAY_AGAIN_MS)
        return;
    accept->full_said_ms = now;
    log_event(LOG_WARNING, "accept", LOG_FAIL, "reason: %s", reason);
}

static void on_listener(uv_poll_t *poll, int status, int events)
{
    struct accept_watch *watch = poll->data;
    struct accept *accept = watch->accept;

    (void)events;
    for (unsigned i = 0; i < ACCEPT_AT_ONCE && status >= 0 && accept->accepting; i++) {
        enum accept_room room = accept->room(accept->owner);
        if (room == ACCEPT_FULL)
            pause_for(accept, "connection limit reached");
        else if (room == ACCEPT_LATER)
            pause_accepting(accept);
        if (room != ACCEPT_NOW)
            return;
        int fd = accept4(watch->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            tune(fd);
            accept->on_connection(accept->owner, fd, watch->port);
        } else if (is_short_of_something(errno)) {
            pause_for(accept, strerror(errno));
            uv_timer_start(&accept->again, on_again, ACCEPT_AGAIN_MS, 0);
            return;
        } else if (errno == EAGAIN) {
            return;
        }
    }
}

bool accept_start(struct accept *accept, uv_loop_t *loop, const struct listeners *listeners)
{
    uv_timer_init(loop, &accept->again);
    accept->again.data = accept;
    for (unsigned i = 0; i < listeners->count; i++) {
        struct accept_watch *watch = &accept->watches[i];
        *watch =
            (struct accept_watch){ .accept = accept, .fd = listeners->list[i].fd, .port = listeners->list[i].port };
        if (uv_poll_init(loop, &watch->poll, watch->fd) != 0)
            return false;
        watch->poll.data = watch;
        accept->watch_count++;
    }
    accept_resume(accept);
    return true;
}

void accept_resume(struct accept *accept)
{
    if (accept->accepting || accept->stopped || accept->room(accept->owner) != ACCEPT_NOW)
        return;
    accept->accepting = true;
    for (unsigned i = 0; i < accept->watch_count; i++)
        uv_poll_start(&accept->watches[i].poll, UV_READABLE, on_listener);
}

void accept_stop(struct accept *accept)
{
    pause_accepting(accept);
    accept->stopped = true;
    uv_timer_stop(&accept->again);
    for (unsigned i = 0; i < accept->watch_count; i++) {
        uv_close((uv_handle_t *)&accept->watches[i].poll, NULL);
        close(accept->watches[i].fd);
    }
    accept->watch_count = 0;
}
