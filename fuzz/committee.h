/*
 * The committer's part of the target `session`: requests in a queue, judged in groups by the real
 * judge and by the model, and then told to the sessions; and what a lost store or a crash leaves.
 * Part of world.h's implementation.
 */
#ifndef FUZZ_COMMITTEE_H
#define FUZZ_COMMITTEE_H

#include "client.h"
#include "server/committer/group.h"
#include "store/memory/memory_store.h"

#define COMMITTEE_QUEUE 512u

struct committee_request {
    struct client *client;
    const struct model_frame *frame; /* NULL: it asks for winners … */
    uint32_t round, from;            /* … of a round, from an index on */
};

struct committee {
    struct memory_store store;
    struct judge judge;
    struct group group;
    struct model model;
    struct committee_request queue[COMMITTEE_QUEUE];
    size_t queued;
    /* of the group under way */
    struct model_verdict verdicts[COMMITTEE_QUEUE];
};

void committee_init(struct committee *committee, enum sorteo_dialect dialect, uint8_t agencies,
                    uint16_t winning_number);
void committee_fini(struct committee *committee);

void committee_ask(struct committee *committee, const struct committee_request *request);

/* Judges at most so many requests as one group, whose store fails as told, and tells the clients.
 * False if there was none. */
bool committee_commit(struct committee *committee, struct client *clients, int client_count, size_t most,
                      enum memory_fault fault, unsigned writes, uint64_t now_ms);

/* The process died: only what is durable is left. */
void committee_crash(struct committee *committee);

/* States and bets are the model's, or a property is violated. */
void committee_check(const struct committee *committee);

#endif
