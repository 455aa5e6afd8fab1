/*
 * A commit group: the requests of all workers that go into one transaction (group commit).
 *
 * Requests are judged as they arrive, and no result is sent. Then the group is committed, and its
 * results are sent only after the commit has returned; if it fails, all of it is rolled back. This
 * is what makes "stored" true (protocol, section 5).
 */
#ifndef SERVER_COMMITTER_COMMIT_GROUP_H
#define SERVER_COMMITTER_COMMIT_GROUP_H

#include "lottery/judge.h"
#include "server/committer/worker_channel.h"

#define GROUP_BETS_MAX 10000u    /* bets after which it is committed even if more are waiting … */
#define GROUP_ENTRIES_MAX 10000u /* … and requests, with bets or without */

struct commit_entry {
    struct worker_channel *worker;
    struct worker_connection *connection;
    struct peer before;     /* the connection's, restored if the group is not committed */
    enum message_type type; /* MESSAGE_FRAME or MESSAGE_WINNERS */
    enum frame_kind kind;
    uint32_t from;    /* WINNERS */
    uint64_t byte;    /* where the frame begins in the connection's stream */
    uint64_t came_ns; /* when it came to the committer */
    struct judgement judgement;
    /* once the group has ended */
    enum verdict verdict;
    const char *reason; /* why it was not taken; NULL if it was, or came after what closed its connection */
    struct effects effects;
};

struct commit_group {
    struct judge *judge;
    struct commit_entry *entries;
    size_t count;
    size_t cap;
    uint32_t bets;
    uint64_t number;    /* of the group, counting up */
    uint32_t peers;     /* connections that have requests in it … */
    uint32_t returning; /* … and of them, those that had some in the one before */
    bool open;          /* a transaction is under way */
    bool failed;        /* the store failed: nothing more is judged, all is rolled back */
    bool others_write;  /* other servers did, before it began, so they may be waiting for its end */
    struct judge_state before;
};

/* How a group ended. */
enum commit_end {
    GROUP_EMPTY,
    GROUP_COMMITTED,
    GROUP_ROLLED_BACK, /* the store can still be used */
    GROUP_STORE_LOST   /* rolled back or, where COMMIT itself failed, unknown: the store has to be opened again */
};

void commit_group_init(struct commit_group *group, struct judge *judge);
void commit_group_fini(struct commit_group *group);

/* Judges one message of a connection as part of the group. False if there is no memory for it. */
bool commit_group_add(struct commit_group *group, struct worker_channel *worker, struct worker_connection *connection,
                      const struct message *message, const uint8_t *body);

/* Commits, or rolls back: entries then say what has to be sent. */
enum commit_end commit_group_end(struct commit_group *group);

/* Removes the entries, after their results were sent. */
void commit_group_clear(struct commit_group *group);

#endif
