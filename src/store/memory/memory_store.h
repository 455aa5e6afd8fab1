/*
 * A store in memory, whose disk fails on demand: for tests and fuzzers only, which link it beside
 * the others. It keeps what a round needs: who bet which number, keys, states, draws. It does not
 * keep texts: they read as "". Its contents outlive store_close, as a file's do.
 *
 * A caller that breaks a promise of store.h (a write outside a transaction, a key put twice) ends
 * the program, so that a fuzzer notices.
 */
#ifndef STORE_MEMORY_MEMORY_STORE_H
#define STORE_MEMORY_MEMORY_STORE_H

#include "store/operations.h"

#define MEMORY_AGENCIES 3u
#define MEMORY_BETS 1024u
#define MEMORY_KEYS 512u
#define MEMORY_DRAWS 256u
#define MEMORY_FINISHES 16u

enum memory_fault {
    MEMORY_SOUND,
    MEMORY_BEGIN_FAILS,
    MEMORY_WRITE_FAILS,         /* one of the next writes */
    MEMORY_COMMIT_FAILS,        /* nothing is stored */
    MEMORY_COMMIT_UNKNOWN_LOST, /* outcome unknown: nothing is stored … */
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

struct memory_finish {
    uint64_t bets;
    int64_t uid;
    uint32_t round;
    uint8_t agency;
};

/* Tables only grow, so that what is durable is how much of them is. */
struct memory_size {
    size_t bets, keys, draws, finishes;
    size_t looked_at; /* bets, by the draw under way */
    uint64_t winners; /* that it has found so far */
    bool drawing;
    struct agency_state agency[MEMORY_AGENCIES + 1];
};

struct memory_store {
    struct store base; /* must be first */
    uint8_t agencies;
    struct memory_bet bets[MEMORY_BETS];
    struct memory_key keys[MEMORY_KEYS];
    struct memory_finish finishes[MEMORY_FINISHES];
    uint16_t winning[MEMORY_DRAWS]; /* of round i + 1 */
    struct memory_size now, durable;
    size_t draw_piece; /* bets that a piece of a draw looks at; 0: all of them */
    bool in_transaction;
    enum memory_fault fault; /* of the next transaction; sound again after it */
    unsigned writes_left;    /* before WRITE_FAILS does */
};

/* Makes it an empty store of so many agencies, at most MEMORY_AGENCIES. `&store->base` is what the
 * calls of store.h take. */
void memory_store_init(struct memory_store *store, uint8_t agencies);

/* As store_open does with what a killed process left: only what is durable is there. */
void memory_store_reopen(struct memory_store *store);

#endif
