/* Waiting a little before a commit: see linger.h. */
#include "server/committer/linger.h"

#define SHARE 2 /* of a commit's time is waited at the most */

void linger_committed(struct linger_state *linger, uint64_t commit_ns, uint32_t peers, uint32_t returning)
{
    linger->expected = peers + linger->last_peers - returning;
    linger->last_peers = peers;
    linger->commit_ns = commit_ns;
}

uint64_t linger_for_ns(const struct linger_state *linger, uint32_t peers, uint64_t under_way_ns)
{
    const uint64_t most = linger->commit_ns / SHARE;

    if (linger->commit_ns < LINGER_WORTH_NS || peers >= linger->expected || under_way_ns >= most)
        return 0;
    return most - under_way_ns;
}
