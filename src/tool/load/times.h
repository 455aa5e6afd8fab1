/*
 * How long answers took. Every time is kept, so that percentiles are exact.
 */
#ifndef TOOL_LOAD_TIMES_H
#define TOOL_LOAD_TIMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct time_note {
    uint64_t at_ns;   /* when the answer came, from the beginning of the run */
    uint64_t took_ns; /* from when the frame was due */
    uint32_t bets;
};

struct times {
    /* read-only */
    struct time_note *notes;
    size_t count;

    /* private */
    size_t cap;
};

/* Adds a time. Running out of memory ends the program. */
void times_add(struct times *times, const struct time_note *note);
void times_fini(struct times *times);

/* Sorts by how long answers took, shortest first; to be called before times_percentile. */
void times_sort(struct times *times);

/* The time within which this part of the answers came, in nanoseconds: 0.5 is the median, 1 the
 * longest. 0 if there are none. */
uint64_t times_percentile(const struct times *times, double part);

#endif
