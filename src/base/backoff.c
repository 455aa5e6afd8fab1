/* See backoff.h. */
#include "base/backoff.h"

uint64_t backoff_next(struct backoff *backoff)
{
    if (backoff->wait_ms == 0)
        backoff->wait_ms = backoff->first_ms;
    else if (backoff->wait_ms < backoff->most_ms / 2 + backoff->most_ms % 2)
        backoff->wait_ms *= 2;
    else
        backoff->wait_ms = backoff->most_ms;
    return backoff->wait_ms;
}

void backoff_reset(struct backoff *backoff)
{
    backoff->wait_ms = 0;
}

/* splitmix64 */
uint64_t backoff_jitter(uint64_t *random, uint64_t wait_ms)
{
    uint64_t mixed = *random += UINT64_C(0x9e3779b97f4a7c15);
    mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94d049bb133111eb);
    return wait_ms - (mixed ^ (mixed >> 31)) % (wait_ms / 2 + 1);
}
