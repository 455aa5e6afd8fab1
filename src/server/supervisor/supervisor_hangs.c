/* Children that show no progress, and a store that takes long. See supervisor.c. */
#include "server/supervisor/supervisor_parts.h"

#include <inttypes.h>

#include "base/log.h"
#include "base/system.h"

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

void supervisor_replace_what_hangs(struct server *server)
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
                  supervisor_name_of(server, child), (int)child->pid, (double)server->settings->hang_ms / 1000);
        supervisor_kill_child(child);
    }
}
