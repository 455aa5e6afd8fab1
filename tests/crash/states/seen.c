/* A set of numbers: see seen.h. */
#include "seen.h"

#include <stdlib.h>

/* The slot that holds the number, or the free one that it belongs into. */
static uint64_t *find(const struct seen *seen, uint64_t number)
{
    size_t slot = (size_t)(number ^ number >> 32) & (seen->cap - 1);

    while (seen->slots[slot] != 0 && seen->slots[slot] != number)
        slot = (slot + 1) & (seen->cap - 1);
    return &seen->slots[slot];
}

static void grow(struct seen *seen)
{
    struct seen grown = { .cap = seen->cap == 0 ? 1024 : 2 * seen->cap, .count = seen->count };

    grown.slots = calloc(grown.cap, sizeof *grown.slots);
    if (grown.slots == NULL)
        abort();
    for (size_t i = 0; i < seen->cap; i++)
        if (seen->slots[i] != 0)
            *find(&grown, seen->slots[i]) = seen->slots[i];
    free(seen->slots);
    *seen = grown;
}

bool seen_add(struct seen *seen, uint64_t number)
{
    uint64_t *slot;

    if (2 * seen->count >= seen->cap)
        grow(seen);
    number += number == 0;
    slot = find(seen, number);
    if (*slot == number)
        return false;
    *slot = number;
    seen->count++;
    return true;
}

void seen_free(struct seen *seen)
{
    free(seen->slots);
    *seen = (struct seen){ 0 };
}
