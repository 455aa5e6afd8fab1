/*
 * The sender: every frame of a batcher goes to the server, and its ANSWER is read (protocol,
 * sections 4 and 5).
 *
 * It keeps the frames of its window and no more, and records what became of each. Knows
 * nothing of FINISH.
 */
#ifndef CLIENT_SENDER_H
#define CLIENT_SENDER_H

#include "bets_file/batcher.h"
#include "client/resume.h"
#include "client/row_outcomes.h"
#include "client/upstream.h"

#define SENDER_WINDOW_MAX RESUME_FRAMES_MAX

struct sender_settings {
    size_t window;      /* frames sent ahead of their answers, 1..SENDER_WINDOW_MAX */
    bool per_frame;     /* a new connection for each frame; the window is 1 then */
    bool repeats;       /* a frame whose connection ended before its ANSWER came is sent again: because its KEY makes
                           that harmless, or because the operator said so */
    uint64_t settle_ms; /* after trouble: how long to wait for the answers to what was sent … */
    uint64_t settle_stopped_ms; /* … and when stopped by a signal */
    struct resume *resume;      /* where the frames' fates are kept, and the batcher's cuts come from; NULL: nowhere */
    bool skips;                 /* of what an earlier run left in doubt, the frames through … */
    uint64_t skip_line;         /* … this line are treated as stored, and those after it are sent */
    void (*answered)(void *context, const struct bets_frame *frame, bool stored); /* may be NULL */
    void (*recalled)(void *context, const struct bets_frame *frame); /* an earlier run has stored it; may be NULL */
    void *context;
};

enum sender_outcome {
    SENDER_DONE,    /* every frame was answered 0 */
    SENDER_REFUSED, /* one was answered 1 */
    SENDER_DOUBT,   /* a frame that must not be repeated has no answer */
    SENDER_BAD,     /* the batcher found bad input: batcher->error */
    SENDER_FAILED,  /* the link gave up, or the server talks nonsense: link->why */
    SENDER_UNKEPT,  /* the resume file failed: resume->error */
    SENDER_NO_MEMORY,
    SENDER_STOPPED
};

/* Sends them all, or stops at the first trouble. However it ends, *outcomes has what became of
 * every frame that was made; frames in it that are in doubt are so whatever this returns. The link
 * may stay open. */
SORTEO_MUST_USE enum sender_outcome sender_run(const struct sender_settings *settings, struct upstream *link,
                                               struct batcher *batcher, struct row_outcomes *outcomes);

/* Sends nothing, and records what an earlier run has left of its frames. DONE or BAD or
 * STOPPED. */
enum sender_outcome sender_recall(const struct resume *resume, struct batcher *batcher, struct row_outcomes *outcomes);

#endif
