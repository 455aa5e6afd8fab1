/*
 * The steps of the cases against a server. Each function does one thing over a connection, notes
 * it, and compares what comes with what must come. Once the case has failed or is skipped it does
 * nothing, so a case needs no checks of its own:
 *
 *     struct peer *peer = probe_dial(probe);
 *     struct sorteo_bet bet = probe_bet(probe, 0, PROBE_WINS);
 *
 *     probe_refuse(probe, peer, &bet, 1);
 *     probe_store_one(probe, peer, 1, PROBE_LOSES);
 *
 * Knows the protocol's frames and answers, and no rule of section 6 or 7.
 */
#ifndef TOOL_CONFORM_PROBE_H
#define TOOL_CONFORM_PROBE_H

#include "tool/conform/frames.h"
#include "tool/conform/peer.h"
#include "tool/conform/verdict.h"

#define PROBE_PEERS 64u        /* connections of one case */
#define PROBE_WINNERS_MAX 256u /* winners of one agency that are kept */

/* What a server draws for an agency. */
struct probe_winners {
    uint32_t documents[PROBE_WINNERS_MAX];
    size_t count; /* as its WINNERS says; those beyond PROBE_WINNERS_MAX are not kept */
    bool came;
};

struct probe_agency {
    struct peer *peer;                          /* the connection that waits for the draw, or has seen it; or NULL */
    uint64_t finish_key;                        /* of its FINISH in the first round */
    bool has_bets;                              /* in the round under way */
    bool is_finished;                           /* in the round under way */
    struct probe_winners winners, next_winners; /* of the first round, and of the second */
};

struct probe_settings {
    enum sorteo_dialect dialect;
    unsigned agencies;
    struct address server;
    struct address bets; /* the port for single bets; len 0: there is none */
    uint16_t winning_number;
    uint64_t timeout_ms;  /* how long to wait for what must come … */
    uint64_t silence_ms;  /* … and how long to listen for what must not */
    uint64_t deadline_ms; /* the server's for first bytes and frames; 0: unknown */
    uint64_t max_frame;   /* the server's; 0: unlimited */
};

struct probe {
    const struct probe_settings *settings;
    struct verdict verdict;
    struct frames frames;
    struct peer peers[PROBE_PEERS]; /* of the case under way */
    unsigned peer_count;
    uint64_t next_key;
    uint32_t next_document;
    struct probe_agency agencies[UINT8_MAX + 1]; /* by number */
    uint64_t *marks; /* documents and KEYs that the first half of the case under way keeps for its second */
};

/* False if there is no memory. */
bool probe_init(struct probe *probe, const struct probe_settings *settings);
void probe_fini(struct probe *probe);

/* Closes the connections of the case under way. */
void probe_hang_up(struct probe *probe);

/* ---- Connections ----------------------------------------------------------------------------- */

/* A new connection; never NULL. */
struct peer *probe_dial(struct probe *probe);

/* The same to the port for single bets; skips the case where there is none. */
struct peer *probe_dial_bets(struct probe *probe);

/* Keeps the connection open after the case, as the one on which the agency waits. */
void probe_keep(struct probe *probe, struct peer *peer, uint8_t agency);

/* ---- What is sent ---------------------------------------------------------------------------- */

enum probe_luck { PROBE_LOSES, PROBE_WINS };

/* A bet with a document that no other has. */
struct sorteo_bet probe_bet(struct probe *probe, uint8_t agency, enum probe_luck luck);

uint64_t probe_key(struct probe *probe);

/* Adds a BATCH with a new KEY, or a FINISH, to what is sent next. */
void probe_add(struct probe *probe, const struct sorteo_bet *bets, size_t count);
void probe_add_finish(struct probe *probe, uint8_t agency, uint64_t key);

/* Sends what was added. */
void probe_send(struct probe *probe, struct peer *peer);

/* The same, but holds the last `held` bytes back, to be sent next. */
void probe_send_part(struct probe *probe, struct peer *peer, size_t held);

/* Ends our direction. */
void probe_shut(struct probe *probe, struct peer *peer);

/* ---- What must come -------------------------------------------------------------------------- */

void probe_want_answer(struct probe *probe, struct peer *peer, bool stored);

/* The end of the connection, and nothing before it. */
void probe_want_end(struct probe *probe, struct peer *peer);

/* As probe_want_end, but a reset fails the case. */
void probe_want_clean_end(struct probe *probe, struct peer *peer);

/* As probe_want_end, but it may take more_ms longer. */
void probe_want_end_within(struct probe *probe, struct peer *peer, uint64_t more_ms);

/* Waits for the end of the connection, but judges neither bytes before it nor that it never
 * comes. */
void probe_await_end(struct probe *probe, struct peer *peer);

/* Neither a byte nor the end. */
void probe_want_silence(struct probe *probe, struct peer *peer);

void probe_want_winners(struct probe *probe, struct peer *peer, struct probe_winners *winners);

/* As probe_want_silence, for silence_ms, on the connection on which the agency waits. */
void probe_want_silence_of(struct probe *probe, uint8_t agency, uint64_t silence_ms);

/* The winners are those of the agency in the first round. */
void probe_want_same_winners(struct probe *probe, const struct probe_winners *winners, uint8_t agency);

/* The agency's WINNERS of the first round list this document so many times. */
void probe_want_winner(struct probe *probe, uint8_t agency, uint64_t document, unsigned times);

/* Fails the case unless `seen`: for what no other function checks. */
void probe_want(struct probe *probe, bool seen, const char *expected, const char *came);

/* ---- Both ------------------------------------------------------------------------------------ */

/* Sends a BATCH that must be stored, or refused with the connection open. */
void probe_store(struct probe *probe, struct peer *peer, const struct sorteo_bet *bets, size_t count);
void probe_refuse(struct probe *probe, struct peer *peer, const struct sorteo_bet *bets, size_t count);

/* The same with one bet of the agency; returns its document. */
uint32_t probe_store_one(struct probe *probe, struct peer *peer, uint8_t agency, enum probe_luck luck);
uint32_t probe_refuse_one(struct probe *probe, struct peer *peer, uint8_t agency, enum probe_luck luck);

/* Sends the agency's FINISH again, over a new connection, which waits and is kept. */
void probe_wait_again(struct probe *probe, uint8_t agency);

/* Skips the case if the server has fewer agencies, or the dialect no keys or keys. */
void probe_needs_agencies(struct probe *probe, unsigned count);
void probe_needs_keys(struct probe *probe, bool keys);

#endif
