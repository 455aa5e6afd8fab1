/* What the children count, and who is told: see supervisor.c. */
#include "server/supervisor/supervisor_parts.h"

#include <time.h>

#include "base/system.h"
#include "server/channel/control.h"

bool supervisor_begin_tally(struct server *server)
{
    server->started_s = (uint64_t)time(NULL);
    if (!server->settings->observes)
        return true;
    server->tally = tally_new(server->settings->workers, server->settings->agencies);
    return server->tally != NULL;
}

void supervisor_end_tally(struct server *server)
{
    tally_free(server->tally);
    server->tally = NULL;
}

static unsigned slot_of(const struct server *server, const struct child *child)
{
    bool is_worker = supervisor_role_of(server, child) == ROLE_WORKER;
    return is_worker ? (unsigned)(child - server->children.workers) : 0;
}

const char *supervisor_take_numbers(struct server *server, const struct child *child, const void *numbers, size_t len)
{
    return tally_take(server->tally, supervisor_role_of(server, child), slot_of(server, child), numbers, len);
}

void supervisor_retire(struct server *server, struct child *child)
{
    if (server->tally == NULL)
        return;
    supervisor_heed_last_numbers(server, child);
    tally_retire(server->tally, supervisor_role_of(server, child), slot_of(server, child));
}

static bool is_ready(const struct server *server, const struct numbers *numbers)
{
    return server->phase == RUNNING && server->committer_ready && numbers->committer.is_usable != 0 &&
           numbers->roles[ROLE_ACCEPTOR].running == 1 &&
           numbers->roles[ROLE_WORKER].running == server->settings->workers;
}

static void gather(struct server *server, struct numbers *numbers)
{
    struct children *children = &server->children;

    tally_sum(server->tally, numbers);
    for (unsigned role = 0; role < CHILD_ROLES; role++)
        numbers->roles[role].running = 0;
    for (unsigned i = 0; i < children_count(children); i++) {
        const struct child *child = children_at(children, i);
        numbers->roles[supervisor_role_of(server, child)].running += child->pid != 0;
    }
    numbers->started_s = server->started_s;
    numbers->is_ready = is_ready(server, numbers);
    for (unsigned file = 0; file < NUMBERS_FILES; file++)
        numbers->expires_s[file] = server->certificates.expires_s[file];
}

/* A line that is full is skipped: the next numbers are as good. */
static void tell(const struct child *child, const struct numbers *numbers, size_t len)
{
    if (child->control != -1)
        (void)control_send_body(child->control, CONTROL_NUMBERS, numbers, len);
}

void supervisor_tell_numbers(struct server *server)
{
    static struct numbers numbers; /* some 30 kB: too large for the stack of a small system */
    const uint64_t now = clock_ms();
    const size_t len = numbers_len(server->settings->agencies);

    if (server->tally == NULL || now - server->told_numbers_ms < CONTROL_NUMBERS_MS)
        return;
    server->told_numbers_ms = now;
    gather(server, &numbers);
    tell(&server->children.observer, &numbers, len);
    tell(&server->children.recorder, &numbers, len);
}
