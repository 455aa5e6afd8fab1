/*
 * Opening the store, and opening it again after a failure: opens it, draws a round that is due,
 * closes it when a commit has failed, and opens it again, with back-off, for ever.
 *
 * After a failed commit a store is never used again: only opening it again shows what is durable.
 * Only a store whose file was moved is kept open, and used again when the file is back.
 */
#ifndef SERVER_COMMITTER_STORE_RECOVERY_H
#define SERVER_COMMITTER_STORE_RECOVERY_H

#include <uv.h>

#include "base/backoff.h"
#include "lottery/judge.h"
#include "server/settings.h"

struct store_recovery {
    struct store *store; /* NULL while it is lost */
    /* A round was drawn as the store was opened. */
    void (*on_draw)(void *owner, const struct draw *draw);
    /* The lost store is open again. */
    void (*on_found)(void *owner);
    void *owner;                    /* yours */
    volatile uint32_t *store_calls; /* yours: what counts calls on the store, or NULL */
    /* private */
    const struct settings *settings;
    struct judge *judge;
    struct backoff backoff;
    uv_timer_t timer;
    struct store *moved; /* its files have lost their names: it waits here until they are back; else NULL */
    bool first;          /* the server starts: it has promised nothing yet */
};

void store_recovery_init(struct store_recovery *recovery, uv_loop_t *loop, const struct settings *settings,
                         struct judge *judge, bool first);

/* Opens the store before anything else is done, however long that takes, waiting on the control
 * line between tries, and giving signs of progress there. False, with a line in the log, if it
 * cannot be opened at the server's start, or the supervisor wants us to leave. */
bool store_recovery_open(struct store_recovery *recovery, int control);

/* The store failed in a way that ends its use: closes it, and opens it again later. One that was
 * moved is kept as it is. */
void store_recovery_lose(struct store_recovery *recovery);

/* The store that can be copied: one that was moved, too. NULL if there is none. */
struct store *store_recovery_held(const struct store_recovery *recovery);

/* A commit succeeded, so the store works. That it could be opened did not prove that. */
void store_recovery_works(struct store_recovery *recovery);

/* Logs what the store says of its latest failure. Of one that a peer can bring about,
 * event_log_store_failure does. */
void store_recovery_log_failure(const struct store_recovery *recovery, enum log_level level);

#endif
