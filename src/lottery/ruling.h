/*
 * A ruling: what the judge decides about one request, for each way in which its transaction may end
 * (protocol, sections 5 and 6).
 *
 * It is complete before the transaction ends: the code that ends it only picks the verdict for that
 * outcome. Facts for the log, and effects on other connections, are kept apart from the ruling.
 */
#ifndef LOTTERY_RULING_H
#define LOTTERY_RULING_H

#include <stdbool.h>
#include <stdint.h>

#include "lottery/speakers.h"

enum verdict {
    VERDICT_STORED,    /* ANSWER 0 */
    VERDICT_REFUSED,   /* ANSWER 1; the connection stays open */
    VERDICT_WAITING,   /* FINISH counts; its round is not drawn yet */
    VERDICT_DRAWN,     /* FINISH counts; the round is drawn: ask for its winners */
    VERDICT_COLLECTED, /* RECEIPT counts */
    VERDICT_CLOSE,     /* no answer; earlier answers first, then the connection is closed */
    VERDICT_NOTED,     /* no frame: bytes that were refused; it is remembered whose they were */
    VERDICT_ABORT      /* an older connection: closed at once, unsent answers and all */
};

/* How a transaction ends. */
enum outcome {
    OUTCOME_COMMITTED,
    OUTCOME_ROLLED_BACK, /* nothing of it is stored */
    OUTCOME_UNKNOWN,     /* COMMIT itself failed: it may or may not be stored */
    OUTCOME_COUNT
};

struct ruling {
    enum verdict verdict[OUTCOME_COUNT];
    uint32_t round;     /* WAITING, DRAWN: whose winners */
    const char *reason; /* why not, if a rule says so (a static text); NULL if none does */
};

/* The same verdict however the transaction ends, because it does not depend on the store. */
struct ruling ruling_regardless(enum verdict verdict, const char *reason);

/* One verdict if it is committed, `rolled_back` if it was rolled back, and no answer if the outcome
 * is unknown. */
struct ruling ruling_if_committed(enum verdict committed, enum verdict rolled_back);

/* What the log says about a request, whatever its outcome. */
struct facts {
    uint8_t agency;    /* that it speaks for; 0 if none can be told */
    uint16_t bets;     /* in the frame */
    uint32_t document; /* of its first bet … */
    uint16_t number;   /* … and its number */
    uint32_t round;    /* of FINISH, RECEIPT, winners */
    uint64_t winners;  /* that the agency has in that round */
    bool repeated;     /* the store knows its KEY, or it changed no state: nothing was stored for it */
};

/* A round that was drawn. */
struct draw {
    uint32_t round;   /* 0: none was */
    uint16_t number;  /* the winning number */
    uint64_t winners; /* of all agencies */
    bool elsewhere;   /* another server drew it */
};

/* The effects on others of a request that is taken. */
struct effects {
    bool supersedes; /* `superseded` has to be closed: a newer connection speaks for its agency */
    struct speaker superseded;
    struct draw draw; /* the FINISH was the last one */
};

struct judgement {
    struct ruling ruling;
    struct facts facts;
    struct effects effects;
    const char *doubt; /* no worker says this while it works (a static text); NULL if it may be */
};

/* The effects that remain after this outcome. If the outcome is unknown, the newer connection
 * stands: its bets may be stored, and a FINISH that the older one still has would close their
 * round. */
struct effects effects_of(const struct effects *effects, enum outcome outcome);

#endif
