/*
 * A connection of the target `session`: what its client sent, the real session, and what the model
 * says it must be sent. Part of world.h's implementation.
 */
#ifndef FUZZ_CLIENT_H
#define FUZZ_CLIENT_H

#include "model.h"
#include "server/committer/worker_channel.h"
#include "server/worker/session.h"

#define CLIENT_FRAMES 96u
#define CLIENT_STREAM 8192u
#define CLIENT_SAY 8192u
#define CLIENT_MAX_FRAME 230u /* bytes, so that a count can be too much */

struct client {
    int number; /* as they were accepted; the model's too */
    unsigned worker;
    bool dead; /* its worker died, and its session with it */
    bool cut;  /* no bytes go either way any more */
    struct session session;
    struct worker_connection peer;

    /* what it sends */
    uint8_t stream[CLIENT_STREAM];
    size_t stream_len;
    size_t delivered;
    struct model_frame frames[CLIENT_FRAMES];
    size_t frame_count;
    size_t handed; /* frames that came out of the session */

    /* what it must be sent */
    uint8_t say[CLIENT_SAY];
    size_t say_len;
    size_t shown;   /* bytes of it that it got */
    bool refusal;   /* and a last 1 after all answers */
    bool stumbled;  /* the session has met wrong bytes */
    bool may_close; /* there is a reason for the session to close */
    bool finishing; /* from a FINISH to the last byte of its WINNERS … */
    bool told;      /* … whose documents are all in `say` */
};

void client_init(struct client *client, int number, unsigned worker);

/* Each adds a frame to what the client sends, if that still makes sense: nothing is read after
 * wrong bytes, and only a RECEIPT after FINISH. */
void client_send_bets(struct client *client, enum sorteo_dialect dialect, uint8_t what, uint8_t key,
                      uint16_t winning_number);
void client_send_finish(struct client *client, enum sorteo_dialect dialect, uint8_t agency, uint8_t key);
void client_send_receipt(struct client *client, enum sorteo_dialect dialect);
void client_send_wrong(struct client *client, enum sorteo_dialect dialect, uint8_t what, uint8_t key);

/* What the model says that it must be sent next. */
void client_must_get(struct client *client, const void *bytes, size_t len);

/* To be called whenever something happened to the session: is there now a reason to close, or to
 * send a last 1? */
void client_note_reasons(struct client *client);

/* The session shows what it must, or a property is violated. */
void client_check(struct client *client);

#endif
