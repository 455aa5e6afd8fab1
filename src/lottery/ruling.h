/*
 * A ruling: what the judge decides about a request (protocol, section 6).
 */
#ifndef LOTTERY_RULING_H
#define LOTTERY_RULING_H

enum frame_kind { FRAME_SINGLE, FRAME_BATCH, FRAME_FINISH, FRAME_RECEIPT };

/* What the committer decided (protocol, section 6). */
enum verdict {
    VERDICT_STORED,    /* ANSWER 0 */
    VERDICT_REFUSED,   /* ANSWER 1; the connection stays open */
    VERDICT_WAITING,   /* FINISH counts; the round in `round` is not drawn yet */
    VERDICT_DRAWN,     /* FINISH counts; the round is drawn: ask for its winners */
    VERDICT_COLLECTED, /* RECEIPT counts */
    VERDICT_CLOSE,     /* no answer; earlier answers first, then the connection is closed */
    VERDICT_ABORT      /* an older connection: closed at once, unsent answers and all */
};

#endif
