/* The recorder's process: see recorder.h. */
#include "server/observe/recorder.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/system.h"
#include "server/channel/control.h"
#include "server/observe/metrics_file.h"
#include "server/observe/openmetrics.h"
#include "server/observe/view.h"

#define WRITE_MS 1000u

struct recorder {
    struct view view;
    struct metrics_file file;
    char reason[128]; /* why it failed, as the log has said; "": it did not */
};

/* ---- The file -------------------------------------------------------------------------------- */

/* Said once, and once more when it works again. `why`: NULL if it works. */
static void report(struct recorder *recorder, const char *why)
{
    char path[256], reason[sizeof recorder->reason];

    (void)snprintf(reason, sizeof reason, "%s", why != NULL ? why : "");
    if (strcmp(reason, recorder->reason) == 0)
        return;
    memcpy(recorder->reason, reason, sizeof reason);
    (void)log_clean(path, sizeof path, recorder->file.path);
    if (why != NULL)
        log_event(LOG_WARNING, "metrics_file", LOG_FAIL, "path: %s | reason: %s", path, reason);
    else
        log_event(LOG_INFO, "metrics_file", LOG_SUCCESS, "path: %s", path);
}

static void record(struct recorder *recorder)
{
    size_t len = 0;
    char *text = openmetrics_text(&recorder->view, METRICS_PLAIN, &len);

    report(recorder, text != NULL ? metrics_file_write(&recorder->file, text, len) : "out of memory");
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

    view_init(&recorder.view, settings);
    if (!metrics_file_init(&recorder.file, settings->metrics_file)) {
        report(&recorder, strerror(ENAMETOOLONG));
        return 1;
    }
    serve(&recorder, control);
    return 0;
}
