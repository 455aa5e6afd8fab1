/*
 * A session: the server's side of one connection, as a pure state machine.
 *
 * Bytes in; requests for the committer and bytes out. It knows no socket, no store and no clock but
 * the time that is passed in, so the same code runs in the server and in a fuzzer. The committer
 * decides about frames: a session finds where frames end, keeps the answers in order, and closes as
 * the protocol requires (sections 4 and 6).
 *
 *     TALKING --FINISH--> ASKING --counts--> WAITING --drawn--> TELLING --written--> RECEIPT_DUE
 *     RECEIPT_DUE --RECEIPT--> TALKING
 *     any of them --an error, a deadline, the end--> CLOSING --all sent--> DRAINING --> OVER
 *     any of them --nothing more can be said--> ABORTED
 *
 * After every call below the host asks what the session wants: session_wants_input, session_output,
 * session_has_hung_up, session_is_over, session_deadline.
 */
#ifndef SERVER_WORKER_SESSION_H
#define SERVER_WORKER_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "codec/sorteo.h"
#include "server/channel/buffer.h"
#include "server/channel/message.h"
#include "server/worker/session_clock.h"

#define SESSION_UNSENT_MAX 64u     /* answers unsent at which it reads no further (section 4) */
#define SESSION_DRAIN_BYTES 65536u /* read and dropped after the end, at the most (section 6) */

/* What a session asks its host for. The bytes are borrowed for the call. */
struct session_host {
    /* A whole frame for the committer; each is answered by one session_result, in order. */
    void (*hand_over)(void *context, enum frame_kind kind, const uint8_t *bytes, size_t len);
    /* The documents of the round's winners from an index on; answered by one session_documents. */
    void (*ask_winners)(void *context, uint32_t round, uint32_t from);
    /* Bytes that named this agency are refused; answered by one session_result, before which they
     * are not. NULL: not asked for. */
    void (*name_refused)(void *context, uint8_t agency);
    void *context;
};

enum session_phase {
    SESSION_TALKING,     /* frames are due */
    SESSION_RECEIPT_DUE, /* WINNERS were written */
    SESSION_ASKING,      /* FINISH was handed over */
    SESSION_WAITING,     /* it counts: for the draw */
    SESSION_TELLING,     /* WINNERS are being written */
    SESSION_CLOSING,     /* what was handed over is still answered, what is unsent is sent */
    SESSION_DRAINING,    /* our direction is ended; the peer's bytes are dropped */
    SESSION_OVER,        /* the host closes the connection … */
    SESSION_ABORTED      /* … or resets it */
};

struct session {
    /* read-only */
    enum session_phase phase;
    uint32_t round;            /* ASKING and on: whose winners are told */
    const char *reason;        /* why it closes, for the log; NULL if nothing is wrong */
    struct sorteo_error error; /* the decoder's, where that is the reason */
    bool taken;                /* a frame of it was taken */
    uint32_t refused_bets;     /* bets that the frame refused by the decoder had announced */
    bool harmless;             /* there is a reason, and yet nothing was lost or done wrong */
    const char *frame_cut;     /* what was under way when it began to close: "batch", …, "none" */
    uint64_t byte_cut;         /* … and the stream offset of the next byte then, or of the one that was too many */
    const char *reads_as;      /* another dialect in which what was refused reads well; NULL if there is none */

    /* private */
    const struct session_rules *rules;
    struct session_host host;
    struct sorteo_decoder decoder;
    enum sorteo_stream stream;
    struct buffer in; /* from the first byte of the frame under way on */
    uint64_t in_base; /* stream offset of that byte */
    struct buffer out;
    uint32_t refusals;    /* answered 1 so far */
    uint32_t owed;        /* frames handed over, and names of those refused, whose result has not come */
    uint32_t told, total; /* TELLING: documents in `out` or sent, and in all */
    bool asked;           /* TELLING: documents were asked for and have not come */
    bool refuse_at_end;   /* CLOSING: ANSWER 1 comes after all other answers */
    bool ended;           /* the peer ended its direction */
    bool stopping;        /* the server stops */
    bool throttled;       /* the host wants no more input from it */
    size_t drained;       /* DRAINING: bytes dropped */
    struct session_clock clock;
};

/* Begins a session on a connection that was just accepted. `rules` outlives it. */
void session_init(struct session *session, const struct session_rules *rules, enum sorteo_stream stream,
                  const struct session_host *host, uint64_t now_ms);
void session_fini(struct session *session);

/* ---- What happens to it ---------------------------------------------------------------------- */

/* Bytes came. Only while session_wants_input. */
void session_feed(struct session *session, const uint8_t *bytes, size_t len, uint64_t now_ms);
/* The peer ended its direction. */
void session_end(struct session *session, uint64_t now_ms);
/* The committer's word on the oldest frame handed over. */
void session_result(struct session *session, enum verdict verdict, uint32_t round, uint64_t now_ms);
/* A round was drawn. */
void session_drawn(struct session *session, uint32_t round, uint64_t now_ms);
/* The documents that were asked for: VERDICT_DRAWN, or VERDICT_CLOSE if they cannot be had. */
void session_documents(struct session *session, enum verdict verdict, uint32_t total, const uint32_t *documents,
                       size_t count, uint64_t now_ms);
/* The host has handed `len` bytes of session_output to the system. */
void session_sent(struct session *session, size_t len, uint64_t now_ms);
/* The system still holds bytes for the peer, which it takes or may yet take: the clocks of the last
 * byte out begin anew; that of a frame goes on. */
void session_progress(struct session *session, uint64_t now_ms);
/* Over at once, unsent answers and all, for the reason given (a static text). */
void session_abort(struct session *session, const char *reason);
/* The same where a newer connection speaks for its agency, where its agency's bets are counted, and
 * where the system says that the connection is lost: no failure if nothing was under way. */
void session_replace(struct session *session);
void session_count(struct session *session);
void session_lose(struct session *session);
/* Back-pressure: the host wants no more input from it, or wants it again. Its clocks stand still
 * meanwhile. */
void session_throttle(struct session *session, bool throttled, uint64_t now_ms);
/* The server stops: what was handed over is answered, winners under way are told, all else is
 * dropped. */
void session_stop(struct session *session, uint64_t now_ms);
/* Closed by the host for a reason of its own (a static text). Answers that are owed still come
 * first. */
void session_close(struct session *session, const char *reason, uint64_t now_ms);
/* Time passed: to be called at session_deadline at the latest. */
void session_tick(struct session *session, uint64_t now_ms);

/* ---- What it wants --------------------------------------------------------------------------- */

bool session_wants_input(const struct session *session);
/* Bytes to send now: *len of them, 0 if none. */
const uint8_t *session_output(const struct session *session, size_t *len);
/* Everything is sent and our direction has to be ended now (shutdown), once: true from then on. */
bool session_has_hung_up(const struct session *session);
bool session_is_over(const struct session *session);
/* When session_tick has something to do, in the clock of now_ms; UINT64_MAX: never. */
uint64_t session_deadline(const struct session *session);
/* Frames handed over whose result has not come: they come even after it is over. */
uint32_t session_owed(const struct session *session);
/* No frame of it was taken, none is under way, and none waits for its result. */
bool session_is_idle(const struct session *session);
/* The agency that the last bet or FINISH of its bytes names; 0 if there was none. */
uint8_t session_agency(const struct session *session);
/* Stream offset of the first byte of the frame under way, or being handed over. */
uint64_t session_frame_offset(const struct session *session);
/* Bytes that it holds for a frame that is not complete. */
size_t session_unfinished(const struct session *session);

#endif
