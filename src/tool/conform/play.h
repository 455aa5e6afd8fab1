/*
 * A server that does all that a client asks, but for the one thing that its plan says, and what was
 * seen of the client meanwhile. The cases against a client are plans, and questions about what was
 * seen.
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
    unsigned wrong_frame;  /* which BATCH gets another answer than 0: 1 is the first; 0: none does */
    unsigned wrong_answer; /* then: 1, another byte, or NO_ANSWER; 1 and NO_ANSWER end the connection if … */
    bool wrong_closes;     /* … this says so; NO_ANSWER always does */
    bool closes;           /* the connection ends with each answer */
    bool closes_first;     /* the first connection ends before a byte was read */
    bool waits;            /* before each answer there is a silence, in which no FINISH may come */
    enum play_winners how;
    unsigned winners; /* documents of the file's bettors, again from the first once all were listed */
};

struct play {
    struct host *host;
    const struct play_plan *plan;
    const struct sorteo_bet *rows; /* whose documents win */
    unsigned row_count;

    /* What was seen. */
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

/* Plays until the client has left. The host's verdict is not good where the client did what no plan
 * allows, or nothing for too long. */
void play_run(struct play *play);
void play_fini(struct play *play);

#endif
