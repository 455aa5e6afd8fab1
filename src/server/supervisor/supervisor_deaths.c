/* Children that died: said, and replaced after back-off. See supervisor.c. */
#include "server/supervisor/supervisor_parts.h"

#include <signal.h>
#include <sys/wait.h>

#include "base/fault.h"
#include "base/log.h"
#include "base/system.h"

#define LIVED_LONG_MS 30000u    /* after a child has lived this long, back-off begins anew */
#define DEATHS_WITHIN_MS 30000u /* … so long: the server gives up */

void supervisor_wait_longer(struct child *child)
{
    child->not_before_ms = clock_ms() + backoff_next(&child->backoff);
}

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

enum child_role supervisor_role_of(const struct server *server, const struct child *child)
{
    if (child == &server->children.committer)
        return ROLE_COMMITTER;
    if (child == &server->children.observer)
        return ROLE_OBSERVER;
    if (child == &server->children.recorder)
        return ROLE_RECORDER;
    return child == &server->children.acceptor ? ROLE_ACCEPTOR : ROLE_WORKER;
}

const char *supervisor_name_of(const struct server *server, const struct child *child)
{
    return child_role_name(supervisor_role_of(server, child));
}

static void report_death(const struct server *server, const struct child *child, int status)
{
    if (WIFSIGNALED(status))
        log_event(LOG_ERROR, "process_ended", LOG_FAIL, "process: %s | pid: %d | signal: %d",
                  supervisor_name_of(server, child), (int)child->pid, WTERMSIG(status));
    else if (WEXITSTATUS(status) != 0)
        log_event(LOG_ERROR, "process_ended", LOG_FAIL, "process: %s | pid: %d | status: %d",
                  supervisor_name_of(server, child), (int)child->pid, WEXITSTATUS(status));
}

/* Workers cannot promise anything without it: a new generation starts from the store. */
static void lose_committer(struct server *server, int status)
{
    server->committer_ready = false;
    if (server->phase != RUNNING)
        return;
    supervisor_kill_workers(server);
    FAULT_POINT("generation-ended");
    if (!WIFSIGNALED(status))
        supervisor_begin_stop(server, 1); /* it has said why */
}

static void lose_child(struct server *server, struct child *child, int status)
{
    /* Without those that only watch, agencies are served all the same. */
    const bool matters = child != &server->children.observer && child != &server->children.recorder;
    bool unwanted = WIFSIGNALED(status) && !child->ended_by_us;

    if (!child->ended_by_us)
        report_death(server, child, status);
    FAULT_POINT("child-lost");
    supervisor_retire(server, child);
    child_tell_to_leave(child);
    child->pid = 0;
    if (supervisor_role_of(server, child) == ROLE_WORKER)
        children_tell_reaped(&server->children, child);
    if (clock_ms() - child->started_ms >= LIVED_LONG_MS)
        backoff_reset(&child->backoff); /* one that could not be started has not lived */
    supervisor_wait_longer(child);
    if (child == &server->children.committer)
        lose_committer(server, status);
    if (!matters)
        return;
    if (server->phase != RUNNING && (unwanted || (WIFEXITED(status) && WEXITSTATUS(status) != 0)))
        server->status = 1;
    if (server->phase == RUNNING && unwanted && count_death(server)) {
        log_event(LOG_CRITICAL, "stop", LOG_FAIL, "reason: %u processes died within %u seconds", DEATHS_MAX,
                  DEATHS_WITHIN_MS / 1000);
        supervisor_begin_stop(server, 1);
    }
}

void supervisor_reap(struct server *server)
{
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        struct child *child = children_find(&server->children, pid);
        if (child != NULL)
            lose_child(server, child, status);
        else
            opener_line_reap(&server->opener, pid, status);
    }
}
