/* Segments that wait for the bytes in front of them: see capture_late.h. */
#include "tool/capture_late.h"

#include <stdlib.h>
#include <string.h>

static bool is_before(const struct late_segment *a, const struct late_segment *b)
{
    return a->begin != b->begin ? a->begin < b->begin : a->order < b->order;
}

static bool has_room(struct capture_late *late)
{
    size_t more = late->cap == 0 ? 16 : 2 * late->cap;
    struct late_segment **grown;

    if (late->count < late->cap)
        return true;
    grown = reallocarray(late->heap, more, sizeof(struct late_segment *));
    if (grown == NULL)
        return false;
    late->heap = grown;
    late->cap = more;
    return true;
}

/* Moves those up the heap that come after the segment, from the free place `at` on, and puts it
 * where the last of them was. */
static void put_upwards(struct capture_late *late, size_t at, struct late_segment *segment)
{
    while (at > 0 && is_before(segment, late->heap[(at - 1) / 2])) {
        late->heap[at] = late->heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    late->heap[at] = segment;
}

/* The same down the heap, from its top. */
static void put_downwards(struct capture_late *late, struct late_segment *segment)
{
    size_t at = 0, below;

    while ((below = 2 * at + 1) < late->count) {
        if (below + 1 < late->count && is_before(late->heap[below + 1], late->heap[below]))
            below++;
        if (!is_before(late->heap[below], segment))
            break;
        late->heap[at] = late->heap[below];
        at = below;
    }
    late->heap[at] = segment;
}

bool capture_late_add(struct capture_late *late, uint64_t begin, const uint8_t *bytes, size_t len)
{
    struct late_segment *segment = malloc(sizeof(*segment) + len);

    if (segment == NULL || !has_room(late)) {
        free(segment);
        return false;
    }
    *segment = (struct late_segment){ .begin = begin, .order = late->added++, .len = len };
    memcpy(segment->bytes, bytes, len);
    put_upwards(late, late->count++, segment);
    return true;
}

const struct late_segment *capture_late_first(const struct capture_late *late)
{
    return late->count > 0 ? late->heap[0] : NULL;
}

void capture_late_drop_first(struct capture_late *late)
{
    free(late->heap[0]);
    late->count--;
    if (late->count > 0)
        put_downwards(late, late->heap[late->count]);
}

void capture_late_fini(struct capture_late *late)
{
    for (size_t i = 0; i < late->count; i++)
        free(late->heap[i]);
    free(late->heap);
    *late = (struct capture_late){ 0 };
}
