/*
 * Segments of one direction that came before the bytes in front of them: a heap, from which they
 * are taken in the order of the direction. Of two that begin at the same byte, the one that was
 * added first comes first.
 */
#ifndef TOOL_CAPTURE_LATE_H
#define TOOL_CAPTURE_LATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct late_segment {
    uint64_t begin; /* of its bytes, in the direction */
    uint64_t order; /* in which it was added */
    size_t len;
    uint8_t bytes[];
};

struct capture_late {
    /* read-only */
    size_t count;
    /* private */
    struct late_segment **heap; /* each before those at twice its index, plus 1 and plus 2 */
    size_t cap;
    uint64_t added;
};

/* Adds a copy. False if there is no memory. */
bool capture_late_add(struct capture_late *late, uint64_t begin, const uint8_t *bytes, size_t len);

/* The first of them, good until the next call; NULL if there is none. */
const struct late_segment *capture_late_first(const struct capture_late *late);

/* There must be one. */
void capture_late_drop_first(struct capture_late *late);

void capture_late_fini(struct capture_late *late);

#endif
