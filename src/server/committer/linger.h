/*
 * Whether a group waits a little before its commit, so that one sync serves more agencies.
 *
 * An agency sends its next batch when it has read an answer. Without a pause, the first one to come
 * back starts a commit of its own, and the others find the door shut for as long as a sync takes:
 * two groups take turns for ever. Where syncs are slow it pays to wait for those who were here a
 * moment ago; where they are fast it does not.
 *
 * Pure: no clock, no timer. The committer has those.
 */
#ifndef SERVER_COMMITTER_LINGER_H
#define SERVER_COMMITTER_LINGER_H

#include <stdint.h>

#define LINGER_WORTH_NS 300000u /* a commit that took less is not worth waiting for */

struct linger_state {
    uint64_t commit_ns;  /* what the last commit took */
    uint32_t last_peers; /* connections that had frames in the last group … */
    uint32_t expected;   /* … and in the last two: they will likely be back */
};

/* A group of so many connections was committed; `returning` of them were in the group before it,
 * too. */
void linger_committed(struct linger_state *linger, uint64_t commit_ns, uint32_t peers, uint32_t returning);

/* How many nanoseconds a group of so many connections, under way for so long, should still wait for
 * the others; 0: none. */
uint64_t linger_for_ns(const struct linger_state *linger, uint32_t peers, uint64_t under_way_ns);

#endif
