/* See keys.h. */
#include "bets_file/keys.h"

#include "codec/protocol.h"

struct key_range keys_of(enum sorteo_dialect dialect)
{
    const struct protocol_field *key = protocol_field(&protocols[dialect], "KEY");
    struct key_range range = { .low = 0, .high = UINT64_MAX };
    if (key == NULL || key->size == 0 || key->interval_count == 0)
        return range;
    range = (struct key_range){ .low = key->intervals[0].low, .high = key->intervals[0].high };
    for (unsigned i = 1; i < key->interval_count; i++)
        if (key->intervals[i].high - key->intervals[i].low > range.high - range.low)
            range = (struct key_range){ .low = key->intervals[i].low, .high = key->intervals[i].high };
    return range;
}

uint64_t keys_pick(const struct key_range *range, uint64_t random)
{
    uint64_t last = range->high - range->low;
    return last == UINT64_MAX ? random : range->low + random % (last + 1);
}

uint64_t keys_after(const struct key_range *range, uint64_t key)
{
    return key == range->high ? range->low : key + 1;
}

uint64_t keys_before(const struct key_range *range, uint64_t key)
{
    return key == range->low ? range->high : key - 1;
}
