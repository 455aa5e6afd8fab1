/*
 * Admission: which connection gets a place, who is asked to leave for it, and who waits. places.c
 * counts the places; here is what that means for sockets and workers.
 */
#include <unistd.h>

#include "base/log.h"
#include "base/peer_name.h"
#include "server/acceptor/acceptor_parts.h"

#define ADDRESS_IS_FULL "connection limit of its address reached"

void acceptor_let_wait(struct acceptor *acceptor, struct place *place)
{
    passed_drop(&acceptor->passed, place->line);
    place->line = PASSED_NOWHERE;
    place->worker = NO_WORKER;
    acceptor->waiting++;
}

void acceptor_free_place(struct acceptor *acceptor, struct place *place)
{
    if (place->fd != -1)
        close(place->fd);
    if (place->worker == NO_WORKER)
        acceptor->waiting--;
    else
        (void)acceptor_announce(acceptor, HANDOFF_GONE, place, place->worker);
    passed_drop(&acceptor->passed, place->line);
    places_remove(&acceptor->places, place);
}

void acceptor_evict(struct acceptor *acceptor, struct place *place)
{
    const struct handoff_note note = { .type = HANDOFF_EVICT, .number = place->number };

    places_ask(&acceptor->places, place);
    place->beats_owed = 0;
    if (!handoff_send(&acceptor->workers[place->worker].handoff, &note, -1))
        places_declined(&acceptor->places, place);
}

static void log_not_admitted(struct acceptor *acceptor, int fd, const char *reason)
{
    const struct log_kind kind = { .action = "accept", .reason = reason, .level = LOG_WARNING };
    struct peer_name peer;
    char text[PEER_NAME_TEXT_MAX];

    (void)peer_name_of_socket(fd, &peer);
    if (peer_log_allows(&acceptor->log, &kind, &peer))
        log_event(LOG_WARNING, "accept", LOG_FAIL, "peer: %s | reason: %s", peer_name_text(&peer, text), reason);
}

/* Has a connection to leave for one of this address? Then asks it. False if none can be asked. */
static bool make_room(struct acceptor *acceptor, struct counted_address address)
{
    struct place *who = NULL;

    switch (places_room(&acceptor->places, address, &who)) {
    case PLACES_FREE:
        return true;
    case PLACES_IF_ONE_LEAVES:
        acceptor_evict(acceptor, who);
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
        (void)acceptor_pass(acceptor, place); /* else when a worker takes one again */
        return;
    }
    if (places->leaving > 0)
        return;
    if (place->asks < could_be_asked(places, place) && make_room(acceptor, place->address->key)) {
        place->asks++;
        return;
    }
    if (!places_exceeds_address(places, place))
        return; /* until a connection ends */
    log_not_admitted(acceptor, place->fd, ADDRESS_IS_FULL);
    acceptor_free_place(acceptor, place);
}

static void rule_on(struct acceptor *acceptor, struct place *place, enum handoff_type type)
{
    const struct handoff_note note = { .type = (uint8_t)type, .number = place->number };

    places_release(&acceptor->places, place);
    (void)handoff_send(&acceptor->workers[place->worker].handoff, &note, -1);
}

/* The same for a connection that its worker holds. */
static void settle_held(struct acceptor *acceptor, struct place *place)
{
    struct places *places = &acceptor->places;

    if (places_fits_reported(places, place, acceptor->worker_count))
        rule_on(acceptor, place, HANDOFF_ADMIT);
    else if (places->leaving > 0)
        return;
    else if (place->asks < could_be_asked(places, place) && make_room(acceptor, place->address->key))
        place->asks++;
    else
        rule_on(acceptor, place, HANDOFF_REFUSE); /* its worker logs that */
}

void acceptor_go_on(struct acceptor *acceptor)
{
    const struct places *places = &acceptor->places;
    struct place *next;
    for (struct place *place = places->first; place != NULL && acceptor->waiting + places->held > 0; place = next) {
        next = place->after;
        if (place->worker == NO_WORKER)
            settle(acceptor, place);
        else if (place->held)
            settle_held(acceptor, place);
    }
    accept_resume(&acceptor->accept);
}

/* Without memory it is not counted, which is better than to close it. */
void acceptor_report(struct acceptor *acceptor, struct place *place, uint64_t group)
{
    place->asks = 0;
    passed_report(&acceptor->passed, place->line,
                  (struct counted_address){ .group = group, .origin = ADDRESS_REPORTED });
    if (!places_report(&acceptor->places, place, group))
        rule_on(acceptor, place, HANDOFF_ADMIT);
}

void acceptor_admit(struct acceptor *acceptor, int fd, uint64_t number, uint8_t port)
{
    struct peer_name peer;

    if (!peer_name_of_socket(fd, &peer)) {
        close(fd); /* it has gone again */
        return;
    }
    const struct counted_address address = { .group = peer_name_group(&peer),
                                             .origin = networks_contain(acceptor->proxies, &peer) ? ADDRESS_PROXY
                                                                                                  : ADDRESS_SEEN };
    if (!make_room(acceptor, address)) {
        log_not_admitted(acceptor, fd, ADDRESS_IS_FULL);
        close(fd);
        return;
    }
    struct place *place = places_add(&acceptor->places, number, address, port);
    if (place == NULL) {
        log_not_admitted(acceptor, fd, "no memory for a connection");
        close(fd);
        return;
    }
    place->fd = fd;
    place->line = PASSED_NOWHERE;
    place->asks = 1; /* make_room has asked, if it had to */
    acceptor_let_wait(acceptor, place);
    settle(acceptor, place);
}
