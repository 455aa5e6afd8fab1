/* A set of numbers that were seen: open addressing, all zeros when it is new. Knows nothing of what
 * they stand for. */
#ifndef CRASH_SEEN_H
#define CRASH_SEEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct seen {
    uint64_t *slots; /* 0: free */
    size_t cap;      /* a power of two */
    size_t count;
};

/* True if the number is new. */
bool seen_add(struct seen *seen, uint64_t number);
void seen_free(struct seen *seen);

#endif
