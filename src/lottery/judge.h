/*
 * The judge: what a request is worth (protocol, sections 6 to 8).
 *
 * It brings the rounds, the speakers and the store together, decodes each frame again (it trusts no
 * worker), and rules on it, inside the store's transaction. It sends nothing and commits nothing:
 * its caller ends the transaction, tells the judge how it ended, and only then reports the results.
 */
#ifndef LOTTERY_JUDGE_H
#define LOTTERY_JUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/byte_set.h"
#include "lottery/refusals.h"
#include "lottery/request.h"
#include "lottery/rounds.h"
#include "lottery/ruling.h"
#include "lottery/speakers.h"
#include "store/store.h"

/* A connection, as the judge knows it. All zeros but for `speaker`, `address`, `port` and, where it
 * has a certificate, `certified` and `agencies` when it is new. */
struct peer {
    struct speaker speaker;
    uint64_t address;         /* who counts as one peer (base/peer_name.h), where it is not certified */
    struct byte_set agencies; /* certified: those that its certificate names */
    bool certified;           /* only frames of these agencies are taken from it (section 10) */
    uint8_t port;
    uint8_t agency;         /* fixed by the first frame taken; 0 before */
    bool refused;           /* a frame of it was answered 1: no FINISH counts after that */
    bool closed;            /* it was told to close: its further frames are ignored */
    uint32_t winners_round; /* the round that its last FINISH asked for; 0: none */
    uint32_t receipt_for;   /* the latest round for which it carried a RECEIPT */
};

/* What a transaction can change and a rollback has to restore. */
struct judge_state {
    struct rounds rounds;
    struct speakers speakers;
    struct refusals_taken taken;
};

struct judge {
    struct rounds rounds;
    struct speakers speakers;
    struct refusals refusals; /* bytes that were refused are noted here */
    struct store *store;      /* borrowed */
    enum sorteo_dialect dialect;
    bool has_keys;           /* of the dialect */
    uint16_t winning_number; /* of the draws that begin from now on */
    /* private */
    struct draw so_far;                                     /* of the draw under way: what its latest piece said */
    bool moved[AGENCIES_MAX + 1];                           /* whose state the transaction has to write */
    bool spoke[SPEAKERS_PORTS][AGENCIES_MAX + 1];           /* … and whose speaker, where the store is shared */
    struct speaker ended[SPEAKERS_PORTS][AGENCIES_MAX + 1]; /* that has to be told; number 0: none */
    bool any_ended;
    struct sorteo_bet *bets; /* of the frame under judgement */
    size_t bets_cap;
};

void judge_init(struct judge *judge, enum sorteo_dialect dialect, uint16_t winning_number);
void judge_fini(struct judge *judge);

/* Reads the state of every agency from the store. OK; or FAILED, and nothing has changed.
 * Everything else that the judge knows, the speakers included, is kept. */
SORTEO_MUST_USE enum store_code judge_load(struct judge *judge, struct store *store);

/* Connections of another server may speak for agencies by now. True if a connection of this one
 * spoke before and was not told yet that it does no more: *ended has to be closed. To be asked
 * after each transaction and after judge_load, until it is false. */
bool judge_next_ended(struct judge *judge, struct speaker *ended);

/* Begins a transaction of the store. Where other servers have changed it since the last one, the
 * state of every agency is read again: so a judgement never rests on what is over. OK or FAILED. */
SORTEO_MUST_USE enum store_code judge_begin(struct judge *judge);

/* ---- In a transaction ------------------------------------------------------------------------ */

/* Each judges one request of a peer, and updates the peer. OK, or FAILED if the store failed: then
 * the whole transaction has to be rolled back, and the ruling says what the request gets. A
 * malformed frame gets VERDICT_CLOSE. */
SORTEO_MUST_USE enum store_code judge_frame(struct judge *judge, struct peer *peer, enum frame_kind kind,
                                            const uint8_t *bytes, size_t len, struct judgement *judgement);

/* The ruling on a frame that comes after the store has failed, and so cannot be looked up: it may
 * be a repetition. */
void judge_without_store(struct judge *judge, enum frame_kind kind, const uint8_t *bytes, size_t len,
                         struct judgement *judgement);

/* The peer is about to be sent winners of a round, from number `from` on; if `from` is 0, this is
 * made durable before their first byte is sent. VERDICT_DRAWN, or CLOSE if they cannot be sent. */
SORTEO_MUST_USE enum store_code judge_winners(struct judge *judge, struct peer *peer, uint32_t round, uint32_t from,
                                              struct judgement *judgement);

/* One piece of the draw (store_draw) if all wait and the round is not drawn: in the transaction of
 * the last FINISH, then in others while judge_is_drawing, a crash in between or not. draw->round is
 * 0 unless this piece was the last one: until then, no agency's state changes. */
SORTEO_MUST_USE enum store_code judge_draw_if_due(struct judge *judge, struct draw *draw);

/* Do all wait for a draw that is under way? In *so_far how far it is, as far as that is known. */
bool judge_is_drawing(const struct judge *judge, struct draw *so_far);

/* Writes the states that have changed; the last step before the commit. */
SORTEO_MUST_USE enum store_code judge_write(struct judge *judge);

/* ---- When it has ended ----------------------------------------------------------------------- */

/* What has to be saved when a transaction has begun, and restored if it is not committed. Of the
 * agencies that are served alone, as nothing else changes: *before is not set elsewhere. */
void judge_save(const struct judge *judge, struct judge_state *before);
void judge_restore(struct judge *judge, const struct judge_state *before, enum outcome outcome);

/* The verdict on a request of a transaction that was not committed, in the order in which they
 * came, with each peer as it was before the first of its own: marks there what it leads to. */
enum verdict judge_settle(struct peer *peer, const struct ruling *ruling, enum outcome outcome);

/* The latest round that was drawn, with its number and how many winners; FAILED if they cannot be
 * read. Round 0 if there was none. */
SORTEO_MUST_USE enum store_code judge_latest_draw(const struct judge *judge, struct draw *draw);

#endif
