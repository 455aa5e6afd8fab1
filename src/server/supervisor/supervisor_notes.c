/* What children tell the supervisor. See supervisor.c. */
#include "server/supervisor/supervisor_parts.h"

#include <unistd.h>

#include "base/fault.h"
#include "base/log.h"
#include "base/system.h"
#include "server/channel/control.h"
#include "server/channel/doubt.h"
#include "store/store.h"

#define NOTES_AT_ONCE 64u /* of a child in one turn, so that none keeps the others waiting */

/* Once the store is open, no other process has it, so the name beside it is ours to take. There is
 * no such place beside one that is elsewhere. */
static void open_door(struct server *server)
{
    if (!store_is_remote(server->settings->store))
        operator_door_open(&server->door, server->settings->store);
}

/* It says what none says while it works, to us or to another: it is killed and replaced. */
static void expel(const struct server *server, struct child *child, const char *doubt)
{
    if (child->pid == 0 || child->ended_by_us)
        return;
    log_event(LOG_ERROR, "process_ended", LOG_FAIL, "process: %s | pid: %d | reason: malformed message from it: %s",
              supervisor_name_of(server, child), (int)child->pid, doubt);
    supervisor_kill_child(child);
}

/* It may have been replaced since. */
static void expel_worker(const struct server *server, const struct control_note *note)
{
    struct child *worker = &server->children.workers[note->value];

    if (worker->generation == note->generation)
        expel(server, worker, "see worker_message");
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
        supervisor_begin_stop(server, 0);
}

/* The bytes of a body; one process has one thread, and reads one note after the other. */
static union {
    struct worker_numbers worker;
    struct committer_numbers committer;
} body;

/* Takes the numbers that came with a note. What is wrong with them (a static text), or NULL. */
static const char *take_body(struct server *server, const struct child *child, const struct control_note *note,
                             size_t len)
{
    if (len == 0)
        return NULL;
    if (note->type != CONTROL_BEAT || server->tally == NULL)
        return "a note with a body that it does not have";
    return supervisor_take_numbers(server, child, &body, len);
}

static void heed_note(struct server *server, struct child *child, const struct control_note *note, size_t len, int fd)
{
    const char *doubt = doubt_control(supervisor_role_of(server, child), note, fd, server->settings->workers);

    if (fd != -1)
        close(fd);
    if (doubt == NULL)
        doubt = take_body(server, child, note, len);
    if (doubt != NULL)
        expel(server, child, doubt);
    else if (note->type == CONTROL_EXPEL)
        expel_worker(server, note);
    else if (note->type != CONTROL_BEAT)
        heed_store(server, note);
    if (doubt == NULL)
        child->beat_ms = clock_ms();
}

void supervisor_heed_child(struct server *server, struct child *child)
{
    struct control_note note;
    enum control_outcome outcome = CONTROL_NOTE;
    int fd;

    for (unsigned i = 0; i < NOTES_AT_ONCE && outcome == CONTROL_NOTE && child->control != -1; i++) {
        size_t len = 0;
        outcome = control_receive_body(child->control, &note, &body, sizeof body, &len, &fd);
        if (outcome == CONTROL_NOTE)
            heed_note(server, child, &note, len, fd);
    }
    if (outcome == CONTROL_MALFORMED)
        expel(server, child, "malformed bytes");
    if (outcome == CONTROL_END)
        child_tell_to_leave(child); /* else it could be read for ever */
}

/* Nothing else that it says has an effect any more. */
void supervisor_heed_last_numbers(struct server *server, struct child *child)
{
    struct control_note note;
    enum control_outcome outcome = CONTROL_NOTE;

    for (unsigned i = 0; i < NOTES_AT_ONCE && outcome == CONTROL_NOTE && child->control != -1; i++) {
        size_t len = 0;
        int fd = -1;
        outcome = control_receive_body(child->control, &note, &body, sizeof body, &len, &fd);
        if (fd != -1)
            close(fd);
        if (outcome == CONTROL_NOTE && fd == -1)
            (void)take_body(server, child, &note, len);
    }
}
