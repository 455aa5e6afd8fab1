/* A timer with nanoseconds: see fine_timer.h. */
#include "server/committer/fine_timer.h"

#include <sys/timerfd.h>
#include <unistd.h>

#define NS_PER_S 1000000000u

static void on_expired(uv_poll_t *poll, int status, int events)
{
    struct fine_timer *timer = poll->data;
    uint64_t expirations;

    (void)status;
    (void)events;
    (void)!read(timer->fd, &expirations, sizeof expirations); /* so that it is not readable any more */
}

bool fine_timer_open(struct fine_timer *timer, uv_loop_t *loop)
{
    timer->is_set = false;
    timer->fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (timer->fd == -1)
        return false;
    if (uv_poll_init(loop, &timer->poll, timer->fd) != 0) {
        close(timer->fd);
        return false;
    }
    timer->poll.data = timer;
    uv_poll_start(&timer->poll, UV_READABLE, on_expired);
    return true;
}

bool fine_timer_set(struct fine_timer *timer, uint64_t ns)
{
    const struct itimerspec spec = { .it_value = { .tv_sec = (time_t)(ns / NS_PER_S),
                                                   .tv_nsec = (long)(ns % NS_PER_S) } };

    if (ns == 0 && !timer->is_set)
        return true; /* the common case costs no system call */
    timer->is_set = ns > 0;
    return timerfd_settime(timer->fd, 0, &spec, NULL) == 0;
}
