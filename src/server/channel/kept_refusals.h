/*
 * Kept refusals: whose bytes were refused (lottery/refusals.h), in memory that outlives the
 * committer, so that the next one knows it (protocol, section 6: "since the server's start").
 *
 * Committers map the same file, one after the other; no other process looks into it. A committer
 * may die at any moment, so there are two copies, and a word that says which one is whole.
 */
#ifndef SERVER_CHANNEL_KEPT_REFUSALS_H
#define SERVER_CHANNEL_KEPT_REFUSALS_H

#include <stdatomic.h>
#include <stdint.h>

#include "lottery/refusals.h"

/* All zeros: nothing was refused. */
struct kept_refusals {
    _Atomic uint32_t written; /* how often; an odd number: the second copy is whole */
    struct refusals copies[2];
};

void kept_refusals_write(struct kept_refusals *kept, const struct refusals *refusals);
void kept_refusals_read(const struct kept_refusals *kept, struct refusals *refusals);

#endif
