/* How the server stops: workers leave first, then the committer. See supervisor.c. */
#include "server/supervisor/supervisor_parts.h"

#include <signal.h>

#include "base/fault.h"
#include "base/log.h"
#include "base/system.h"
#include "server/supervisor/listener.h"

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

void supervisor_advance_stop(struct server *server)
{
    if (server->phase == WORKERS_LEAVE && children_workers_running(&server->children) == 0 &&
        server->children.acceptor.pid == 0 && server->children.observer.pid == 0 &&
        server->children.recorder.pid == 0) {
        FAULT_POINT("workers-left");
        server->phase = COMMITTER_LEAVES;
        child_tell_to_leave(&server->children.committer);
    }
    if (server->phase == COMMITTER_LEAVES && server->children.committer.pid == 0)
        server->phase = GONE;
}

void supervisor_kill_what_hangs(struct server *server)
{
    if (server->phase == RUNNING || clock_ms() < server->kill_at_ms)
        return;
    log_event(LOG_CRITICAL, "stop", LOG_FAIL, "reason: child did not exit in time; killing it");
    server->status = 1;
    server->kill_at_ms = UINT64_MAX;
    for (unsigned i = 0; i < children_count(&server->children); i++)
        supervisor_kill_child(children_at(&server->children, i));
}
