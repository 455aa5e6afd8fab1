/*
 * The end of a round for an agency: FINISH, the wait for the draw, WINNERS, RECEIPT; all over one
 * connection (protocol, sections 4, 7 and 8), and all over again when it is lost before the last
 * byte of WINNERS.
 */
#ifndef CLIENT_FINISH_ROUND_H
#define CLIENT_FINISH_ROUND_H

#include "client/upstream.h"

#define WINNERS_MAX 65535u /* of any dialect */

struct winners {
    size_t count;
    uint32_t documents[WINNERS_MAX];
};

struct finish_settings {
    enum sorteo_dialect dialect;
    uint8_t agency;
    uint64_t key;       /* of the FINISH, in a dialect with keys */
    bool empty_round;   /* without keys: the round is without bets, and is not the first. FINISH and RECEIPT of the
                               round before are repeated, and the FINISH goes over the same connection */
    bool ask_once;      /* WINNERS may have no room for the winners: then the server closes without a byte of it, and a
                               FINISH that is repeated would close another round (section 7) */
    bool asked_before;  /* an earlier run has sent this FINISH, or was about to */
    uint64_t settle_ms; /* how long to wait for the server to close after the RECEIPT */
    bool (*told)(
        void *context,
        const struct winners
            *winners); /* WINNERS are complete: keep them; false: they are not, and no RECEIPT is sent. May be NULL */
    void (*acknowledged)(void *context); /* the server has closed after the RECEIPT; may be NULL */
    void (*finished)(
        void *context); /* FINISH was sent, and the wait begins; may be NULL, may be called more than once */
    void *context;
};

enum finish_outcome {
    FINISH_DONE,   /* *winners is complete, and the RECEIPT was handed to the kernel if the connection still stood */
    FINISH_FAILED, /* the link gave up, or the server talks nonsense: link->why */
    FINISH_DOUBT,  /* empty_round: it is unknown whether its FINISH counted */
    FINISH_UNTOLD, /* ask_once: the connection ended after a FINISH, without a byte of WINNERS; it was not repeated */
    FINISH_STOPPED /* stopped by a signal while waiting; the FINISH may count */
};

/* Uses the link's connection if it stands and makes others as needed; it is closed in the end.
 * Waits for the draw as long as it takes. *winners is of use with DONE only. */
SORTEO_MUST_USE enum finish_outcome finish_round(const struct finish_settings *settings, struct upstream *link,
                                                 struct winners *winners);

#endif
