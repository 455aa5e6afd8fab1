/*
 * The commit delay: whether a group waits a little before its commit, so that one sync serves more
 * agencies.
 *
 * An agency sends its next batch when it has read an answer. Without a pause, the first one to come
 * back starts a commit of its own, and the others wait for as long as a sync takes: two groups take
 * turns for ever. Where syncs are slow it pays to wait for the agencies of the last group; where
 * they are fast it does not.
 *
 * Pure: no clock, no timer. Its caller has those.
 */
#ifndef SERVER_COMMITTER_COMMIT_DELAY_H
#define SERVER_COMMITTER_COMMIT_DELAY_H

#include <stdint.h>

#define COMMIT_DELAY_WORTH_NS 300000u /* a commit that took less is not worth waiting for */

struct commit_delay {
    uint64_t commit_ns;  /* what the last commit took */
    uint32_t last_peers; /* connections that had requests in the last group … */
    uint32_t expected;   /* … and in the last two: they will likely be back */
};

/* A group of this many connections was committed; `returning` of them were in the group before it,
 * too. */
void commit_delay_learn(struct commit_delay *delay, uint64_t commit_ns, uint32_t peers, uint32_t returning);

/* How many more nanoseconds a group of this many connections and this age should wait for the
 * others; 0: none. */
uint64_t commit_delay_ns(const struct commit_delay *delay, uint32_t peers, uint64_t under_way_ns);

#endif
