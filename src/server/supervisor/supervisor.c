/*
 * The supervisor: see supervisor.h. Signal handlers set flags; everything happens in one loop:
 *
 *     RUNNING --stop--> WORKERS_LEAVE --all reaped--> COMMITTER_LEAVES --reaped--> GONE
 */
#include "server/supervisor/supervisor.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/log.h"
#include "base/system.h"
#include "server/channel/control.h"
#include "server/channel/doubt.h"
#include "server/supervisor/children.h"
#include "server/supervisor/listener.h"
#include "server/supervisor/operator_door.h"
#include "server/supervisor/service.h"
#include "server/supervisor/signals.h"

#define LOOK_MS 1000u           /* how often it checks its children, or four times in --hang-timeout */
#define LIVED_LONG_MS 30000u    /* after a child has lived this long, back-off begins anew */
#define NOTES_AT_ONCE 64u       /* of a child in one turn, so that none keeps the others waiting */
#define DEATHS_MAX 5u           /* by a signal, within … */
#define DEATHS_WITHIN_MS 30000u /* … so long: the server gives up */

enum phase { RUNNING, WORKERS_LEAVE, COMMITTER_LEAVES, GONE };

static const struct listener_stream streams[] = { { .name = "agency", .port = 0 }, { .name = "bets", .port = 1 } };

struct server {
    const struct settings *settings;
    struct children children;
    struct service service;
    struct operator_door door;
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
};

/* ---- Operators ------------------------------------------------------------------------------- */

/* Once the store was opened nobody else has it, so that the name beside it is ours to take. */
static void open_door(struct server *server)
{
    operator_door_open(&server->door, server->settings->store);
    server->children.operators = server->door.socket.fd;
}

static void close_door(struct server *server)
{
    operator_door_close(&server->door);
    server->children.operators = -1;
}

/* ---- Stopping -------------------------------------------------------------------------------- */

static bool may_spawn(const struct server *server)
{
    return server->phase == RUNNING;
}

static void kill_child(struct child *child)
{
    if (child->pid == 0)
        return;
    child->ended_by_us = true;
    kill(child->pid, SIGKILL);
}

static void kill_workers(struct server *server)
{
    for (unsigned i = 0; i < server->settings->workers; i++)
        kill_child(&server->children.workers[i]);
}

static void begin_stop(struct server *server, int status)
{
    if (status != 0)
        server->status = status;
    if (server->phase != RUNNING)
        return;
    log_event(LOG_INFO, "stop", LOG_IN_PROGRESS, NULL);
    server->phase = WORKERS_LEAVE;
    server->kill_at_ms = clock_ms() + server->settings->stop_ms;
    service_is_stopping();
    FAULT_POINT("stop-begins");
    listener_close_all(&server->children.listeners);
    close_door(server);
    child_tell_to_leave(&server->children.acceptor);
    for (unsigned i = 0; i < server->settings->workers; i++)
        child_tell_to_leave(&server->children.workers[i]);
    if (!server->committer_ready)
        kill_child(&server->children.committer); /* nothing was promised, and it may wait for a lock */
}

static void advance_stop(struct server *server)
{
    if (server->phase == WORKERS_LEAVE && children_workers_running(&server->children) == 0 &&
        server->children.acceptor.pid == 0) {
        FAULT_POINT("workers-left");
        server->phase = COMMITTER_LEAVES;
        child_tell_to_leave(&server->children.committer);
    }
    if (server->phase == COMMITTER_LEAVES && server->children.committer.pid == 0)
        server->phase = GONE;
}

static void kill_what_hangs(struct server *server)
{
    if (server->phase == RUNNING || clock_ms() < server->kill_at_ms)
        return;
    log_event(LOG_CRITICAL, "stop", LOG_FAIL, "reason: child did not exit in time; killing it");
    server->status = 1;
    server->kill_at_ms = UINT64_MAX;
    for (unsigned i = 0; i < children_count(&server->children); i++)
        kill_child(children_at(&server->children, i));
}

/* The first signal stops in order. A second one drops what peers still wait for, but nothing that
 * was handed over. */
static void heed_signals(struct server *server)
{
    unsigned seen = signals_stops();

    signals_log_ignored();
    if (seen == server->stop_signals)
        return;
    server->stop_signals = seen;
    begin_stop(server, 0);
    if (seen >= 2)
        kill_workers(server);
}

/* ---- Starting and replacing ------------------------------------------------------------------ */

static void wait_longer(struct child *child)
{
    child->not_before_ms = clock_ms() + backoff_next(&child->backoff);
}

static bool is_due(const struct child *child, uint64_t now)
{
    return child->pid == 0 && child->not_before_ms <= now;
}

static void start_what_is_missing(struct server *server)
{
    struct children *children = &server->children;
    uint64_t now = clock_ms();

    if (!may_spawn(server))
        return;
    if (is_due(&children->committer, now) && children_workers_running(children) == 0) {
        if (!children_start_committer(children, !server->opened))
            wait_longer(&children->committer);
    }
    if (server->committer_ready && is_due(&children->acceptor, now) && !children_start_acceptor(children))
        wait_longer(&children->acceptor);
    for (unsigned i = 0; i < server->settings->workers && server->committer_ready; i++)
        if (is_due(&children->workers[i], now) && !children_start_worker(children, i))
            wait_longer(&children->workers[i]);
    children_connect(children);
}

/* ---- Deaths ---------------------------------------------------------------------------------- */

/* True if there were too many lately. */
static bool count_death(struct server *server)
{
    uint64_t now = clock_ms();
    uint64_t *oldest = &server->deaths_ms[server->deaths % DEATHS_MAX];
    *oldest = now;
    server->deaths++;
    if (server->deaths < DEATHS_MAX)
        return false;
    return now - server->deaths_ms[server->deaths % DEATHS_MAX] < DEATHS_WITHIN_MS;
}

static enum child_role role_of(const struct server *server, const struct child *child)
{
    if (child == &server->children.committer)
        return ROLE_COMMITTER;
    return child == &server->children.acceptor ? ROLE_ACCEPTOR : ROLE_WORKER;
}

static const char *name_of(const struct server *server, const struct child *child)
{
    static const char *const names[] = {
        [ROLE_COMMITTER] = "committer", [ROLE_ACCEPTOR] = "acceptor", [ROLE_WORKER] = "worker"
    };
    return names[role_of(server, child)];
}

static void report_death(const struct server *server, const struct child *child, int status)
{
    if (WIFSIGNALED(status))
        log_event(LOG_ERROR, "process_ended", LOG_FAIL, "process: %s | pid: %d | signal: %d", name_of(server, child),
                  (int)child->pid, WTERMSIG(status));
    else if (WEXITSTATUS(status) != 0)
        log_event(LOG_ERROR, "process_ended", LOG_FAIL, "process: %s | pid: %d | status: %d", name_of(server, child),
                  (int)child->pid, WEXITSTATUS(status));
}

/* Workers cannot promise anything without it: a new generation starts from the store. */
static void lose_committer(struct server *server, int status)
{
    server->committer_ready = false;
    if (server->phase != RUNNING)
        return;
    kill_workers(server);
    FAULT_POINT("generation-ended");
    if (!WIFSIGNALED(status))
        begin_stop(server, 1); /* it has said why */
}

static void lose_child(struct server *server, struct child *child, int status)
{
    bool unwanted = WIFSIGNALED(status) && !child->ended_by_us;

    if (!child->ended_by_us)
        report_death(server, child, status);
    FAULT_POINT("child-lost");
    child_tell_to_leave(child);
    child->pid = 0;
    if (clock_ms() - child->started_ms >= LIVED_LONG_MS)
        backoff_reset(&child->backoff); /* one that could not be started has not lived */
    wait_longer(child);
    if (child == &server->children.committer)
        lose_committer(server, status);
    if (server->phase != RUNNING && (unwanted || (WIFEXITED(status) && WEXITSTATUS(status) != 0)))
        server->status = 1;
    if (server->phase == RUNNING && unwanted && count_death(server)) {
        log_event(LOG_CRITICAL, "stop", LOG_FAIL, "reason: %u processes died within %u seconds", DEATHS_MAX,
                  DEATHS_WITHIN_MS / 1000);
        begin_stop(server, 1);
    }
}

static void reap(struct server *server)
{
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        struct child *child = children_find(&server->children, pid);
        if (child != NULL)
            lose_child(server, child, status);
    }
}

/* It may stand still for long in a call of the store, for which it has to wait in any case: that is
 * only said, while it lasts. */
static void say_that_store_is_slow(struct server *server, uint64_t now)
{
    uint64_t seconds = (now - server->in_store_ms) / 1000;
    bool is_new = server->store_said_ms == 0;

    if (is_new ? now - server->in_store_ms < server->settings->hang_ms / 4
               : now - server->store_said_ms < server->settings->hang_ms)
        return;
    server->store_said_ms = now;
    log_event(LOG_WARNING, "store", LOG_IN_PROGRESS, "seconds: %" PRIu64 " | reason: the disk has not answered yet",
              seconds);
    service_waits_for_store(seconds);
}

static void say_that_store_answers(struct server *server, uint64_t now)
{
    if (server->store_said_ms == 0)
        return;
    server->store_said_ms = 0;
    log_event(LOG_WARNING, "store", LOG_SUCCESS, "seconds: %" PRIu64, (now - server->in_store_ms) / 1000);
    service_is_serving();
}

/* Calls that begin and end are as good a sign of progress as a note; one under way is waited
 * for. */
static void look_at_store(struct server *server, uint64_t now)
{
    struct child *committer = &server->children.committer;
    uint32_t calls = *server->children.store_calls;
    bool is_inside = committer->pid != 0 && calls % 2 == 1;

    if (is_inside || calls != server->store_calls)
        committer->beat_ms = now;
    if (!is_inside || calls != server->store_calls) {
        say_that_store_answers(server, now);
        server->in_store_ms = now;
    }
    server->store_calls = calls;
    if (is_inside)
        say_that_store_is_slow(server, now);
    if (is_inside && !server->opened)
        service_is_opening(&server->service, now);
}

static void replace_what_hangs(struct server *server)
{
    uint64_t now = clock_ms();
    bool stood_still = now - server->looked_ms > server->settings->hang_ms / 2;

    server->looked_ms = now;
    look_at_store(server, now);
    for (unsigned i = 0; i < children_count(&server->children); i++) {
        struct child *child = children_at(&server->children, i);
        if (stood_still) /* perhaps the machine slept: each child gets its time again */
            child->beat_ms = now;
        if (server->phase != RUNNING || child->pid == 0 || child->ended_by_us ||
            now - child->beat_ms < server->settings->hang_ms)
            continue;
        log_event(LOG_ERROR, "process_ended", LOG_FAIL, "process: %s | pid: %d | reason: no progress for %.3g seconds",
                  name_of(server, child), (int)child->pid, (double)server->settings->hang_ms / 1000);
        kill_child(child);
    }
}

/* ---- Notes from children --------------------------------------------------------------------- */

/* Logged once, when the whole pool is running: a script that waits for these lines finds the server
 * ready. */
static void announce(struct server *server)
{
    if (server->announced || server->children.acceptor.pid == 0 ||
        children_workers_running(&server->children) < server->settings->workers)
        return;
    FAULT_POINT("pool-is-whole");
    server->announced = true;
    for (unsigned i = 0; i < server->children.listeners.count; i++) {
        const struct listener *listener = &server->children.listeners.list[i];
        listener_report(listener->fd, streams[listener->port].name);
    }
    service_is_ready(&server->service);
}

/* It says what none says while it works, to us or to another: it is killed and replaced. */
static void expel(const struct server *server, struct child *child, const char *doubt)
{
    if (child->pid == 0 || child->ended_by_us)
        return;
    log_event(LOG_ERROR, "process_ended", LOG_FAIL, "process: %s | pid: %d | reason: malformed message from it: %s",
              name_of(server, child), (int)child->pid, doubt);
    kill_child(child);
}

static void heed_store(struct server *server, const struct control_note *note)
{
    if (note->type == CONTROL_READY) {
        FAULT_POINT("committer-heard");
        server->committer_ready = true;
        if (!server->opened)
            server->rounds_before = note->value;
        server->opened = true;
        open_door(server);
    }
    if (server->settings->rounds > 0 && server->opened &&
        note->value - server->rounds_before >= server->settings->rounds)
        begin_stop(server, 0);
}

static void heed_note(struct server *server, struct child *child, const struct control_note *note, int fd)
{
    const char *doubt = doubt_control(role_of(server, child), note, fd, server->settings->workers);

    if (fd != -1)
        close(fd);
    if (doubt != NULL)
        expel(server, child, doubt);
    else if (note->type == CONTROL_EXPEL)
        expel(server, &server->children.workers[note->value], "see worker_message");
    else if (note->type != CONTROL_BEAT)
        heed_store(server, note);
    if (doubt == NULL)
        child->beat_ms = clock_ms();
}

static void heed_child(struct server *server, struct child *child)
{
    struct control_note note;
    enum control_outcome outcome = CONTROL_NOTE;
    int fd;

    for (unsigned i = 0; i < NOTES_AT_ONCE && outcome == CONTROL_NOTE && child->control != -1; i++) {
        outcome = control_receive(child->control, &note, &fd);
        if (outcome == CONTROL_NOTE)
            heed_note(server, child, &note, fd);
    }
    if (outcome == CONTROL_MALFORMED)
        expel(server, child, "bytes that are no note");
    if (outcome == CONTROL_END)
        child_tell_to_leave(child); /* else it could be read for ever */
}

/* ---- The loop -------------------------------------------------------------------------------- */

static int time_to_wait_ms(struct server *server)
{
    uint64_t now = clock_ms();
    uint64_t look = server->settings->hang_ms / 4 < LOOK_MS ? server->settings->hang_ms / 4 : LOOK_MS;
    uint64_t wait = service_wait_ms(&server->service, look);
    struct children *children = &server->children;

    for (unsigned i = 0; server->phase == RUNNING && i < children_count(children); i++) {
        const struct child *child = children_at(children, i);
        bool is_startable = child == &children->committer || server->committer_ready;
        if (child->pid == 0 && is_startable && child->not_before_ms < now + wait)
            wait = child->not_before_ms > now ? child->not_before_ms - now : 1;
    }
    if (server->phase != RUNNING && server->kill_at_ms < now + wait)
        wait = server->kill_at_ms > now ? server->kill_at_ms - now : 1;
    return (int)wait;
}

/* Sleeps until a child reports something or dies, a signal arrives, or something is due. */
static void sleep_until_something(struct server *server, struct pollfd *lines, const sigset_t *awake)
{
    unsigned count = children_count(&server->children);
    int wait = time_to_wait_ms(server);
    struct timespec timeout = { .tv_sec = wait / 1000, .tv_nsec = (wait % 1000) * 1000000L };

    for (unsigned i = 0; i < count; i++)
        lines[i] = (struct pollfd){ .fd = children_at(&server->children, i)->control, .events = POLLIN };
    lines[count] = (struct pollfd){ .fd = server->committer_ready ? operator_door_fd(&server->door, clock_ms()) : -1,
                                    .events = POLLIN };
    if (ppoll(lines, count + 1, &timeout, awake) <= 0)
        return;
    for (unsigned i = 0; i < count; i++) {
        struct child *child = children_at(&server->children, i);
        if (lines[i].revents & POLLIN)
            heed_child(server, child);
        else if (lines[i].revents & (POLLHUP | POLLERR))
            child_tell_to_leave(child); /* it has gone; reaping it says how */
    }
    if (lines[count].revents != 0 && server->phase == RUNNING && server->committer_ready)
        operator_door_admit(&server->door, server->children.committer.control, clock_ms());
}

static void supervise(struct server *server, struct pollfd *lines, const sigset_t *awake)
{
    while (server->phase != GONE) {
        start_what_is_missing(server);
        announce(server);
        sleep_until_something(server, lines, awake);
        heed_signals(server);
        reap(server);
        replace_what_hangs(server);
        service_beat(&server->service, clock_ms());
        kill_what_hangs(server);
        advance_stop(server);
    }
}

/* Each worker must be able to hold its share of the connections, whatever the shell's soft limit
 * is. */
static void raise_descriptor_limit(const struct settings *settings)
{
    struct rlimit limit;
    rlim_t needed = settings->max_connections / settings->workers + 64u + 10u * settings->workers;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= needed)
        return;
    limit.rlim_cur = limit.rlim_max < needed ? limit.rlim_max : needed;
    setrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur < needed)
        log_event(LOG_INFO, "limit_descriptors", LOG_SUCCESS, "available: %lu | missing: %lu",
                  (unsigned long)limit.rlim_cur, (unsigned long)(needed - limit.rlim_cur));
}

static bool open_listeners(struct server *server)
{
    const struct settings *settings = server->settings;
    struct listeners *listeners = &server->children.listeners;
    int stop_fd = signals_open_stop();
    bool opened = listener_open(settings->listen, &streams[0], settings->backlog, stop_fd, listeners) &&
                  (settings->bet_listen == NULL ||
                   listener_open(settings->bet_listen, &streams[1], settings->backlog, stop_fd, listeners));

    if (stop_fd != -1)
        close(stop_fd);
    return opened;
}

/* It never listened: because it was told to stop, or because it could not. */
static int leave_early(void)
{
    if (!signals_stop_waits())
        return 1;
    log_event(LOG_INFO, "stop", LOG_IN_PROGRESS, NULL);
    return 0;
}

int server_run(const struct settings *settings)
{
    struct server server = { .settings = settings };
    struct pollfd *lines = calloc(settings->workers + 3u, sizeof *lines);
    sigset_t awake;

    if (lines == NULL || !children_init(&server.children, settings)) {
        log_event(LOG_CRITICAL, "start", LOG_FAIL, "reason: no memory");
        free(lines);
        return 1;
    }
    service_init(&server.service);
    operator_door_init(&server.door);
    signals_catch(&awake);
    raise_descriptor_limit(settings);
    if (open_listeners(&server))
        supervise(&server, lines, &awake);
    else
        server.status = leave_early();
    listener_close_all(&server.children.listeners);
    close_door(&server);
    log_event(LOG_INFO, "stop", server.status == 0 ? LOG_SUCCESS : LOG_FAIL, NULL);
    children_fini(&server.children);
    free(lines);
    return server.status;
}
