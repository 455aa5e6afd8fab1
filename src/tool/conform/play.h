/*
 * A server that behaves well except in what its plan says, and a record of what the client did. A
 * case against a client is such a plan, and a check of that record.
 */
#ifndef TOOL_CONFORM_PLAY_H
#define TOOL_CONFORM_PLAY_H

#include "tool/conform/host.h"

enum play_winners {
    WINNERS_WHOLE,
    WINNERS_LATE,    /* after a silence, in which nothing may come */
    WINNERS_DRIPPED, /* byte by byte */
    WINNERS_HELD,    /* the last byte after a silence, in which nothing may come */
    WINNERS_CUT,     /* the first time only half of them, and the end of the connection */
    WINNERS_NEVER    /* the first time the end of the connection instead */
};

enum { PLAY_NO_ANSWER = 256, PLAY_KEYS_MAX = 256 };

struct play_plan {
    unsigned wrong_frame;  /* the BATCH that does not get answer 0: 1 is the first; 0: none */
    unsigned wrong_answer; /* what it gets: 1, another byte, or NO_ANSWER */
    bool wrong_closes;     /* the connection ends with that; NO_ANSWER always ends it */
    bool closes;           /* the connection ends after each answer */
    bool closes_first;     /* the first connection ends before a byte is read */
    bool waits;            /* before each answer there is a silence, in which no FINISH may come */
    enum play_winners how;
    unsigned winners; /* documents of the file's bettors, again from the first once all were listed */
};

struct play {
    struct host *host;
    const struct play_plan *plan;
    const struct sorteo_bet *rows; /* whose documents win */
    unsigned row_count;

    /* What the client did. */
    struct lines stored; /* bets that were answered 0, in their order */
    unsigned batches;    /* BATCHes that came, repeats too */
    unsigned finishes, receipts;
    size_t longest;       /* bytes of the longest BATCH */
    bool wrong_agency;    /* a bet or FINISH of another agency than the client was told */
    bool wrong_was_given; /* the wrong answer, or none */
    bool was_repeated;    /* after that: the same BATCH came again */
    bool went_on;         /* after that: another BATCH came, on a new connection */
    bool key_twice;       /* two different requests had the same KEY */
    bool finish_key_changed;
    bool exit_zero;

    /* private */
    struct heard heard, wrong;
    uint64_t keys[PLAY_KEYS_MAX];
    unsigned key_count;
    uint64_t finish_key;
    struct guest *due; /* the connection whose RECEIPT is due */
    bool winners_were_lost;
    unsigned wrong_connection;
};

/* Plays until the client has exited. The host's verdict is not good if the client did what no plan
 * allows, or did nothing for too long. */
void play_run(struct play *play);
void play_fini(struct play *play);

#endif
