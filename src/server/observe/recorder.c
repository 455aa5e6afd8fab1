/* The recorder's process: see recorder.h. */
#include "server/observe/recorder.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/system.h"
#include "server/channel/control.h"
#include "server/observe/openmetrics.h"
#include "server/observe/view.h"

#define WRITE_MS 1000u

struct recorder {
    struct view view;
    const char *path;
    char unfinished[PATH_MAX]; /* the name that the file has until it is whole */
    int failed_with;           /* errno, as the log has said; 0: it did not fail */
};

/* ---- The file -------------------------------------------------------------------------------- */

/* Numbers need no sync: after a crash the next ones come. False with errno set. */
static bool write_file(const struct recorder *recorder, const char *text, size_t len)
{
    int fd = open(recorder->unfinished, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);

    if (fd == -1)
        return false;
    bool done = write_all(fd, text, len);
    int error = errno;
    close(fd);
    errno = error;
    return done && rename(recorder->unfinished, recorder->path) == 0;
}

/* Once, and once more when it works again. */
static void report(struct recorder *recorder, int error)
{
    char text[256];

    if (error == recorder->failed_with)
        return;
    recorder->failed_with = error;
    (void)log_clean(text, sizeof text, recorder->path);
    if (error != 0)
        log_event(LOG_WARNING, "metrics_file", LOG_FAIL, "path: %s | reason: %s", text, strerror(error));
    else
        log_event(LOG_INFO, "metrics_file", LOG_SUCCESS, "path: %s", text);
}

static void record(struct recorder *recorder)
{
    size_t len = 0;
    char *text = openmetrics_text(&recorder->view, METRICS_PLAIN, &len);

    if (text == NULL)
        report(recorder, ENOMEM);
    else
        report(recorder, write_file(recorder, text, len) ? 0 : errno);
    free(text);
}

/* ---- The process ----------------------------------------------------------------------------- */

/* What was heard since the last time is written, and the supervisor told that all is well. */
static void serve(struct recorder *recorder, int control)
{
    struct pollfd line = { .fd = control, .events = POLLIN };
    uint64_t due_ms = 0, written_ms = 0;

    while (view_hear(&recorder->view, control)) {
        uint64_t now = clock_ms();
        if (now >= due_ms && recorder->view.came_ms > written_ms) {
            written_ms = now;
            due_ms = now + WRITE_MS;
            record(recorder);
            control_send(control, CONTROL_BEAT, 0, -1);
        }
        if (poll(&line, 1, WRITE_MS) < 0 && errno != EINTR)
            return;
    }
    record(recorder);
}

int recorder_run(const struct settings *settings, int control)
{
    static struct recorder recorder;
    int len = snprintf(recorder.unfinished, sizeof recorder.unfinished, "%s.new", settings->metrics_file);

    recorder.path = settings->metrics_file;
    view_init(&recorder.view, settings);
    if (len < 0 || (size_t)len >= sizeof recorder.unfinished) {
        report(&recorder, ENAMETOOLONG);
        return 1;
    }
    serve(&recorder, control);
    return 0;
}
