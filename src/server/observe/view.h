/*
 * What the observer and the recorder know: the numbers that the supervisor told them last, and
 * since when.
 */
#ifndef SERVER_OBSERVE_VIEW_H
#define SERVER_OBSERVE_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "server/channel/numbers.h"
#include "server/settings.h"

#define VIEW_STALE_MS 10000u /* numbers that are older are no sign that the server is alive */

struct view {
    struct numbers numbers;
    uint64_t came_ms; /* when they came; 0: not yet */
    uint32_t agencies;
    const char *dialect; /* its name */
};

/* Of a view that is all zeros. */
void view_init(struct view *view, const struct settings *settings);

/* Takes what has come over the control line; never blocks. False at its end: the process leaves. */
bool view_hear(struct view *view, int control);

#endif
