/*
 * The line to the committer. With TLS the acceptor announces each connection on it before a worker
 * has it, so that the committer believes no worker that makes one up.
 */
#include <unistd.h>

#include "base/log.h"
#include "server/acceptor/acceptor_parts.h"

bool acceptor_announce(struct acceptor *acceptor, enum handoff_type type, const struct place *place, unsigned worker)
{
    const struct handoff_note note = {
        .type = (uint8_t)type, .number = place->number, .port = place->port, .worker = (uint16_t)worker
    };
    if (!acceptor->announces)
        return true;
    return handoff_send(&acceptor->committer, &note, -1) && !handoff_is_full(&acceptor->committer);
}

bool acceptor_may_announce(const struct acceptor *acceptor)
{
    return !acceptor->announces || (handoff_is_open(&acceptor->committer) && !handoff_is_full(&acceptor->committer));
}

static void on_committer_end(struct handoff *line, bool malformed)
{
    (void)malformed;
    handoff_close(line); /* the supervisor gives a line to the next one */
}

static void on_committer_note(struct handoff *line, const struct handoff_note *note, int fd)
{
    (void)line; /* the committer sends no notes */
    (void)note;
    if (fd != -1)
        close(fd);
}

static void on_committer_room(struct handoff *line)
{
    struct acceptor *acceptor = line->owner;
    acceptor_go_on(acceptor);
}

void acceptor_join_committer(struct acceptor *acceptor, int fd)
{
    handoff_close(&acceptor->committer);
    if (!handoff_open(&acceptor->committer, &acceptor->loop, fd, on_committer_note, on_committer_end, acceptor)) {
        log_event(LOG_CRITICAL, "memory", LOG_FAIL, "reason: out of memory for the line to the committer");
        _exit(1);
    }
    handoff_tell_room(&acceptor->committer, on_committer_room);
    on_committer_room(&acceptor->committer);
}
