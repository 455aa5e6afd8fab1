/* The acceptor's process: see acceptor.h. Who has a place is in places.c, accept4 in accept.c. */
#include "server/acceptor/acceptor.h"

#include <stdlib.h>
#include <unistd.h>
#include <uv.h>

#include "base/fault.h"
#include "base/log.h"
#include "base/peer_name.h"
#include "base/system.h"
#include "server/acceptor/accept.h"
#include "server/acceptor/places.h"
#include "server/channel/control.h"
#include "server/channel/doubt.h"
#include "server/channel/handoff.h"

#define BEAT_MS 2000u        /* or a quarter of what --hang-timeout says, if that is less */
#define UNTAKEN_MAX 8u       /* passed to a worker that has not said TAKEN */
#define SAY_AGAIN_MS 10000u  /* the log hears of a full address seldom */
#define WAITING_MAX 64u      /* accepted and passed to none: beyond that no more are accepted */
#define NO_WORKER UINT32_MAX /* passed to none yet: the one before it died */

struct worker_line {
    struct handoff handoff;
    struct worker_name name;
    uint32_t connections;
    uint32_t untaken; /* of them, passed and not yet TAKEN */
    uint32_t had;     /* connections that it had from before */
};

struct acceptor {
    uv_loop_t loop;
    uv_poll_t control;
    uv_timer_t beat;
    int control_fd;
    struct accept accept;
    struct places places;
    bool announces;           /* with TLS: it announces each connection to the committer … */
    struct handoff committer; /* … over this line */
    struct worker_line *workers;
    unsigned worker_count;
    unsigned next_worker; /* where the search for the least busy begins */
    uint64_t began_ns;
    uint64_t last_number;     /* given to a connection; at first, began_ns */
    uint32_t connections_max; /* of a worker */
    uint32_t waiting;         /* connections that are passed to none yet */
    uint64_t full_said_ms;    /* when the log last said that an address has its share; 0: never */
};

/* ---- Passing on ------------------------------------------------------------------------------ */

/* The one with the fewest connections, of those that take one; NULL if none does. */
static struct worker_line *least_busy(struct acceptor *acceptor)
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

/* False if the line to the committer is full or closed; the caller tries again later. */
static bool announce(struct acceptor *acceptor, enum handoff_type type, const struct place *place, unsigned worker)
{
    const struct handoff_note note = {
        .type = (uint8_t)type, .number = place->number, .port = place->port, .worker = (uint16_t)worker
    };
    if (!acceptor->announces)
        return true;
    return handoff_send(&acceptor->committer, &note, -1) && !handoff_is_full(&acceptor->committer);
}

static bool may_announce(const struct acceptor *acceptor)
{
    return !acceptor->announces || (handoff_is_open(&acceptor->committer) && !handoff_is_full(&acceptor->committer));
}

static bool pass(struct acceptor *acceptor, struct place *place)
{
    const struct handoff_note note = {
        .type = HANDOFF_PASS, .number = place->number, .address = place->address->key, .port = place->port
    };
    struct worker_line *worker = may_announce(acceptor) ? least_busy(acceptor) : NULL;

    if (worker == NULL || !announce(acceptor, HANDOFF_ANNOUNCE, place, worker->name.slot) ||
        !handoff_send(&worker->handoff, &note, place->fd))
        return false;
    FAULT_POINT("connection-passed");
    place->worker = worker->name.slot;
    acceptor->waiting--;
    worker->connections++;
    worker->untaken++;
    return true;
}

static void let_wait(struct acceptor *acceptor, struct place *place)
{
    place->worker = NO_WORKER;
    acceptor->waiting++;
}

static void drop(struct acceptor *acceptor, struct place *place)
{
    if (place->fd != -1)
        close(place->fd);
    if (place->worker == NO_WORKER)
        acceptor->waiting--;
    else
        (void)announce(acceptor, HANDOFF_GONE, place, place->worker);
    places_remove(&acceptor->places, place);
}

/* ---- Making room ----------------------------------------------------------------------------- */

static void evict(struct acceptor *acceptor, struct place *place)
{
    const struct handoff_note note = { .type = HANDOFF_EVICT, .number = place->number };

    places_ask(&acceptor->places, place);
    if (!handoff_send(&acceptor->workers[place->worker].handoff, &note, -1))
        places_declined(&acceptor->places, place);
}

static void log_full_address(struct acceptor *acceptor, int fd)
{
    struct peer_name peer;
    char text[PEER_NAME_TEXT_MAX];
    uint64_t now = clock_ms();

    if (acceptor->full_said_ms != 0 && now - acceptor->full_said_ms < SAY_AGAIN_MS)
        return;
    acceptor->full_said_ms = now;
    (void)peer_name_of_socket(fd, &peer);
    log_event(LOG_WARNING, "accept", LOG_FAIL, "peer: %s | reason: connection limit of its address reached",
              peer_name_text(&peer, text));
}

/* Has a connection to leave for one of this address? Then asks it. False if none can be asked. */
static bool make_room(struct acceptor *acceptor, uint64_t address)
{
    struct place *who = NULL;

    switch (places_room(&acceptor->places, address, &who)) {
    case PLACES_FREE:
        return true;
    case PLACES_IF_ONE_LEAVES:
        evict(acceptor, who);
        return true;
    default:
        return false;
    }
}

/* How many there are that might leave for this one: each is asked once, and may have a frame under
 * way. */
static uint32_t could_be_asked(const struct places *places, const struct place *place)
{
    return places_exceeds_address(places, place) ? place->address->evictable : places->evictable;
}

/* A waiting connection is passed on, or waits for one that was asked to leave; else another is
 * asked. */
static void settle(struct acceptor *acceptor, struct place *place)
{
    struct places *places = &acceptor->places;

    if (places_fits(places, place)) {
        (void)pass(acceptor, place); /* else when a worker takes one again */
        return;
    }
    if (places->leaving > 0)
        return;
    if (place->asks < could_be_asked(places, place) && make_room(acceptor, place->address->key)) {
        place->asks++;
        return;
    }
    if (!places_exceeds_address(places, place))
        return; /* until somebody leaves */
    log_full_address(acceptor, place->fd);
    drop(acceptor, place);
}

static void settle_all(struct acceptor *acceptor)
{
    struct place *next;
    for (struct place *place = acceptor->places.first; place != NULL && acceptor->waiting > 0; place = next) {
        next = place->after;
        if (place->worker == NO_WORKER)
            settle(acceptor, place);
    }
}

/* ---- New connections ------------------------------------------------------------------------- */

static enum accept_room room(void *owner)
{
    struct acceptor *acceptor = owner;
    if (!places_may_have_room(&acceptor->places))
        return ACCEPT_FULL;
    return acceptor->waiting >= WAITING_MAX || !may_announce(acceptor) || least_busy(acceptor) == NULL ? ACCEPT_LATER
                                                                                                       : ACCEPT_NOW;
}

/* The time, if two connections do not have the same. */
static uint64_t next_number(struct acceptor *acceptor)
{
    uint64_t now = clock_ns();
    acceptor->last_number = now > acceptor->last_number ? now : acceptor->last_number + 1;
    return acceptor->last_number;
}

static void on_connection(void *owner, int fd, uint8_t port)
{
    struct acceptor *acceptor = owner;
    struct peer_name peer;
    char text[PEER_NAME_TEXT_MAX];
    uint64_t number = next_number(acceptor);

    FAULT_POINT("connection-numbered");
    if (!peer_name_of_socket(fd, &peer)) {
        close(fd); /* it has gone again */
        return;
    }
    uint64_t address = peer_name_group(&peer);
    if (!make_room(acceptor, address)) {
        log_full_address(acceptor, fd);
        close(fd);
        return;
    }
    struct place *place = places_add(&acceptor->places, number, address, port);
    if (place == NULL) {
        log_event(LOG_ERROR, "accept", LOG_FAIL, "peer: %s | reason: no memory for a connection",
                  peer_name_text(&peer, text));
        close(fd);
        return;
    }
    place->fd = fd;
    place->asks = 1; /* make_room has asked, if it had to */
    let_wait(acceptor, place);
    settle(acceptor, place);
}

/* ---- From workers ---------------------------------------------------------------------------- */

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
    drop(acceptor, place);
}

/* Of an acceptor before this one. */
static void on_have(struct acceptor *acceptor, struct worker_line *worker, const struct handoff_note *note)
{
    struct place *place = places_add(&acceptor->places, note->number, note->address, note->port % PORTS);
    if (place == NULL)
        return; /* it is not counted: better than to close it */
    place->worker = worker->name.slot;
    worker->connections++;
    worker->had++;
    places_settle(&acceptor->places, place);
    if (note->spoke)
        places_spoke(&acceptor->places, place);
    place = places_excess(&acceptor->places, place);
    if (place != NULL)
        evict(acceptor, place);
}

static void lose_worker(struct acceptor *acceptor, struct worker_line *worker);

/* What a worker says that says the impossible counts for nothing: the supervisor kills it. */
static void expel(struct acceptor *acceptor, struct worker_line *worker, unsigned type, const char *doubt)
{
    log_event(LOG_CRITICAL, "worker_message", LOG_FAIL, "type: %u | reason: malformed note from worker: %s", type,
              doubt);
    control_send_worker(acceptor->control_fd, CONTROL_EXPEL, &worker->name, -1);
    lose_worker(acceptor, worker);
}

/* What only the acceptor can know of a note. */
static const char *doubt_place(const struct acceptor *acceptor, const struct worker_line *worker,
                               const struct handoff_note *note, const struct place *place)
{
    if (note->type == HANDOFF_HAVE && (place != NULL || worker->had >= acceptor->connections_max))
        return "a connection that it cannot have from before";
    return place != NULL && place->worker != worker->name.slot ? "a connection of another worker" : NULL;
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
        doubt = doubt_place(acceptor, worker, note, place);
    if (doubt != NULL) {
        expel(acceptor, worker, note->type, doubt);
        place = NULL;
    } else if (note->type == HANDOFF_HAVE) {
        on_have(acceptor, worker, note);
    }
    if (place == NULL) {
        settle_all(acceptor);
        accept_resume(&acceptor->accept);
        return;
    }
    if (note->type == HANDOFF_TAKEN)
        on_taken(acceptor, worker, place);
    else if (note->type == HANDOFF_SPOKE)
        places_spoke(&acceptor->places, place);
    else if (note->type == HANDOFF_KEPT)
        places_declined(&acceptor->places, place);
    else if (note->type == HANDOFF_CLOSED)
        on_closed(acceptor, worker, place);
    settle_all(acceptor);
    accept_resume(&acceptor->accept);
}

/* The worker died. What it had taken is gone with it; what it had not is passed on. */
static void lose_worker(struct acceptor *acceptor, struct worker_line *worker)
{
    struct place *next;

    handoff_close(&worker->handoff);
    for (struct place *place = acceptor->places.first; place != NULL; place = next) {
        next = place->after;
        if (place->worker != worker->name.slot)
            continue;
        if (place->fd == -1) {
            (void)announce(acceptor, HANDOFF_GONE, place, place->worker);
            places_remove(&acceptor->places, place);
            continue;
        }
        let_wait(acceptor, place);
    }
    worker->connections = worker->untaken = worker->had = 0;
}

static void on_end(struct handoff *handoff, bool malformed)
{
    struct acceptor *acceptor = handoff->owner;
    struct worker_line *worker = (struct worker_line *)handoff;

    if (malformed)
        expel(acceptor, worker, 0, "bytes that are no note");
    else
        lose_worker(acceptor, worker);
    FAULT_POINT("worker-lost");
    settle_all(acceptor);
    accept_resume(&acceptor->accept);
}

/* ---- From the supervisor --------------------------------------------------------------------- */

/* A worker was started in this slot. What its predecessor had said before it died counts. */
static void add_worker(struct acceptor *acceptor, const struct worker_name *name, int fd)
{
    if (name->slot >= acceptor->worker_count) {
        close(fd);
        return;
    }
    struct worker_line *worker = &acceptor->workers[name->slot];
    if (handoff_is_open(&worker->handoff))
        handoff_drain(&worker->handoff);
    if (handoff_is_open(&worker->handoff))
        lose_worker(acceptor, worker);
    worker->name = *name;
    if (!handoff_open(&worker->handoff, &acceptor->loop, fd, on_note, on_end, acceptor)) {
        log_event(LOG_CRITICAL, "memory", LOG_FAIL, "reason: out of memory for a worker's line");
        _exit(1); /* the next acceptor is given lines to all workers */
    }
    settle_all(acceptor);
    accept_resume(&acceptor->accept);
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
    settle_all(acceptor);
    accept_resume(&acceptor->accept);
}

static void join_committer(struct acceptor *acceptor, int fd)
{
    handoff_close(&acceptor->committer);
    if (!handoff_open(&acceptor->committer, &acceptor->loop, fd, on_committer_note, on_committer_end, acceptor)) {
        log_event(LOG_CRITICAL, "memory", LOG_FAIL, "reason: out of memory for the line to the committer");
        _exit(1);
    }
    handoff_tell_room(&acceptor->committer, on_committer_room);
    on_committer_room(&acceptor->committer);
}

/* At the end of the line the process ends: connections that no worker has taken end with it. */
static void on_control(uv_poll_t *poll, int status, int events)
{
    struct acceptor *acceptor = poll->data;
    struct control_note note;
    int fd;
    enum control_outcome outcome = CONTROL_END;

    (void)events;
    while (status >= 0 && (outcome = control_receive(acceptor->control_fd, &note, &fd)) == CONTROL_NOTE)
        if (note.type == CONTROL_HANDOFF && fd != -1)
            add_worker(acceptor, &(struct worker_name){ note.value, note.generation }, fd);
        else if (note.type == CONTROL_ANNOUNCE && fd != -1)
            join_committer(acceptor, fd);
    if (outcome == CONTROL_END)
        uv_stop(&acceptor->loop);
}

static void on_beat(uv_timer_t *timer)
{
    struct acceptor *acceptor = timer->data;
    control_send(acceptor->control_fd, CONTROL_BEAT, 0, -1);
}

static bool start(struct acceptor *acceptor, const struct settings *settings, const struct listeners *listeners)
{
    uint64_t beat_ms = settings->hang_ms / 4 < BEAT_MS ? settings->hang_ms / 4 : BEAT_MS;

    acceptor->worker_count = settings->workers;
    acceptor->announces = settings->serves_tls;
    acceptor->committer.fd = -1;
    acceptor->connections_max = settings->max_connections + MESSAGE_SLOTS_SPARE;
    acceptor->workers = calloc(settings->workers, sizeof *acceptor->workers);
    if (acceptor->workers == NULL || uv_loop_init(&acceptor->loop) != 0 ||
        !places_init(&acceptor->places, settings->max_connections, settings->max_per_address))
        return false;
    for (unsigned i = 0; i < settings->workers; i++)
        acceptor->workers[i] = (struct worker_line){ .handoff = { .fd = -1 }, .name = { .slot = i } };
    uv_timer_init(&acceptor->loop, &acceptor->beat);
    if (uv_poll_init(&acceptor->loop, &acceptor->control, acceptor->control_fd) != 0)
        return false;
    acceptor->beat.data = acceptor->control.data = acceptor;
    acceptor->accept = (struct accept){ .owner = acceptor, .room = room, .on_connection = on_connection };
    uv_timer_start(&acceptor->beat, on_beat, 0, beat_ms);
    uv_poll_start(&acceptor->control, UV_READABLE, on_control);
    return accept_start(&acceptor->accept, &acceptor->loop, listeners);
}

int acceptor_run(const struct settings *settings, const struct listeners *listeners, int control)
{
    static struct acceptor acceptor;

    acceptor.control_fd = control;
    acceptor.began_ns = acceptor.last_number = clock_ns();
    if (!start(&acceptor, settings, listeners)) {
        log_event(LOG_CRITICAL, "start_process", LOG_FAIL, "reason: no memory or descriptors for its event loop");
        return 1;
    }
    FAULT_POINT("acceptor-starts");
    uv_run(&acceptor.loop, UV_RUN_DEFAULT);
    return 0;
}
