/*
 * A model of the store that several servers share: the operations of store.h over the one database,
 * by the rules of src/store/postgresql (place.c, transaction.c, speakers.c, watch.c, draw.c), with
 * what can go wrong on the way there.
 *
 * It implements store_open itself: every path leads to the database that is simulated. The store's
 * clock (store_clock.c) is the real one.
 */
#ifndef SIMULATION_SHARED_STORE_H
#define SIMULATION_SHARED_STORE_H

#include "database.h"

/* What is around all handles. */
struct shared_store_world {
    struct database *db;
    bool has_faults; /* sessions are cut, answers are lost, statements fail, strangers take places */
    /* A call waits, for a lock or because the database is away: other things happen meanwhile. */
    void (*meanwhile)(void);
};

extern struct shared_store_world shared_store_world;

#endif
