/* Refusals that outlive the committer: see kept_refusals.h. */
#include "server/channel/kept_refusals.h"

/* The word is written last. */
void kept_refusals_write(struct kept_refusals *kept, const struct refusals *refusals)
{
    uint32_t written = atomic_load(&kept->written) + 1;

    kept->copies[written % 2] = *refusals;
    atomic_store(&kept->written, written);
}

void kept_refusals_read(const struct kept_refusals *kept, struct refusals *refusals)
{
    *refusals = kept->copies[atomic_load(&kept->written) % 2];
}
