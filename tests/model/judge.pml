/*
 * The judge, with rounds and speakers: what a frame is worth. Read it beside src/lottery/{judge,rounds,speakers}.c,
 * whose functions it has by name. What a session (a worker's end of a connection) adds is the order: one frame is
 * judged after the other, and a connection that waits asks for its winners when it is told of the draw.
 *
 * Judging changes `mem`, and sends nothing: see group.pml.
 */

/* ---- Connections ---------------------------------------------------------------------------------------------- */

/* The server has closed its end. What it has sent may still arrive. */
inline close_connection(x) {
    open[x] = 0; up[x] = NONE; up_round[x] = 0; due[x] = NONE; due_round[x] = 0;
    session[x] = TALKING; winners_round[x] = 0; receipt_for[x] = 0; refused[x] = 0
}

#ifdef DROP_older_connection_does_not_speak
#define IS_OLDER(x) (0)
#else
#define IS_OLDER(x) (claims[AGENCY(x)] == SLOT(OTHER(x)) && latest[AGENCY(x)] != SLOT(x))
#endif

inline take(x) {
    claims[AGENCY(x)] = SLOT(x)
}

inline give(x, verdict, round_) {
    due[x] = verdict;
    due_round[x] = round_
}

/* ---- Rounds ------------------------------------------------------------------------------------------------------ */

inline open_next(a, may_be_empty) {
    mem.agency[a].round++;
    mem.agency[a].phase = OPEN;
    mem.agency[a].announced = 0;
    mem.agency[a].may_close_empty = may_be_empty;
    mem.agency[a].bets = 0
}

#define IS_DRAWN(round_) (round_ <= mem.drawn)

/* Section 7: the draw takes place when the last agency has finished, once. */
inline judge_draw_if_due() {
    all_wait = 1;
    for (i : 0 .. AGENCIES - 1) {
        if
        :: mem.agency[i].phase != WAITING -> all_wait = 0
        :: else
        fi
    }
#ifdef DROP_barrier_counts_every_agency
    all_wait = 1;
#endif
    if
    :: all_wait ->
        for (i : 0 .. AGENCIES - 1) {
            assert(mem.agency[i].phase == WAITING);             /* a draw is after all have finished … */
            assert(mem.agency[i].round == mem.drawn + 1);       /* … and is the only one of its round */
#ifndef DROP_draw_moves_agencies
            mem.agency[i].phase = DRAWN;
            mem.agency[i].announced = 0
#endif
        }
        mem.drawn++
    :: else
    fi
}

/* ---- Frames ------------------------------------------------------------------------------------------------------ */

inline append(a, round_) {
    assert(mem.agency[a].phase == OPEN && mem.agency[a].round > mem.drawn);  /* no bet of a drawn round is accepted */
    assert(mem.agency[a].round == round_);                                   /* each in the round it was made for */
    mem.agency[a].bets = 1;
    mem.copies[BET(a, round_)] = (mem.copies[BET(a, round_)] < 2 -> mem.copies[BET(a, round_)] + 1 : 2);
    assert(!KEYED || mem.copies[BET(a, round_)] == 1)                           /* nothing doubled */
}

inline rounds_take_bets(a, batch) {
    if
#ifdef DROP_batch_opens_only_after_winners_were_announced
    :: mem.agency[a].phase == DRAWN && batch -> open_next(a, 0)
#elif !defined(DROP_batch_stands_for_lost_receipt)
#ifdef DROP_single_opens_nothing
    :: mem.agency[a].phase == DRAWN && mem.agency[a].announced -> open_next(a, 0)
#else
    :: mem.agency[a].phase == DRAWN && mem.agency[a].announced && batch -> open_next(a, 0)
#endif
#endif
    :: else
    fi;
#ifdef DROP_waiting_takes_no_bets
    takes = (mem.agency[a].phase == OPEN || mem.agency[a].phase == WAITING)
#else
    takes = (mem.agency[a].phase == OPEN)
#endif
}

#if KEYED && !defined(DROP_key_of_bets_is_looked_up)
#define KNOWS_BET(a, r) (mem.copies[BET(a, r)] > 0)
#else
#define KNOWS_BET(a, r) (0)
#endif

inline judge_batch(x) {
    if
    :: IS_OLDER(x) -> give(x, ABORT, 0)
    :: else ->
        if
        :: KNOWS_BET(AGENCY(x), up_round[x]) -> take(x); give(x, STORED_BEFORE, up_round[x])
        :: else ->
            rounds_take_bets(AGENCY(x), 1);
            if
            :: takes -> take(x); append(AGENCY(x), up_round[x]); give(x, STORED, up_round[x])
            :: else ->
                assert(0);      /* an agency that keeps to the protocol is refused by no state */
                give(x, REFUSED, up_round[x])
            fi
        fi
    fi
}

/* Section 7: closes the round, or asks for the winners of this or the one before. */
inline rounds_finish(x, a) {
    if
#ifndef DROP_new_key_stands_for_lost_receipt
    :: KEYED && mem.agency[a].phase == DRAWN && mem.agency[a].announced -> open_next(a, 0)
#endif
    :: else
    fi;
    closes = 0;
    finish_round = mem.agency[a].round;
    if
    :: mem.agency[a].phase == OPEN ->
        closes = (mem.agency[a].bets || mem.agency[a].round == 1 || mem.agency[a].may_close_empty || KEYED ||
                  (receipt_for[x] > 0 && receipt_for[x] == mem.agency[a].round - 1));
#ifdef DROP_finish_without_receipt_repeats
        closes = 1;
#endif
        if
        :: closes ->
            assert(up_round[x] == mem.agency[a].round);     /* no stale or repeated FINISH closes a round */
            mem.agency[a].phase = WAITING;
            mem.agency[a].announced = 0;
            mem.agency[a].may_close_empty = 0
        :: else -> finish_round = mem.agency[a].round - 1
        fi
    :: else
    fi
}

#if KEYED && !defined(DROP_key_of_finish_is_looked_up)
#define KNOWN_FINISH(a, r) (mem.finish[BET(a, r)])
#else
#define KNOWN_FINISH(a, r) (0)
#endif

inline judge_finish(x) {
    if
    :: refused[x] -> give(x, CLOSE, 0)
    :: !refused[x] && IS_OLDER(x) -> give(x, ABORT, 0)
    :: else ->
        closes = 0;
        if
        :: KNOWN_FINISH(AGENCY(x), up_round[x]) -> finish_round = KNOWN_FINISH(AGENCY(x), up_round[x])
        :: else -> rounds_finish(x, AGENCY(x))
        fi;
        if
        :: KEYED -> mem.finish[BET(AGENCY(x), up_round[x])] = finish_round
        :: else
        fi;
        if
#ifdef DROP_draw_if_due_after_a_crash
        :: closes -> draw_is_due = 1
#else
        :: closes -> judge_draw_if_due()
#endif
        :: else
        fi;
        take(x);
        winners_round[x] = finish_round;
#ifdef DROP_finish_after_the_draw_gets_its_winners
        give(x, (IS_DRAWN(finish_round) && !closes -> CLOSE : COUNTS), finish_round)
#else
        give(x, COUNTS, finish_round)
#endif
    fi
}

inline judge_receipt(x) {
    if
    :: IS_OLDER(x) -> give(x, ABORT, 0)
    :: else ->
        if
#ifdef DROP_receipt_is_for_its_round
        :: mem.agency[AGENCY(x)].phase == DRAWN ->
#else
        :: mem.agency[AGENCY(x)].phase == DRAWN && mem.agency[AGENCY(x)].round == winners_round[x] ->
#endif
            assert(mem.agency[AGENCY(x)].round == up_round[x]);     /* no RECEIPT ends a round that it is not for */
            open_next(AGENCY(x), 0)
        :: else
        fi;
        receipt_for[x] = winners_round[x];
        give(x, COLLECTED, 0)
    fi
}

/* The WINNERS are about to be written: that is made durable before their first byte. */
inline judge_winners(x) {
    session[x] = TALKING;
    if
    :: IS_OLDER(x) -> give(x, ABORT, 0)
    :: !IS_OLDER(x) && HAS_TOO_MANY(AGENCY(x), winners_round[x]) ->
        if
        :: mem.agency[AGENCY(x)].phase == DRAWN && mem.agency[AGENCY(x)].round == winners_round[x] ->
            open_next(AGENCY(x), 1)
        :: else
        fi;
        give(x, CLOSE, 0)
    :: else ->
        if
        :: mem.agency[AGENCY(x)].phase == DRAWN && mem.agency[AGENCY(x)].round == winners_round[x] ->
            mem.agency[AGENCY(x)].announced = 1
        :: else
        fi;
        give(x, WINNERS, winners_round[x])
    fi
}

inline judge_frame(x) {
    transaction = 1;
    if
    :: session[x] == TOLD -> judge_winners(x)
    :: session[x] != TOLD && up[x] == BATCH -> judge_batch(x)
    :: session[x] != TOLD && up[x] == FINISH -> judge_finish(x)
    :: session[x] != TOLD && up[x] == RECEIPT -> judge_receipt(x)
    fi;
    up[x] = NONE;
    up_round[x] = 0;
#ifdef DROP_answer_only_after_commit
    tell(x)
#endif
#ifdef DROP_announced_durably_before_winners
    /* The winners need no transaction: they go out at once. */
    if
    :: due[x] == WINNERS -> tell(x)
    :: else
    fi
#endif
}

#define MAY_JUDGE(x) (open[x] && due[x] == NONE && (session[x] == TOLD || up[x] != NONE))
