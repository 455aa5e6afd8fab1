/* Whose unfinished frame has to go: see unfinished.h. */
#include "server/worker/unfinished.h"

#include <stdlib.h>

/* Frames of an address side by side, those of connections that never had one taken in front. */
static int compare(const void *one, const void *other)
{
    const struct unfinished *left = one, *right = other;

    if (left->taken != right->taken)
        return left->taken ? 1 : -1;
    return (left->address > right->address) - (left->address < right->address);
}

static bool is_beside(const struct unfinished *one, const struct unfinished *other)
{
    return one->taken == other->taken && one->address == other->address;
}

const struct unfinished *unfinished_choose(struct unfinished *frames, size_t count)
{
    const struct unfinished *chosen = NULL;
    uint64_t most = 0;

    qsort(frames, count, sizeof *frames, compare);
    for (size_t first = 0, next; first < count && frames[first].taken == frames[0].taken; first = next) {
        const struct unfinished *largest = &frames[first];
        uint64_t bytes = 0;
        for (next = first; next < count && is_beside(&frames[first], &frames[next]); next++) {
            bytes += frames[next].bytes;
            if (frames[next].bytes > largest->bytes)
                largest = &frames[next];
        }
        if (bytes > most) {
            most = bytes;
            chosen = largest;
        }
    }
    return chosen;
}
