/*
 * The bytes of one direction of a TCP connection, put in order: what came again is dropped, what
 * came early waits. Knows no file.
 */
#ifndef TOOL_CAPTURE_LANE_H
#define TOOL_CAPTURE_LANE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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
    bool has_gap; /* more was sent, and something before it is not in the capture */
    struct capture_mark *marks;
    size_t mark_count;

    /* private */
    uint32_t next; /* sequence number of the byte after the last */
    bool is_known; /* next is */
    struct late_segment *late;
};

/* The direction begins after this sequence number: a SYN. */
void capture_lane_syn(struct capture_lane *lane, uint32_t sequence);

/* Takes a segment; the first one of a direction without SYN begins it. False if there is no
 * memory. */
bool capture_lane_take(struct capture_lane *lane, uint32_t sequence, const uint8_t *bytes, size_t len, int64_t when_us);

/* When all bytes up to `end` had come. */
int64_t capture_lane_when(const struct capture_lane *lane, uint64_t end);

/* Nothing comes any more. */
void capture_lane_end(struct capture_lane *lane);

void capture_lane_fini(struct capture_lane *lane);

#endif
