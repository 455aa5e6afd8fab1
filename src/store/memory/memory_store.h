/*
 * A store.h in memory, whose disk fails when it is told to: for tests and fuzzers alone. It keeps
 * what a round needs: who bet which number, keys, states, draws; names and days of birth are not
 * kept. Its contents outlive store_close, as a file's do.
 */
#ifndef STORE_MEMORY_MEMORY_STORE_H
#define STORE_MEMORY_MEMORY_STORE_H

#include "store/store.h"

#define MEMORY_AGENCIES 3u
#define MEMORY_BETS 1024u
#define MEMORY_KEYS 512u
#define MEMORY_DRAWS 256u

enum memory_fault {
    MEMORY_SOUND,
    MEMORY_BEGIN_FAILS,
    MEMORY_WRITE_FAILS,         /* one of the next writes */
    MEMORY_COMMIT_FAILS,        /* nothing is stored */
    MEMORY_COMMIT_UNKNOWN_LOST, /* nobody can know: nothing is stored … */
    MEMORY_COMMIT_UNKNOWN_KEPT, /* … or all of it */
    MEMORY_FAULTS
};

struct memory_bet {
    uint32_t round;
    uint32_t document;
    uint16_t number;
    uint8_t agency;
};

struct memory_key {
    uint64_t key;
    struct key_record record;
    uint8_t agency;
};

/* Tables only grow, so that what is durable is how much of them is. */
struct memory_size {
    size_t bets, keys, draws;
    struct agency_state agency[MEMORY_AGENCIES + 1];
};

struct store {
    uint8_t agencies;
    struct memory_bet bets[MEMORY_BETS];
    struct memory_key keys[MEMORY_KEYS];
    uint16_t winning[MEMORY_DRAWS]; /* of round i + 1 */
    struct memory_size now, durable;
    bool in_transaction;
    enum memory_fault fault; /* of the next transaction; sound again after it */
    unsigned writes_left;    /* before WRITE_FAILS does */
};

/* An empty store of so many agencies. */
void memory_store_init(struct store *store, uint8_t agencies);
/* As store_open does with what a killed process left: only what is durable is there. */
void memory_store_reopen(struct store *store);

#endif
