/*
 * A group: the frames of all workers that go into one transaction (group commit).
 *
 * Frames are judged as they come, and nobody is told anything. Then the group is committed, and
 * only after the commit has returned do its results go out; if it fails, all of it is taken back.
 * This is where "stored" is made true (protocol, section 5).
 */
#ifndef SERVER_COMMITTER_GROUP_H
#define SERVER_COMMITTER_GROUP_H

#include "lottery/judge.h"
#include "server/committer/link.h"

#define GROUP_BETS_MAX 10000u /* bets after which it is committed even if more is waiting */

struct group_entry {
    struct link *link;
    struct link_peer *peer;
    struct peer before; /* to be restored if the group is taken back */
    struct judgement judgement;
    enum message_type type; /* MESSAGE_FRAME or MESSAGE_WINNERS */
    enum frame_kind kind;
    uint32_t from; /* WINNERS */
};

struct group {
    struct judge *judge;
    struct group_entry *entries;
    size_t count;
    size_t cap;
    uint32_t bets;
    uint64_t number;    /* of the group, counting up */
    uint32_t peers;     /* connections that have frames in it … */
    uint32_t returning; /* … and of them, those that had some in the one before */
    bool open;          /* a transaction is under way */
    bool failed;        /* the store failed: nothing more is judged, all is taken back */
    /* as they were when it began */
    struct rounds rounds_before;
    struct claims claims_before;
};

/* How a group ended. */
enum group_end {
    GROUP_EMPTY,
    GROUP_COMMITTED,
    GROUP_TAKEN_BACK, /* refused; the store can be used on */
    GROUP_STORE_LOST  /* refused or, where COMMIT itself failed, unknown: the store has to be opened again */
};

void group_init(struct group *group, struct judge *judge);
void group_fini(struct group *group);

/* Judges one message of a peer as part of the group. False if there is no memory for it. */
bool group_add(struct group *group, struct link *link, struct link_peer *peer, const struct message *message,
               const uint8_t *body);

/* Commits, or takes back, and makes the verdicts final: entries then say what is to be told. */
enum group_end group_end(struct group *group);

/* Forgets the entries, when they have been told. */
void group_clear(struct group *group);

#endif
