/* One direction of a connection: see capture_lane.h. */
#include "tool/capture_lane.h"

#include <stdlib.h>
#include <string.h>

void capture_lane_syn(struct capture_lane *lane, uint32_t sequence)
{
    if (lane->is_known)
        return; /* sent again */
    lane->next = sequence + 1;
    lane->is_known = true;
}

/* Makes room for `count` elements: at least doubles it, so that many small segments are not copied
 * again and again. NULL if there is no memory; the elements stay as they are then. */
static void *make_room(void *elements, size_t size, size_t *cap, size_t count)
{
    size_t more = count > 2 * *cap ? count : 2 * *cap;
    void *grown = count > *cap ? reallocarray(elements, more, size) : elements;

    if (grown != NULL && count > *cap)
        *cap = more;
    return grown;
}

static bool append(struct capture_lane *lane, const uint8_t *bytes, size_t len, int64_t when_us)
{
    uint8_t *grown = make_room(lane->bytes, 1, &lane->cap, lane->len + len);
    struct capture_mark *marks;

    if (grown == NULL)
        return false;
    lane->bytes = grown;
    marks = make_room(lane->marks, sizeof(*marks), &lane->mark_cap, lane->mark_count + 1);
    if (marks == NULL)
        return false;
    lane->marks = marks;
    memcpy(lane->bytes + lane->len, bytes, len);
    lane->len += len;
    lane->next += (uint32_t)len;
    lane->marks[lane->mark_count++] = (struct capture_mark){ .end = lane->len, .when_us = when_us };
    return true;
}

/* Where in the direction a segment begins; negative: before its first byte. Sequence numbers go
 * round. */
static int64_t begin_of(const struct capture_lane *lane, uint32_t sequence)
{
    return (int64_t)lane->len + (int32_t)(sequence - lane->next);
}

/* Takes what is due of a segment that does not begin too late. */
static bool take_due(struct capture_lane *lane, int64_t begin, const uint8_t *bytes, size_t len, int64_t when_us)
{
    size_t known = (size_t)((int64_t)lane->len - begin);

    return known >= len || append(lane, bytes + known, len - known, when_us);
}

/* Those that waited and are due now come at this time. */
static bool take_late(struct capture_lane *lane, int64_t when_us)
{
    const struct late_segment *first;

    while ((first = capture_late_first(&lane->late)) != NULL && first->begin <= lane->len) {
        if (!take_due(lane, (int64_t)first->begin, first->bytes, first->len, when_us))
            return false;
        capture_late_drop_first(&lane->late);
    }
    return true;
}

bool capture_lane_take(struct capture_lane *lane, uint32_t sequence, const uint8_t *bytes, size_t len, int64_t when_us)
{
    int64_t begin;

    if (len == 0)
        return true;
    if (!lane->is_known)
        capture_lane_syn(lane, sequence - 1);
    begin = begin_of(lane, sequence);
    if (begin > (int64_t)lane->len)
        return capture_late_add(&lane->late, (uint64_t)begin, bytes, len);
    return take_due(lane, begin, bytes, len, when_us) && take_late(lane, when_us);
}

void capture_lane_end(struct capture_lane *lane)
{
    lane->has_gap = lane->late.count > 0;
}

void capture_lane_fini(struct capture_lane *lane)
{
    capture_late_fini(&lane->late);
    free(lane->bytes);
    free(lane->marks);
}

int64_t capture_lane_when(const struct capture_lane *lane, uint64_t end)
{
    size_t low = 0, high = lane->mark_count;

    if (lane->mark_count == 0)
        return 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (lane->marks[middle].end < end)
            low = middle + 1;
        else
            high = middle;
    }
    return lane->marks[low < lane->mark_count ? low : lane->mark_count - 1].when_us;
}
