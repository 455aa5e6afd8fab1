/*
 * An agency: a client that keeps to the protocol and never gives up. It sends one request at a
 * time, repeats unanswered requests over another connection, and keeps its place when it is killed,
 * as with --resume. Its operator is impatient and asks for winners that the agency already has.
 *
 * In each round it has one batch, or none: HAS_BETS says so. Its local variables hold what it
 * believes.
 */

#define HERE CONNECTION(me, latest[me])     /* the connection that it uses, or used last */

/* Another connection, if need be; the one before may still have a frame that the server has not looked at. */
inline connect() {
    if
    :: !connected[me] && open[HERE] -> latest[me] = 1 - latest[me]
    :: else
    fi;
    open[HERE] = 1;
    connected[me] = 1
}

/* A frame is on its way. `meant` is the round that the agency means by it: no byte of a wide frame says so. */
inline hand_over(frame, meant) {
    connect();
    up[HERE] = frame;
    up_round[HERE] = meant;
    asked = frame;
    asked_for = meant
}

inline leave() {
    connected[me] = 0;
    down[HERE] = NONE;
    down_round[HERE] = 0;
    receipt_here = 0;
#ifndef DROP_doubt_about_an_empty_round_stops
    stopped[me] = !KEYED && asked == FINISH && asked_for == round && round > 1 && !HAS_BETS(me, round);
#endif
    asked = NONE;
    asked_for = 0
}

inline acknowledge() {
    if
    :: open[HERE] -> up[HERE] = RECEIPT; up_round[HERE] = asked_for
    :: else
    fi;
    receipt_here = (asked_for + 1 == round);
    asked = NONE;
    asked_for = 0
}

inline next_round() {
    round++;
    stored = 0;
    sent = 0;
    done[me] = (round > ROUNDS)
}

inline read_reply() {
    if
    :: down[HERE] == ANSWER_0 -> stored = 1; asked = NONE; asked_for = 0
    :: down[HERE] == WINNERS ->
        assert(down_round[HERE] == asked_for);      /* it gets the winners that it asked for … */
        if
        :: asked_for == round ->
            assert(!HAS_BETS(me, round) || mem.copies[BET(me, round)]);     /* … of a draw that its bets were in */
            next_round();
            acknowledge();
            receipt_here = 1
        :: else -> acknowledge()
        fi
    :: down[HERE] == ANSWER_1 -> leave()
    :: down[HERE] == END ->
        if
        :: asked == FINISH && asked_for == round && HAS_TOO_MANY(me, round) && mem.agency[me].round > round ->
            leave();
            next_round()
        :: else -> leave()
        fi
    fi;
    down[HERE] = NONE;
    down_round[HERE] = 0
}

#define IS_FREE(x) (!open[x] && due[x] == NONE)
#define MAY_CONNECT (!connected[me] && !stopped[me] && (IS_FREE(HERE) || (HAS_OLDER(me) && IS_FREE(OTHER(HERE)))))
#define IS_IDLE(x) (open[x] && up[x] == NONE && down[x] == NONE)
#define MAY_SEND (MAY_CONNECT || (connected[me] && asked == NONE && IS_IDLE(HERE)))
#ifdef DROP_finish_only_when_all_was_answered
#define BETS_ARE_DUE (HAS_BETS(me, round) && !stored && !sent)
#else
#define BETS_ARE_DUE (HAS_BETS(me, round) && !stored)
#endif

/* Section 7: in wide, a FINISH for a round without bets follows a RECEIPT of the previous round,
 * over one connection. */
#ifdef DROP_empty_finish_follows_a_receipt
#define MAY_FINISH (1)
#else
#define MAY_FINISH (KEYED || round == 1 || HAS_BETS(me, round) || receipt_here)
#endif

/* In wide an operator asks again only while no bet of the next round was sent; in keyed the key is
 * known. */
#define MAY_ASK_AGAIN (!calm && round > 1 && (KEYED || (!sent && !receipt_here)))

proctype client(byte me) {
    byte round = 1;         /* the one that it is in */
    byte asked = NONE;      /* the request that has no answer yet … */
    byte asked_for = 0;     /* … and the round that is meant */
    bit stored = 0;         /* its batch of the round was answered 0 */
    bit sent = 0;           /* it was sent, once at least */
    bit receipt_here = 0;   /* this connection carried a RECEIPT for the round before */
end:
    do
    :: d_step { MAY_SEND && !done[me] && BETS_ARE_DUE -> hand_over(BATCH, round); sent = 1 }
    :: d_step { MAY_SEND && !done[me] && !BETS_ARE_DUE && MAY_FINISH -> hand_over(FINISH, round); sent = 1 }
    :: d_step { MAY_SEND && !done[me] && !BETS_ARE_DUE && !MAY_FINISH -> hand_over(FINISH, round - 1) }
    :: d_step { MAY_SEND && MAY_ASK_AGAIN -> hand_over(FINISH, round - 1) }
    :: d_step { connected[me] && down[HERE] != NONE -> read_reply() }
    :: d_step { connected[me] && !open[HERE] && down[HERE] == NONE -> leave() }
    :: d_step { connected[me] && !calm -> leave() }         /* it breaks, or the agency is killed and resumes */
#ifdef SINGLES
    :: d_step { round == 1 && !sent && !had_single[me] -> had_single[me] = 1; single[me] = 1 }
#endif
    od
}
