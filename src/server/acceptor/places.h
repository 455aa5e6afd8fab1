/*
 * Places: which connections there are, in all and of each address, and who makes room (protocol,
 * section 6).
 *
 * A connection that never had a frame taken can be asked to leave when its address has its share of
 * the places, or all are in use; it counts no longer from then on, and again if it declines. One
 * that came through a proxy counts for no address until its own is reported; then it is held until
 * there is room for it. Pure: knows no socket, no process and no clock.
 */
#ifndef SERVER_ACCEPTOR_PLACES_H
#define SERVER_ACCEPTOR_PLACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/channel/counted_address.h"

#define PLACES_LEAVING_MAX 64u /* asked to leave and not gone, at most */

struct address_places;

struct place {
    /* read-only */
    uint64_t number;
    struct address_places *address;
    uint8_t port;
    bool settled; /* its worker has it */
    bool spoke;   /* a frame of it was taken */
    bool leaving; /* it was asked to make room */
    bool held;    /* its address was reported, and it waits for room */
    /* yours */
    unsigned worker;
    int fd;              /* -1 once its worker has it */
    uint32_t line;       /* in what was passed (passed.h) */
    uint32_t asks;       /* connections that were asked to leave for it */
    uint32_t beats_owed; /* how long its worker has owed an answer, in beats of the acceptor */
    /* private */
    struct place *before, *after; /* all, in the order in which they were added */
    struct place *next_of_hash;
    struct place *newer, *older; /* of its address, those that can be asked to leave */
};

struct address_places {
    struct counted_address key;
    uint32_t count;     /* connections, without those that leave */
    uint32_t evictable; /* of them, those that can be asked to leave */
    uint32_t all;       /* with those that leave */
    struct place *oldest, *newest;
    struct address_places *next_of_hash;
    struct address_places *before, *after;
};

struct places {
    /* read-only */
    uint32_t count;     /* connections, without those that leave */
    uint32_t leaving;   /* asked to leave and not gone */
    uint32_t evictable; /* can be asked to leave */
    uint32_t held;
    struct place *first;
    /* private */
    uint32_t most, most_of_address;
    struct place *last;
    struct address_places *addresses;
    struct place **by_number;
    struct address_places **by_address;
    size_t buckets;
};

/* At most so many in all, and of one address. False if there is no memory. */
bool places_init(struct places *places, uint32_t most, uint32_t most_of_address);
void places_fini(struct places *places);

struct place *places_find(const struct places *places, uint64_t number);

/* A connection that counts from now on. NULL if there is no memory. */
struct place *places_add(struct places *places, uint64_t number, struct counted_address address, uint8_t port);

/* A proxy's header said whose it is: it counts there from now on, and is held. False, with nothing
 * changed, if there is no memory. */
bool places_report(struct places *places, struct place *place, uint64_t group);

/* It is held no longer. */
void places_release(struct places *places, struct place *place);

/* Its worker has it: it can be asked to leave from now on. */
void places_settle(struct places *places, struct place *place);

/* It is gone. */
void places_remove(struct places *places, struct place *place);

/* A frame of it was taken: it is never asked to leave again. */
void places_spoke(struct places *places, struct place *place);

/* Is there room for one of this address? */
enum places_room {
    PLACES_FREE,
    PLACES_IF_ONE_LEAVES, /* *who can be asked to */
    PLACES_TAKEN          /* and none of those who would have to leave can */
};
enum places_room places_room(const struct places *places, struct counted_address address, struct place **who);

/* Is there room for it, with all who were asked to leave and have not? */
bool places_fits(const struct places *places, const struct place *place);

/* Is there room for one whose address was reported? Its own worker's word counts in full, that of
 * each other one for half of an address's share at most: no single worker keeps an address out by
 * what it says. `workers`: how many there may be. */
bool places_fits_reported(const struct places *places, const struct place *place, uint32_t workers);

/* Is it its address that has too many? */
bool places_exceeds_address(const struct places *places, const struct place *place);

/* Who has to leave because this one, which was there before others, was heard of after they were
 * let in; NULL if there are not too many, or none can be asked. */
struct place *places_excess(const struct places *places, const struct place *place);

/* Could there be room for a connection of some address? */
bool places_may_have_room(const struct places *places);

/* It was asked to leave; it declined, and others are asked before it is asked again. */
void places_ask(struct places *places, struct place *place);
void places_declined(struct places *places, struct place *place);

#endif
