/* See capture_index.h. The tree is the C library's. */
#include "tool/capture_index.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

struct newest {
    uint8_t low[CAPTURE_END_SIZE], high[CAPTURE_END_SIZE]; /* the ends, in an order that no direction changes */
    size_t connection;
};

static struct newest newest_of(const uint8_t *a, const uint8_t *b)
{
    bool in_order = memcmp(a, b, CAPTURE_END_SIZE) <= 0;
    struct newest newest = { .connection = 0 };

    memcpy(newest.low, in_order ? a : b, CAPTURE_END_SIZE);
    memcpy(newest.high, in_order ? b : a, CAPTURE_END_SIZE);
    return newest;
}

static int compare(const void *a, const void *b)
{
    const struct newest *one = a, *other = b;
    int low = memcmp(one->low, other->low, CAPTURE_END_SIZE);

    return low != 0 ? low : memcmp(one->high, other->high, CAPTURE_END_SIZE);
}

static struct newest *find(const struct capture_index *index, const struct newest *key)
{
    struct newest *const *node = tfind(key, &index->root, compare);
    return node != NULL ? *node : NULL;
}

static bool add(struct capture_index *index, const struct newest *newest)
{
    struct newest *kept = malloc(sizeof *kept);

    if (kept == NULL)
        return false;
    *kept = *newest;
    if (tsearch(kept, &index->root, compare) != NULL)
        return true;
    free(kept);
    return false;
}

bool capture_index_set(struct capture_index *index, const uint8_t a[static CAPTURE_END_SIZE],
                       const uint8_t b[static CAPTURE_END_SIZE], size_t connection)
{
    struct newest newest = newest_of(a, b);
    struct newest *known = find(index, &newest);

    newest.connection = connection;
    if (known == NULL)
        return add(index, &newest);
    *known = newest;
    return true;
}

bool capture_index_find(const struct capture_index *index, const uint8_t a[static CAPTURE_END_SIZE],
                        const uint8_t b[static CAPTURE_END_SIZE], size_t *connection)
{
    const struct newest key = newest_of(a, b);
    const struct newest *known = find(index, &key);

    if (known != NULL)
        *connection = known->connection;
    return known != NULL;
}

void capture_index_clear(struct capture_index *index)
{
    tdestroy(index->root, free);
    index->root = NULL;
}
