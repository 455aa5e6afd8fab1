/* The observer's process: see observer.h. */
#include "server/observe/observer.h"

#include <errno.h>
#include <poll.h>

#include "base/log.h"
#include "base/system.h"
#include "server/channel/control.h"
#include "server/observe/http.h"

struct observer {
    struct view view;
    struct http http;
    int control;
    uint64_t beat_ms;     /* how often it shows that it makes progress … */
    uint64_t beat_due_ms; /* … and when it does the next time */
};

static void beat_if_due(struct observer *observer)
{
    uint64_t now = clock_ms();

    if (now < observer->beat_due_ms)
        return;
    control_send(observer->control, CONTROL_BEAT, 0, -1);
    observer->beat_due_ms = now + observer->beat_ms;
}

static int time_to_wait_ms(struct observer *observer)
{
    uint64_t now = clock_ms();
    uint64_t beat = observer->beat_due_ms > now ? observer->beat_due_ms - now : 0;
    uint64_t http = http_wait_ms(&observer->http);

    return (int)(beat < http ? beat : http);
}

static void serve(struct observer *observer)
{
    struct pollfd fds[1 + HTTP_FDS_MAX] = { { .fd = observer->control, .events = POLLIN } };
    unsigned count = 1 + http_fds(&observer->http, fds + 1);

    while (view_hear(&observer->view, observer->control)) {
        beat_if_due(observer);
        if (poll(fds, count, time_to_wait_ms(observer)) < 0 && errno != EINTR)
            return;
        http_run(&observer->http, clock_ms());
    }
}

int observer_run(const struct settings *settings, const struct listeners *listeners, int control)
{
    static struct observer observer;
    const char *why_not = http_load();

    if (why_not != NULL) {
        log_event(LOG_ERROR, "start_process", LOG_FAIL,
                  "process: observer | reason: %s: install libmicrohttpd (Debian: libmicrohttpd12)", why_not);
        return 1;
    }
    observer.control = control;
    observer.beat_ms = control_beat_ms(settings->hang_ms, false);
    view_init(&observer.view, settings);
    if (!http_open(&observer.http, listeners, &observer.view)) {
        log_event(LOG_ERROR, "start_process", LOG_FAIL,
                  "process: observer | reason: no memory or descriptors for HTTP");
        return 1;
    }
    serve(&observer);
    http_close(&observer.http);
    return 0;
}
