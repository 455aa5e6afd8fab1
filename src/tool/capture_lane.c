/* See capture_lane.h. */
#include "tool/capture_lane.h"

#include <stdlib.h>
#include <string.h>

struct late_segment {
    struct late_segment *rest;
    uint32_t sequence;
    int64_t when_us;
    size_t len;
    uint8_t bytes[];
};

void capture_lane_syn(struct capture_lane *lane, uint32_t sequence)
{
    if (lane->is_known)
        return; /* sent again */
    lane->next = sequence + 1;
    lane->is_known = true;
}

static bool append(struct capture_lane *lane, const uint8_t *bytes, size_t len, int64_t when_us)
{
    uint8_t *grown = realloc(lane->bytes, lane->len + len);
    struct capture_mark *marks;

    if (grown == NULL)
        return false;
    lane->bytes = grown;
    marks = reallocarray(lane->marks, lane->mark_count + 1, sizeof(*marks));
    if (marks == NULL)
        return false;
    lane->marks = marks;
    memcpy(lane->bytes + lane->len, bytes, len);
    lane->len += len;
    lane->next += (uint32_t)len;
    lane->marks[lane->mark_count++] = (struct capture_mark){ .end = lane->len, .when_us = when_us };
    return true;
}

static bool keep_late(struct capture_lane *lane, uint32_t sequence, const uint8_t *bytes, size_t len, int64_t when_us)
{
    struct late_segment *late = malloc(sizeof(*late) + len);

    if (late == NULL)
        return false;
    *late = (struct late_segment){ .rest = lane->late, .sequence = sequence, .when_us = when_us, .len = len };
    memcpy(late->bytes, bytes, len);
    lane->late = late;
    return true;
}

/* How far the segment begins before the byte that is due; negative: after it. Sequence numbers go
 * round. */
static int64_t overlap(const struct capture_lane *lane, uint32_t sequence)
{
    return (int32_t)(lane->next - sequence);
}

/* Takes what is due of a segment that does not begin too late. */
static bool take_due(struct capture_lane *lane, uint32_t sequence, const uint8_t *bytes, size_t len, int64_t when_us)
{
    size_t known = (size_t)overlap(lane, sequence);

    return known >= len || append(lane, bytes + known, len - known, when_us);
}

/* Those that waited and are due now come at this time. */
static bool take_late(struct capture_lane *lane, int64_t when_us)
{
    struct late_segment **place = &lane->late;

    while (*place != NULL) {
        struct late_segment *late = *place;
        bool is_taken;

        if (overlap(lane, late->sequence) < 0) {
            place = &late->rest;
            continue;
        }
        is_taken = take_due(lane, late->sequence, late->bytes, late->len, when_us);
        *place = late->rest;
        free(late);
        if (!is_taken)
            return false;
        place = &lane->late; /* others may be due by it */
    }
    return true;
}

bool capture_lane_take(struct capture_lane *lane, uint32_t sequence, const uint8_t *bytes, size_t len, int64_t when_us)
{
    if (len == 0)
        return true;
    if (!lane->is_known)
        capture_lane_syn(lane, sequence - 1);
    if (overlap(lane, sequence) < 0)
        return keep_late(lane, sequence, bytes, len, when_us);
    return take_due(lane, sequence, bytes, len, when_us) && take_late(lane, when_us);
}

void capture_lane_end(struct capture_lane *lane)
{
    lane->has_gap = lane->late != NULL;
}

void capture_lane_fini(struct capture_lane *lane)
{
    while (lane->late != NULL) {
        struct late_segment *late = lane->late;

        lane->late = late->rest;
        free(late);
    }
    free(lane->bytes);
    free(lane->marks);
}

int64_t capture_lane_when(const struct capture_lane *lane, uint64_t end)
{
    for (size_t i = 0; i < lane->mark_count; i++) {
        if (lane->marks[i].end >= end)
            return lane->marks[i].when_us;
    }
    return lane->mark_count > 0 ? lane->marks[lane->mark_count - 1].when_us : 0;
}
