/*
 * The server as the protocol's sections 5 to 8 describe it, as plainly as it can be said: what
 * became of each frame, in the order in which they were judged. For the target `session`, which
 * compares it with the real one.
 *
 * It must not call or include anything of src/server but the names of verdicts: what both got from
 * the same place, neither finds wrong. It is told what was sent, and never looks at bytes.
 */
#ifndef FUZZ_MODEL_H
#define FUZZ_MODEL_H

#include "fuzz.h"
#include "server/channel/message.h"

#define MODEL_AGENCIES 3u
#define MODEL_PEERS 64u
#define MODEL_BETS 1024u
#define MODEL_KEYS 512u
#define MODEL_FRAME_BETS 3u

/* A frame, as the client meant it. */
struct model_frame {
    enum frame_kind kind;
    uint8_t agency;      /* of the first bet, or of the FINISH */
    uint8_t last_agency; /* of the last bet */
    unsigned bets;
    uint32_t document; /* of the first bet; the others count up */
    uint16_t number;   /* of every bet */
    uint64_t key;
    bool wrong;        /* bytes that no frame has */
    size_t wrong_at;   /* … and where, from the frame's first byte on */
    size_t begin, end; /* in its connection's stream */
};

enum model_phase { MODEL_OPEN, MODEL_WAITING, MODEL_DRAWN };

struct model_agency {
    uint32_t round;
    enum model_phase phase;
    bool told;        /* DRAWN: that its winners are being written was made durable */
    bool passed_over; /* it had too many winners: its next FINISH closes the round, bets or not */
    unsigned bets;    /* of the round */
};

struct model_bet {
    uint32_t round, document;
    uint16_t number;
    uint8_t agency;
};

struct model_key {
    uint64_t key;
    uint8_t agency;
    struct model_frame frame;
    uint32_t round;
};

/* A connection. They are numbered as they are accepted. */
struct model_peer {
    unsigned port;
    uint8_t agency;
    bool refused; /* a frame of it was refused */
    bool closed;
    uint32_t asked;   /* the round of its last FINISH */
    uint32_t receipt; /* the latest round that it carried a RECEIPT for */
};

struct model {
    enum sorteo_dialect dialect;
    unsigned agencies;
    uint16_t winning_number;
    struct model_agency agency[MODEL_AGENCIES + 1];
    uint32_t drawn;                    /* rounds that were */
    int newest[2][MODEL_AGENCIES + 1]; /* the connection that speaks for an agency on a port; -1: none yet */
    struct model_peer peers[MODEL_PEERS];
    size_t bet_count, key_count;
    /* They only grow: to take something back, the members before them are copied back. */
    struct model_bet bets[MODEL_BETS];
    struct model_key keys[MODEL_KEYS];
};

struct model_verdict {
    enum verdict verdict;
    uint32_t round;
    bool repeated; /* nothing was stored for it, but an earlier copy was */
    bool drew;
    int replaced; /* the connection that no longer speaks for its agency; -1: none */
};

void model_init(struct model *model, enum sorteo_dialect dialect, unsigned agencies, uint16_t winning_number);

/* What a frame of a connection gets. */
struct model_verdict model_judge(struct model *model, int peer, const struct model_frame *frame);

/* What a connection gets that is about to be sent a round's winners. */
struct model_verdict model_tell(struct model *model, int peer, uint32_t round, bool first);

/* Draws the round if all wait. */
bool model_draw_if_due(struct model *model);

/* The documents of an agency's winners of a round, at most cap; returns how many. */
size_t model_winners(const struct model *model, uint32_t round, uint8_t agency, uint32_t *documents, size_t cap);

#endif
