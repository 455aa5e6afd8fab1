/*
 * The judge: what a frame is worth (protocol, sections 6 to 8).
 *
 * It holds the rounds, the claims and the store together, decodes each frame again (it trusts no
 * worker), and says which verdict it gets, inside the store's transaction. It sends nothing and
 * commits nothing: whoever calls it commits, and only then lets anyone know; or takes everything
 * back.
 */
#ifndef LOTTERY_JUDGE_H
#define LOTTERY_JUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lottery/rounds.h"
#include "lottery/ruling.h"
#include "lottery/speakers.h"
#include "store/store.h"

/* A connection, as the judge knows it. All zeros but for `claim` and `port` when it is new. */
struct peer {
    struct claim claim;
    uint8_t port;
    uint8_t agency;         /* fixed by the first frame taken; 0 before */
    bool refused;           /* a frame of it was answered 1: no FINISH counts behind that */
    bool closed;            /* it was told to close: nothing more of it is looked at */
    uint32_t winners_round; /* the round that its last FINISH asked for; 0: none */
    uint32_t receipt_for;   /* the latest round for which it carried a RECEIPT */
};

struct judgement {
    enum verdict verdict;
    uint32_t round;     /* WAITING, DRAWN: whose winners */
    uint64_t winners;   /* of judge_winners: how many; where `drew`: of all agencies */
    const char *reason; /* why not, for the log; NULL if all is well */
    uint8_t agency;     /* that the frame speaks for; 0 if none can be told */
    uint16_t bets;      /* in the frame */
    uint32_t document;  /* of the frame's first bet … */
    uint16_t number;    /* … and its number */
    bool repeated;      /* its KEY is known: nothing was stored for it */
    bool closes_round;  /* a FINISH that made the agency wait */
    bool drew;          /* … and was the last one: the round was drawn */
    bool supersedes;    /* the connection in `superseded` has to be closed */
    struct claim superseded;
};

struct judge {
    struct rounds rounds;
    struct claims claims;
    struct store *store; /* borrowed */
    enum sorteo_dialect dialect;
    uint16_t winning_number;
    /* private */
    bool moved[AGENCIES_MAX + 1]; /* whose state the transaction has to write */
    struct sorteo_bet *bets;      /* of the frame under judgement */
    size_t bets_cap;
};

/* Reads where every agency stands. OK or FAILED. What else the judge has is kept, the claims
 * too. */
SORTEO_MUST_USE enum store_code judge_load(struct judge *judge, struct store *store);
void judge_fini(struct judge *judge);

/* Each judges one thing of a peer, which it changes; OK, or FAILED if the store failed, and then
 * the whole transaction has to be taken back. A frame that is none at all gets VERDICT_CLOSE. */
SORTEO_MUST_USE enum store_code judge_frame(struct judge *judge, struct peer *peer, enum frame_kind kind,
                                            const uint8_t *bytes, size_t len, struct judgement *judgement);

/* Says of a frame what the log needs, where the store cannot be asked what it is worth: it may be a
 * repetition. */
void judge_describe(struct judge *judge, enum frame_kind kind, const uint8_t *bytes, size_t len,
                    struct judgement *judgement);

/* The peer is about to be sent winners of a round, from the first on if `from` is 0: that is made
 * durable before their first byte. VERDICT_DRAWN, or CLOSE if they cannot be told. */
SORTEO_MUST_USE enum store_code judge_winners(struct judge *judge, struct peer *peer, uint32_t round, uint32_t from,
                                              struct judgement *judgement);

/* Draws the round if all wait and nobody has drawn it, as after a crash in between; *drew says
 * whether. */
SORTEO_MUST_USE enum store_code judge_draw_if_due(struct judge *judge, struct judgement *judgement);

/* Writes the states that moved; the last thing before the commit. */
SORTEO_MUST_USE enum store_code judge_write(struct judge *judge);

#endif
