/*
 * The committer's part of the target `session`: requests in a queue, judged in groups by the real
 * judge and by the model, and then told to the sessions; and what a lost store or a crash leaves.
 * Part of world.h's implementation.
 */
#ifndef FUZZ_COMMITTER_H
#define FUZZ_COMMITTER_H

#include "client.h"
#include "server/committer/commit_group.h"
#include "store/memory/memory_store.h"

#define COMMITTER_QUEUE 512u

struct committer_request {
    struct client *client;
    const struct model_frame *frame; /* NULL: it asks for winners … */
    uint32_t round, from;            /* … of a round, from an index on */
};

struct committer {
    struct memory_store store;
    struct judge judge;
    struct commit_group group;
    struct model model;
    struct committer_request queue[COMMITTER_QUEUE];
    size_t queued;
    /* of the group under way */
    struct model_verdict verdicts[COMMITTER_QUEUE];
};

void committer_init(struct committer *committer, enum sorteo_dialect dialect, uint8_t agencies,
                    uint16_t winning_number);
void committer_fini(struct committer *committer);

void committer_ask(struct committer *committer, const struct committer_request *request);

/* Judges at most so many requests as one group, whose store fails as told, and tells the clients.
 * False if there was none. */
bool committer_commit(struct committer *committer, struct client *clients, int client_count, size_t most,
                      enum memory_fault fault, unsigned writes, uint64_t now_ms);

/* The process died: only what is durable is left. */
void committer_crash(struct committer *committer);

/* States and bets are the model's, or a property is violated. */
void committer_check(const struct committer *committer);

#endif
