/*
 * The supervisor's children: the slot table, and how one is started.
 *
 * A child executes this program again (server/role/launch.h). It gets its end of the control line
 * and what its role needs, and no other descriptor, so that a line ends when its owner does.
 */
#ifndef SERVER_SUPERVISOR_CHILDREN_H
#define SERVER_SUPERVISOR_CHILDREN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/backoff.h"
#include "server/role/listeners.h"
#include "server/settings.h"

struct child {
    pid_t pid;   /* 0: not running */
    int control; /* our end of its control line; -1: none, or closed to tell it to leave */
    uint64_t started_ms;
    uint64_t beat_ms;       /* when it last showed that it makes progress */
    struct backoff backoff; /* between its death and its next start */
    uint64_t not_before_ms; /* when it may be started again */
    uint32_t acceptor;      /* a worker, the committer: the generation of the acceptor that it has a line to; 0: none */
    uint32_t generation;    /* a worker: its own */
    bool ended_by_us;       /* the supervisor killed it: its death is expected */
};

struct children {
    const struct settings *settings;
    struct listeners listeners;
    struct listeners observed; /* of --observe */
    int program;               /* the program's file, which children execute; -1: none */
    int tls;                   /* the file that workers set TLS up from, borrowed; -1: none … */
    uint32_t tls_size;         /* … and its size in bytes */
    struct child committer;
    struct child acceptor;
    struct child observer; /* only with --observe */
    struct child recorder; /* only with --metrics-file */
    struct child *workers; /* settings->workers of them */
    uint32_t acceptors;    /* started so far: the generation of the latest … */
    uint32_t generations;  /* … and of the latest worker */
    /* One word of memory that the committer writes and the supervisor reads: odd while the
     * committer is in a call of the store. No other child has it. */
    int store_calls_file;
    volatile uint32_t *store_calls;
    int refusals; /* a memory file that each committer leaves to the next (channel/kept_refusals.h) */
    int passed;   /* a memory file that each acceptor leaves to the next (channel/passed.h) */
};

/* Makes all slots empty. False with errno set if there is no memory, or the program's own file
 * cannot be opened. */
bool children_init(struct children *children, const struct settings *settings);
void children_fini(struct children *children);

/* Starts one. False, with a line in the log, if the system has no process or descriptor for it. */
bool children_start_committer(struct children *children, bool first);
bool children_start_acceptor(struct children *children);
bool children_start_worker(struct children *children, unsigned number);
bool children_start_observer(struct children *children);
bool children_start_recorder(struct children *children);

/* Sends a worker the file that TLS is set up from. False if that failed. */
bool children_give_tls(const struct children *children, unsigned number);

/* Gives a line to the acceptor to each worker that is running and has none; with TLS also to the
 * committer. */
void children_connect(struct children *children);

/* Tells the acceptor that this worker was reaped. If its line is full, it hears so with the line to
 * the next worker of the slot. */
void children_tell_reaped(const struct children *children, const struct child *worker);

/* Closes our end of a child's control line: it leaves. */
void child_tell_to_leave(struct child *child);

/* All slots, in an order of their own: committer, acceptor, workers, observer, recorder. */
unsigned children_count(const struct children *children);
struct child *children_at(struct children *children, unsigned place);

/* The slot of a process id, or NULL. */
struct child *children_find(struct children *children, pid_t pid);

/* How many workers are running. */
unsigned children_workers_running(const struct children *children);

#endif
