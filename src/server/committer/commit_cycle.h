/*
 * The commit cycle: requests go into the current group; at the end of a turn of the loop, or a
 * little later (commit_delay.h), the group is committed, and its results are logged and sent.
 *
 * A draw that is too long for one transaction goes on between groups, a step in each turn of the
 * loop. While the store is lost all workers are paused: nothing is read from them.
 */
#ifndef SERVER_COMMITTER_COMMIT_CYCLE_H
#define SERVER_COMMITTER_COMMIT_CYCLE_H

#include "lottery/absence.h"
#include "server/channel/kept_refusals.h"
#include "server/channel/numbers.h"
#include "server/committer/commit_delay.h"
#include "server/committer/commit_group.h"
#include "server/committer/event_log.h"
#include "server/committer/fine_timer.h"
#include "server/committer/store_recovery.h"

struct commit_cycle {
    struct judge judge;
    struct store_recovery recovery;
    struct worker_channel *workers; /* a list */
    /* The store is about to be closed, or is moved: it must not be used any more. */
    void (*on_lost)(void *owner);
    void *owner;                /* yours */
    struct kept_refusals *kept; /* yours: what the next committer will know of refused bytes */
    /* private */
    struct commit_group group;
    struct commit_delay delay;
    struct fine_timer delay_end;
    uv_timer_t look;         /* at what other servers do */
    uv_idle_t draw_steps;    /* active while a draw is under way */
    bool draw_is_long;       /* … and logged as such */
    uint64_t group_since_ns; /* when the group under way began */
    int control;
    struct event_log log;
    struct committer_numbers numbers;
    uint32_t drawn;     /* the latest round whose draw was announced, or came before this process */
    uint32_t collected; /* rounds, as last told to the supervisor */
};

/* False if there is no descriptor for its timer. `control` is the supervisor's line. */
bool commit_cycle_init(struct commit_cycle *cycle, uv_loop_t *loop, const struct settings *settings, int control,
                       bool first);
void commit_cycle_fini(struct commit_cycle *cycle);

/* Opens the store and tells the supervisor that it is open. False, with a line in the log, if
 * either cannot be done. */
bool commit_cycle_start(struct commit_cycle *cycle);

/* Judges one message as part of the current group. Returns why it cannot be: that no worker says
 * this (a static text), or that there is no memory for it. NULL if all is well. */
const char *commit_cycle_add(struct commit_cycle *cycle, struct worker_channel *worker,
                             struct worker_connection *connection, const struct message *message, const uint8_t *body);

/* Bytes that named this agency were refused, from this address. */
void commit_cycle_note_refused(struct commit_cycle *cycle, uint8_t agency, uint64_t address);

/* Logs how far a draw is, if one is under way, or else who is waited for. */
void commit_cycle_report(const struct commit_cycle *cycle);

/* What was counted, and where the agencies stand now; borrowed until the next call. */
const struct committer_numbers *commit_cycle_numbers(struct commit_cycle *cycle, uint32_t agencies);

/* Commits the current group, if there is one. */
void commit_cycle_end_group(struct commit_cycle *cycle);

/* An operator finishes an agency: in a transaction of its own, with what of the draw is due if that
 * was the last one. `text` gets in words what became of it, or why it could not be.
 * OK; NONE if it is not to be finished; FAILED, nothing is stored; UNKNOWN. */
enum store_code commit_cycle_finish_absent(struct commit_cycle *cycle, uint8_t agency, int64_t uid, const char *user,
                                           const char *host, char *text, size_t cap);

/* Ends the connections of an agency. What they have handed over until now is committed; nothing
 * more of them is taken, nor of any connection that was accepted before this. */
void commit_cycle_end_connections(struct commit_cycle *cycle, uint8_t agency);

/* The loop's turn is over: commits unless it pays to wait, sends what is queued, and drops workers
 * that have gone. `waits` is false if nothing more can come. */
void commit_cycle_end_turn(struct commit_cycle *cycle, bool waits);

#endif
