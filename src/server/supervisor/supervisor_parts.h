/*
 * What the parts of the supervisor ask of each other: supervisor.c, supervisor_stop.c,
 * supervisor_deaths.c, supervisor_hangs.c, supervisor_notes.c and supervisor_numbers.c. All
 * other code uses supervisor.h.
 */
#ifndef SERVER_SUPERVISOR_SUPERVISOR_PARTS_H
#define SERVER_SUPERVISOR_SUPERVISOR_PARTS_H

#include <stdbool.h>
#include <stdint.h>

#include "server/channel/child_role.h"
#include "server/settings.h"
#include "server/supervisor/certificates.h"
#include "server/supervisor/children.h"
#include "server/supervisor/opener_line.h"
#include "server/supervisor/operator_door.h"
#include "server/supervisor/service.h"
#include "server/supervisor/tally.h"

#define DEATHS_MAX 5u /* by a signal, within … */

enum phase { RUNNING, WORKERS_LEAVE, COMMITTER_LEAVES, WATCHERS_LEAVE, GONE };

struct server {
    const struct settings *settings;
    struct children children;
    struct service service;
    struct operator_door door;
    struct certificates certificates;
    struct opener_line opener;
    bool reload_asked;      /* a SIGHUP came … */
    bool reload_waits;      /* … or one before it waits for the opener */
    uint64_t reload_due_ms; /* not before */
    enum phase phase;
    int status;
    bool committer_ready;
    bool opened;            /* the store was opened: from now on failures to open it are retried for ever */
    bool announced;         /* the log has said where it listens */
    uint32_t rounds_before; /* collected when the server started */
    uint64_t kill_at_ms;    /* stopping: when what is left is killed */
    uint64_t looked_ms;     /* when it last looked for workers without a sign of progress */
    unsigned stop_signals;  /* already acted on */
    uint32_t store_calls;   /* of the committer, as last seen … */
    uint64_t in_store_ms;   /* … since when they are so many … */
    uint64_t store_said_ms; /* … and when the log last said that this one takes long; 0: it did not */
    uint64_t deaths_ms[DEATHS_MAX];
    unsigned deaths;
    struct tally *tally;      /* with --observe; else NULL */
    uint64_t started_s;       /* seconds of the epoch */
    uint64_t told_numbers_ms; /* when observer and recorder were last told them */
};

/* ---- supervisor_stop.c ----------------------------------------------------------------------- */

void supervisor_kill_child(struct child *child);
void supervisor_kill_workers(struct server *server);
void supervisor_close_door(struct server *server);
/* The server stops, with that status unless it has a worse one. */
void supervisor_begin_stop(struct server *server, int status);
/* One step further, if those that have to leave first have left. */
void supervisor_advance_stop(struct server *server);
/* Kills what has not left in time. */
void supervisor_kill_what_hangs(struct server *server);

/* ---- supervisor_deaths.c --------------------------------------------------------------------- */

/* It was not started, or has died: the next one is started after back-off. */
void supervisor_wait_longer(struct child *child);
enum child_role supervisor_role_of(const struct server *server, const struct child *child);
const char *supervisor_name_of(const struct server *server, const struct child *child);
/* Those that have died. */
void supervisor_reap(struct server *server);

/* ---- supervisor_hangs.c ---------------------------------------------------------------------- */

/* Kills children that show no progress, and says when the store takes long. */
void supervisor_replace_what_hangs(struct server *server);

/* ---- supervisor_numbers.c -------------------------------------------------------------------- */

/* False if there is no memory. */
bool supervisor_begin_tally(struct server *server);
void supervisor_end_tally(struct server *server);
/* The child says its numbers, or has died. What is wrong with them (a static text), or NULL. */
const char *supervisor_take_numbers(struct server *server, const struct child *child, const void *numbers, size_t len);
void supervisor_retire(struct server *server, struct child *child);
/* Tells observer and recorder the numbers of all, some times a second. */
void supervisor_tell_numbers(struct server *server);

/* ---- supervisor_notes.c ---------------------------------------------------------------------- */

/* Reads what the child has to say. */
void supervisor_heed_child(struct server *server, struct child *child);
/* Of a child that has died: what it had still counted. */
void supervisor_heed_last_numbers(struct server *server, struct child *child);

#endif
