/* Which connections there are, and who makes room: see places.h. */
#include "server/acceptor/places.h"

#include <stdlib.h>

static size_t bucket_of(const struct places *places, uint64_t key)
{
    return (size_t)((key * UINT64_C(0x9e3779b97f4a7c15)) >> 32) & (places->buckets - 1);
}

bool places_init(struct places *places, uint32_t most, uint32_t most_of_address)
{
    size_t buckets = 16;
    while (buckets < most)
        buckets *= 2;
    *places = (struct places){ .most = most, .most_of_address = most_of_address, .buckets = buckets };
    places->by_number = calloc(buckets, sizeof(struct place *));
    places->by_address = calloc(buckets, sizeof(struct address_places *));
    if (places->by_number != NULL && places->by_address != NULL)
        return true;
    places_fini(places);
    return false;
}

void places_fini(struct places *places)
{
    while (places->first != NULL)
        places_remove(places, places->first);
    free(places->by_number);
    free(places->by_address);
    *places = (struct places){ 0 };
}

/* ---- Addresses ------------------------------------------------------------------------------- */

static bool is_same(struct counted_address one, struct counted_address other)
{
    return one.group == other.group && one.origin == other.origin;
}

static struct address_places **bucket_of_address(const struct places *places, struct counted_address key)
{
    return &places->by_address[bucket_of(places, key.group + key.origin)];
}

static struct address_places *find_address(const struct places *places, struct counted_address key)
{
    struct address_places *address = *bucket_of_address(places, key);
    while (address != NULL && !is_same(address->key, key))
        address = address->next_of_hash;
    return address;
}

static struct address_places *find_or_add_address(struct places *places, struct counted_address key)
{
    struct address_places *address = find_address(places, key);
    struct address_places **bucket = bucket_of_address(places, key);

    if (address != NULL)
        return address;
    address = malloc(sizeof *address);
    if (address == NULL)
        return NULL;
    *address = (struct address_places){ .key = key, .next_of_hash = *bucket, .after = places->addresses };
    if (places->addresses != NULL)
        places->addresses->before = address;
    places->addresses = address;
    *bucket = address;
    return address;
}

static void drop_address(struct places *places, struct address_places *address)
{
    struct address_places **link = bucket_of_address(places, address->key);
    while (*link != address)
        link = &(*link)->next_of_hash;
    *link = address->next_of_hash;
    if (address->before != NULL)
        address->before->after = address->after;
    else
        places->addresses = address->after;
    if (address->after != NULL)
        address->after->before = address->before;
    free(address);
}

static bool is_limited(const struct address_places *address)
{
    return address->key.origin != ADDRESS_PROXY;
}

/* ---- Those that can be asked to leave -------------------------------------------------------- */

static bool is_evictable(const struct place *place)
{
    return place->settled && !place->spoke && !place->leaving && !place->held;
}

/* After another of its address; NULL: as the oldest. */
static void enlist(struct places *places, struct place *place, struct place *older)
{
    struct address_places *address = place->address;
    struct place *newer = older == NULL ? address->oldest : older->newer;

    place->older = older;
    place->newer = newer;
    *(older == NULL ? &address->oldest : &older->newer) = place;
    *(newer == NULL ? &address->newest : &newer->older) = place;
    address->evictable++;
    places->evictable++;
}

/* Workers take what they are passed each in its own time: the order is that of the numbers. */
static void enlist_by_number(struct places *places, struct place *place)
{
    struct place *older = place->address->newest;
    while (older != NULL && older->number > place->number)
        older = older->older;
    enlist(places, place, older);
}

static void delist(struct places *places, struct place *place)
{
    struct address_places *address = place->address;
    if (place->older != NULL)
        place->older->newer = place->newer;
    else
        address->oldest = place->newer;
    if (place->newer != NULL)
        place->newer->older = place->older;
    else
        address->newest = place->older;
    address->evictable--;
    places->evictable--;
}

static void count(struct places *places, struct place *place, bool in)
{
    uint32_t one = in ? 1 : UINT32_MAX;
    places->count += one;
    place->address->count += one;
}

/* ---- Connections ----------------------------------------------------------------------------- */

struct place *places_find(const struct places *places, uint64_t number)
{
    struct place *place = places->by_number[bucket_of(places, number)];
    while (place != NULL && place->number != number)
        place = place->next_of_hash;
    return place;
}

struct place *places_add(struct places *places, uint64_t number, struct counted_address key, uint8_t port)
{
    struct place *place = malloc(sizeof *place);
    struct address_places *address = place == NULL ? NULL : find_or_add_address(places, key);
    struct place **bucket = &places->by_number[bucket_of(places, number)];

    if (address == NULL) {
        free(place);
        return NULL;
    }
    *place = (struct place){
        .number = number, .address = address, .port = port, .fd = -1, .next_of_hash = *bucket, .before = places->last
    };
    *bucket = place;
    if (places->last != NULL)
        places->last->after = place;
    else
        places->first = place;
    places->last = place;
    address->all++;
    count(places, place, true);
    return place;
}

void places_settle(struct places *places, struct place *place)
{
    if (place->settled)
        return;
    place->settled = true;
    if (is_evictable(place))
        enlist_by_number(places, place);
}

static void unlink_place(struct places *places, struct place *place)
{
    struct place **link = &places->by_number[bucket_of(places, place->number)];
    while (*link != place)
        link = &(*link)->next_of_hash;
    *link = place->next_of_hash;
    if (place->before != NULL)
        place->before->after = place->after;
    else
        places->first = place->after;
    if (place->after != NULL)
        place->after->before = place->before;
    else
        places->last = place->before;
}

void places_remove(struct places *places, struct place *place)
{
    struct address_places *address = place->address;

    if (is_evictable(place))
        delist(places, place);
    if (place->leaving)
        places->leaving--;
    else
        count(places, place, false);
    if (place->held)
        places->held--;
    unlink_place(places, place);
    if (--address->all == 0)
        drop_address(places, address);
    free(place);
}

static void move_to(struct places *places, struct place *place, struct address_places *address)
{
    struct address_places *before = place->address;

    if (!place->leaving)
        count(places, place, false);
    place->address = address;
    if (!place->leaving)
        count(places, place, true);
    address->all++;
    if (--before->all == 0)
        drop_address(places, before);
}

bool places_report(struct places *places, struct place *place, uint64_t group)
{
    const struct counted_address key = { .group = group, .origin = ADDRESS_REPORTED };
    struct address_places *address = find_or_add_address(places, key);

    if (address == NULL)
        return false;
    if (is_evictable(place))
        delist(places, place);
    place->held = true;
    places->held++;
    move_to(places, place, address);
    return true;
}

void places_release(struct places *places, struct place *place)
{
    if (!place->held)
        return;
    place->held = false;
    places->held--;
    if (is_evictable(place))
        enlist_by_number(places, place);
}

void places_spoke(struct places *places, struct place *place)
{
    if (is_evictable(place))
        delist(places, place);
    place->spoke = true;
}

/* ---- Room ------------------------------------------------------------------------------------ */

/* Of the address that has most of those that can leave, its oldest. */
static struct place *oldest_of_most(const struct places *places)
{
    const struct address_places *most = NULL;
    for (const struct address_places *address = places->addresses; address != NULL; address = address->after)
        if (most == NULL || address->evictable > most->evictable)
            most = address;
    return most == NULL ? NULL : most->oldest;
}

bool places_exceeds_address(const struct places *places, const struct place *place)
{
    return is_limited(place->address) && place->address->all > places->most_of_address;
}

bool places_fits(const struct places *places, const struct place *place)
{
    return places->count + places->leaving <= places->most && !places_exceeds_address(places, place);
}

bool places_fits_reported(const struct places *places, const struct place *place, uint32_t workers)
{
    const uint32_t half = places->most_of_address / 2;
    uint32_t *of_worker, all = 0;

    if (!places_exceeds_address(places, place) || (of_worker = calloc(workers, sizeof *of_worker)) == NULL)
        return !places_exceeds_address(places, place);
    for (const struct place *other = places->first; other != NULL; other = other->after)
        if (other->address == place->address && other->worker < workers)
            of_worker[other->worker]++;
    for (uint32_t i = 0; i < workers; i++)
        all += i == place->worker || of_worker[i] < half ? of_worker[i] : half;
    free(of_worker);
    return all <= places->most_of_address;
}

bool places_may_have_room(const struct places *places)
{
    return places->count < places->most || (places->evictable > 0 && places->leaving < PLACES_LEAVING_MAX);
}

enum places_room places_room(const struct places *places, struct counted_address key, struct place **who)
{
    const struct address_places *address = find_address(places, key);

    if (address != NULL && is_limited(address) && address->count >= places->most_of_address)
        *who = address->oldest;
    else if (places->count >= places->most)
        *who = oldest_of_most(places);
    else
        return PLACES_FREE;
    return *who != NULL && places->leaving < PLACES_LEAVING_MAX ? PLACES_IF_ONE_LEAVES : PLACES_TAKEN;
}

struct place *places_excess(const struct places *places, const struct place *place)
{
    if (places->leaving >= PLACES_LEAVING_MAX)
        return NULL;
    if (is_limited(place->address) && place->address->count > places->most_of_address)
        return place->address->oldest;
    return places->count > places->most ? oldest_of_most(places) : NULL;
}

void places_ask(struct places *places, struct place *place)
{
    delist(places, place);
    place->leaving = true;
    places->leaving++;
    count(places, place, false);
}

void places_declined(struct places *places, struct place *place)
{
    if (!place->leaving)
        return;
    place->leaving = false;
    places->leaving--;
    count(places, place, true);
    if (is_evictable(place))
        enlist(places, place, place->address->newest);
}
