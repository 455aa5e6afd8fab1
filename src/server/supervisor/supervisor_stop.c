/* How the server stops: workers leave first, then the committer, observer and recorder last. See
 * supervisor.c. */
#include "server/supervisor/supervisor_parts.h"

#include <signal.h>

#include "base/fault.h"
#include "base/log.h"
#include "base/system.h"
#include "server/supervisor/listener.h"

#define WATCHERS_LEAVE_MS 500u /* after all others: they delay no stop for longer */

void supervisor_kill_child(struct child *child)
{
    if (child->pid == 0)
        return;
    child->ended_by_us = true;
    kill(child->pid, SIGKILL);
}

void supervisor_kill_workers(struct server *server)
{
    for (unsigned i = 0; i < server->settings->workers; i++)
        supervisor_kill_child(&server->children.workers[i]);
}

void supervisor_close_door(struct server *server)
{
    operator_door_close(&server->door);
}

void supervisor_begin_stop(struct server *server, int status)
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
    supervisor_close_door(server);
    child_tell_to_leave(&server->children.acceptor);
    child_tell_to_leave(&server->children.observer);
    child_tell_to_leave(&server->children.recorder);
    listener_close_all(&server->children.observed);
    for (unsigned i = 0; i < server->settings->workers; i++)
        child_tell_to_leave(&server->children.workers[i]);
    if (!server->committer_ready)
        supervisor_kill_child(&server->children.committer); /* nothing was promised, and it may wait for a lock */
}

static void advance_to(struct server *server, enum phase phase)
{
    server->phase = phase;
    if (phase == COMMITTER_LEAVES)
        child_tell_to_leave(&server->children.committer);
    else if (phase == WATCHERS_LEAVE)
        server->kill_at_ms = clock_ms() + WATCHERS_LEAVE_MS;
}

void supervisor_advance_stop(struct server *server)
{
    struct children *children = &server->children;

    if (server->phase == WORKERS_LEAVE && children_workers_running(children) == 0 && children->acceptor.pid == 0) {
        FAULT_POINT("workers-left");
        advance_to(server, COMMITTER_LEAVES);
    }
    if (server->phase == COMMITTER_LEAVES && children->committer.pid == 0)
        advance_to(server, WATCHERS_LEAVE);
    if (server->phase == WATCHERS_LEAVE && children->observer.pid == 0 && children->recorder.pid == 0)
        advance_to(server, GONE);
}

/* Observer and recorder have nothing to lose: if only they are left, that is no failure. */
void supervisor_kill_what_hangs(struct server *server)
{
    if (server->phase == RUNNING || clock_ms() < server->kill_at_ms)
        return;
    if (server->phase != WATCHERS_LEAVE) {
        log_event(LOG_CRITICAL, "stop", LOG_FAIL, "reason: child did not exit in time; killing it");
        server->status = 1;
    }
    server->kill_at_ms = UINT64_MAX;
    for (unsigned i = 0; i < children_count(&server->children); i++)
        supervisor_kill_child(children_at(&server->children, i));
}
