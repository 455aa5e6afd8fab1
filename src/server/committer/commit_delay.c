/* How long a commit is delayed: see commit_delay.h. */
#include "server/committer/commit_delay.h"

#define SHARE 2 /* of a commit's time is waited at the most */

void commit_delay_learn(struct commit_delay *delay, uint64_t commit_ns, uint32_t peers, uint32_t returning)
{
    delay->expected = peers + delay->last_peers - returning;
    delay->last_peers = peers;
    delay->commit_ns = commit_ns;
}

uint64_t commit_delay_ns(const struct commit_delay *delay, uint32_t peers, uint64_t under_way_ns)
{
    const uint64_t most = delay->commit_ns / SHARE;

    if (delay->commit_ns < COMMIT_DELAY_WORTH_NS || peers >= delay->expected || under_way_ns >= most)
        return 0;
    return most - under_way_ns;
}
