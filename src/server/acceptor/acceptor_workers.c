/*
 * The lines to the workers: passing connections to them, and heeding what they say of theirs. Which
 * connection has a place is acceptor_admission.c's.
 */
#include <unistd.h>

#include "base/fault.h"
#include "base/log.h"
#include "base/system.h"
#include "server/acceptor/acceptor_parts.h"
#include "server/channel/control.h"
#include "server/channel/doubt.h"

#define UNTAKEN_MAX 8u /* passed to a worker that has not said TAKEN */

/* ---- To a worker ----------------------------------------------------------------------------- */

struct worker_line *acceptor_least_busy(struct acceptor *acceptor)
{
    struct worker_line *least = NULL;
    for (unsigned i = 0; i < acceptor->worker_count; i++) {
        struct worker_line *worker = &acceptor->workers[(acceptor->next_worker + i) % acceptor->worker_count];
        if (handoff_is_open(&worker->handoff) && worker->untaken < UNTAKEN_MAX &&
            (least == NULL || worker->connections < least->connections))
            least = worker;
    }
    if (least != NULL)
        acceptor->next_worker = (least->name.slot + 1) % acceptor->worker_count;
    return least;
}

bool acceptor_pass(struct acceptor *acceptor, struct place *place)
{
    const struct handoff_note note = { .type = HANDOFF_PASS,
                                       .number = place->number,
                                       .address = place->address->key.group,
                                       .port = place->port,
                                       .origin = (uint8_t)place->address->key.origin };
    struct worker_line *worker = acceptor_may_announce(acceptor) ? acceptor_least_busy(acceptor) : NULL;

    if (worker == NULL || !acceptor_announce(acceptor, HANDOFF_ANNOUNCE, place, worker->name.slot))
        return false;
    place->line = passed_put(&acceptor->passed, place->number, place->address->key, place->port, worker->name.slot);
    if (place->line == PASSED_NOWHERE || !handoff_send(&worker->handoff, &note, place->fd)) {
        passed_drop(&acceptor->passed, place->line);
        place->line = PASSED_NOWHERE;
        return false;
    }
    FAULT_POINT("connection-passed");
    place->worker = worker->name.slot;
    place->beats_owed = 0;
    acceptor->waiting--;
    worker->connections++;
    worker->untaken++;
    return true;
}

/* ---- From a worker --------------------------------------------------------------------------- */

static void on_taken(struct acceptor *acceptor, struct worker_line *worker, struct place *place)
{
    if (place->fd == -1)
        return;
    places_settle(&acceptor->places, place);
    close(place->fd);
    place->fd = -1;
    worker->untaken--;
}

static void on_closed(struct acceptor *acceptor, struct worker_line *worker, struct place *place)
{
    on_taken(acceptor, worker, place);
    worker->connections--;
    acceptor_free_place(acceptor, place);
}

/* It is heard no more: it died, or was expelled. What it had taken is gone with it; what it had not
 * stays where it is until it was reaped. */
static void lose_worker(struct acceptor *acceptor, struct worker_line *worker)
{
    struct place *next;

    handoff_close(&worker->handoff);
    for (struct place *place = acceptor->places.first; place != NULL; place = next) {
        next = place->after;
        if (place->worker != worker->name.slot)
            continue;
        place->beats_owed = 0;
        if (place->fd != -1)
            continue;
        (void)acceptor_announce(acceptor, HANDOFF_GONE, place, place->worker);
        passed_drop(&acceptor->passed, place->line);
        places_remove(&acceptor->places, place);
    }
}

/* It was reaped: what it had not taken is passed on. Before that two processes would have the same
 * connection, one of which may have been taken over. What it had said before it died counts. */
static void replace_worker(struct acceptor *acceptor, struct worker_line *worker)
{
    if (handoff_is_open(&worker->handoff))
        handoff_drain(&worker->handoff);
    if (handoff_is_open(&worker->handoff))
        lose_worker(acceptor, worker);
    for (struct place *place = acceptor->places.first; place != NULL; place = place->after)
        if (place->worker == worker->name.slot)
            acceptor_let_wait(acceptor, place);
    passed_forget(&acceptor->passed, worker->name.slot);
    worker->connections = worker->untaken = 0;
}

/* The supervisor kills it. */
static void expel(struct acceptor *acceptor, struct worker_line *worker)
{
    control_send_worker(acceptor->control_fd, CONTROL_EXPEL, &worker->name, -1);
    lose_worker(acceptor, worker);
}

/* A worker that says what cannot be is not believed. */
static void expel_liar(struct acceptor *acceptor, struct worker_line *worker, unsigned type, const char *doubt)
{
    log_event(LOG_CRITICAL, "worker_message", LOG_FAIL, "type: %u | reason: malformed note from worker: %s", type,
              doubt);
    expel(acceptor, worker);
}

/* A connection that the worker was passed by an earlier acceptor. Each worker says which it has,
 * and that these are all, before it reads a byte of one that this acceptor passes to it: so one
 * that is taken over later has nothing left to claim before the acceptor dies. */
static void on_have(struct acceptor *acceptor, struct worker_line *worker, const struct handoff_note *note)
{
    const struct counted_address address = { .group = note->address, .origin = (enum address_origin)note->origin };
    const uint32_t line = passed_claim(&acceptor->passed, note->number, address, note->port, worker->name.slot);
    struct place *place =
        line == PASSED_NOWHERE ? NULL : places_add(&acceptor->places, note->number, address, note->port);
    if (line == PASSED_NOWHERE)
        expel_liar(acceptor, worker, note->type, "a connection that it cannot have had before");
    if (place == NULL)
        return; /* without memory it is not counted: better than to close it */
    place->worker = worker->name.slot;
    place->line = line;
    worker->connections++;
    places_settle(&acceptor->places, place);
    if (note->spoke)
        places_spoke(&acceptor->places, place);
    place = places_excess(&acceptor->places, place);
    if (place != NULL)
        acceptor_evict(acceptor, place);
}

/* Has it to say that it has the connection, or what becomes of one that should leave? */
static bool owes_answer(const struct place *place)
{
    return place->worker != NO_WORKER && (place->fd != -1 || place->leaving);
}

static void expel_silent(struct acceptor *acceptor, struct worker_line *worker, const struct place *place)
{
    log_event(LOG_CRITICAL, "worker_message", LOG_FAIL, "type: %u | reason: no answer from worker",
              place->leaving ? (unsigned)HANDOFF_EVICT : (unsigned)HANDOFF_PASS);
    expel(acceptor, worker);
}

/* While connections are waited for that do not leave, others wait: 64 of them, and no more are
 * accepted. So does what a worker that is heard no more had not taken: if it lives, it has to be
 * ended. Beats are counted, not seconds: a stopped acceptor has heard no worker. */
void acceptor_look_for_silence(struct acceptor *acceptor)
{
    struct place *place = acceptor->places.first;

    for (; place != NULL; place = place->after) {
        place->beats_owed = owes_answer(place) ? place->beats_owed + 1 : 0;
        if (place->beats_owed > acceptor->beats_owed_max)
            break;
    }
    if (place == NULL)
        return;
    expel_silent(acceptor, &acceptor->workers[place->worker], place);
    acceptor_go_on(acceptor);
}

/* What is wrong with a note that only the acceptor can see; NULL: nothing. */
static const char *doubt_place(const struct worker_line *worker, const struct handoff_note *note,
                               const struct place *place)
{
    if (note->type == HANDOFF_HAVE && place != NULL)
        return "a connection that it cannot have had before";
    if (note->type == HANDOFF_ADDRESS && place != NULL &&
        (place->fd != -1 || place->address->key.origin != ADDRESS_PROXY))
        return "an address of a connection that has one";
    return place != NULL && place->worker != worker->name.slot ? "a connection of another worker" : NULL;
}

static void heed(struct acceptor *acceptor, struct worker_line *worker, const struct handoff_note *note,
                 struct place *place)
{
    if (note->type == HANDOFF_TAKEN)
        on_taken(acceptor, worker, place);
    else if (note->type == HANDOFF_SPOKE)
        places_spoke(&acceptor->places, place);
    else if (note->type == HANDOFF_KEPT)
        places_declined(&acceptor->places, place);
    else if (note->type == HANDOFF_ADDRESS)
        acceptor_report(acceptor, place, note->address);
    else if (note->type == HANDOFF_CLOSED)
        on_closed(acceptor, worker, place);
}

static void on_note(struct handoff *handoff, const struct handoff_note *note, int fd)
{
    struct acceptor *acceptor = handoff->owner;
    struct worker_line *worker = (struct worker_line *)handoff; /* its first member */
    struct place *place = places_find(&acceptor->places, note->number);
    const char *doubt = doubt_handoff(note, fd, acceptor->began_ns, clock_ns());

    if (fd != -1)
        close(fd);
    if (doubt == NULL)
        doubt = doubt_place(worker, note, place);
    if (doubt != NULL)
        expel_liar(acceptor, worker, note->type, doubt);
    else if (note->type == HANDOFF_HAVE)
        on_have(acceptor, worker, note);
    else if (note->type == HANDOFF_HAVE_ALL)
        passed_forget(&acceptor->passed, worker->name.slot);
    else if (place != NULL)
        heed(acceptor, worker, note, place);
    acceptor_go_on(acceptor);
}

static void on_end(struct handoff *handoff, bool malformed)
{
    struct acceptor *acceptor = handoff->owner;
    struct worker_line *worker = (struct worker_line *)handoff;

    if (malformed)
        expel_liar(acceptor, worker, 0, "malformed bytes");
    else
        lose_worker(acceptor, worker);
    FAULT_POINT("worker-lost");
    acceptor_go_on(acceptor);
}

void acceptor_hear_reaped(struct acceptor *acceptor, const struct worker_name *name)
{
    if (name->slot >= acceptor->worker_count || acceptor->workers[name->slot].name.generation != name->generation)
        return;
    replace_worker(acceptor, &acceptor->workers[name->slot]);
    acceptor_go_on(acceptor);
}

/* Its predecessor, if this acceptor had one, was reaped, whether it heard so or not. The first of a
 * slot has connections from the acceptor before. */
void acceptor_add_worker(struct acceptor *acceptor, const struct worker_name *name, int fd)
{
    if (name->slot >= acceptor->worker_count) {
        close(fd);
        return;
    }
    struct worker_line *worker = &acceptor->workers[name->slot];
    if (worker->name.generation != 0)
        replace_worker(acceptor, worker);
    worker->name = *name;
    if (!handoff_open(&worker->handoff, &acceptor->loop, fd, on_note, on_end, acceptor)) {
        log_event(LOG_CRITICAL, "memory", LOG_FAIL, "reason: out of memory for a worker's line");
        _exit(1); /* the next acceptor is given lines to all workers */
    }
    acceptor_go_on(acceptor);
}
