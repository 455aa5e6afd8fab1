/* See times.h. */
#include "tool/load/times.h"

#include <stdlib.h>

void times_add(struct times *times, const struct time_note *note)
{
    if (times->count == times->cap) {
        times->cap = times->cap == 0 ? 4096 : 2 * times->cap;
        times->notes = reallocarray(times->notes, times->cap, sizeof *times->notes);
        if (times->notes == NULL)
            abort();
    }
    times->notes[times->count++] = *note;
}

void times_fini(struct times *times)
{
    free(times->notes);
    *times = (struct times){ .notes = NULL };
}

static int by_length(const void *a, const void *b)
{
    const struct time_note *left = a, *right = b;

    return (left->took_ns > right->took_ns) - (left->took_ns < right->took_ns);
}

void times_sort(struct times *times)
{
    if (times->count > 0)
        qsort(times->notes, times->count, sizeof *times->notes, by_length);
}

uint64_t times_percentile(const struct times *times, double part)
{
    size_t place = (size_t)((double)times->count * part);

    if (times->count == 0)
        return 0;
    return times->notes[place < times->count ? place : times->count - 1].took_ns;
}
