/* A set of numbers: see seen.h. */
#include "seen.h"

#define SLOTS (1u << 23)
#define MOST (SLOTS / 4 * 3)

static uint64_t slots[SLOTS];
static uint64_t count;

void seen_add(uint64_t number)
{
    uint32_t slot = (uint32_t)(number >> 20) & (SLOTS - 1);

    number |= 1; /* 0 is a free slot */
    while (slots[slot] != 0 && slots[slot] != number)
        slot = (slot + 1) & (SLOTS - 1);
    if (slots[slot] == number || count == MOST)
        return;
    slots[slot] = number;
    count++;
}

uint64_t seen_count(void)
{
    return count;
}

bool seen_is_full(void)
{
    return count == MOST;
}
