/*
 * What the observer shows: the numbers that it was told last, and since when it knows them.
 */
#ifndef SERVER_OBSERVE_VIEW_H
#define SERVER_OBSERVE_VIEW_H

#include <stdint.h>

#include "server/channel/numbers.h"

#define VIEW_STALE_MS 10000u /* numbers that are older are no sign that the server is alive */

struct view {
    struct numbers numbers;
    uint64_t came_ms; /* when they came; 0: not yet */
    uint32_t agencies;
    const char *dialect; /* its name */
};

#endif
