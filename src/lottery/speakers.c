/* Claims: see claims.h. */
#include "lottery/speakers.h"

static bool is_same(const struct claim *one, const struct claim *other)
{
    return one->channel == other->channel && one->connection == other->connection;
}

bool claims_is_older(const struct claims *claims, unsigned port, uint8_t agency, const struct claim *claim)
{
    const struct claim *newest = &claims->newest[port][agency];
    return !is_same(newest, claim) && claim->accepted_ns < newest->accepted_ns;
}

bool claims_take(struct claims *claims, unsigned port, uint8_t agency, const struct claim *claim, struct claim *before)
{
    struct claim *newest = &claims->newest[port][agency];
    bool replaces = newest->accepted_ns != 0 && !is_same(newest, claim);
    if (replaces)
        *before = *newest;
    *newest = *claim;
    return replaces;
}
