/*
 * Reassembles the bytes of one direction of a TCP connection: drops what was sent again, and keeps
 * what came early. Knows no file.
 */
#ifndef TOOL_CAPTURE_LANE_H
#define TOOL_CAPTURE_LANE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tool/capture_late.h"

/* Up to which byte of its direction a segment brought the stream, and when: microseconds after the
 * capture's first packet. */
struct capture_mark {
    size_t end;
    int64_t when_us;
};

/* One direction. */
struct capture_lane {
    uint8_t *bytes;
    size_t len;
    bool has_gap; /* bytes after these are in the capture, but some between are missing */
    struct capture_mark *marks;
    size_t mark_count;

    /* private */
    size_t cap, mark_cap; /* what there is room for */
    uint32_t next;        /* sequence number of the byte after the last */
    bool is_known;        /* next is */
    struct capture_late late;
};

/* Takes a SYN: the direction begins after this sequence number. */
void capture_lane_syn(struct capture_lane *lane, uint32_t sequence);

/* Takes a segment; the first one of a direction without SYN begins it. False if there is no
 * memory. */
bool capture_lane_take(struct capture_lane *lane, uint32_t sequence, const uint8_t *bytes, size_t len, int64_t when_us);

/* When all bytes up to `end` had come. */
int64_t capture_lane_when(const struct capture_lane *lane, uint64_t end);

/* No more segments will come. */
void capture_lane_end(struct capture_lane *lane);

void capture_lane_fini(struct capture_lane *lane);

#endif
