/*
 * A server: a group is collected first, then its agencies' rows are locked in ascending order, read under the locks and
 * judged; the round's row is locked last, and the agencies are counted by a statement after that. What became of the
 * group is told when COMMIT was answered, or looked up if its answer was lost.
 */

#define IS_DRAWN(round_) ((round_) <= db.drawn)

inline close_connection(x) {
    open[x] = 0; up[x] = NONE; up_round[x] = 0; waits_for[x] = 0; server_of[x] = 0
}

#define IS_USED(x) (connected[AGENCY(x)] && latest[AGENCY(x)] == SLOT(x))

inline send(x, frame) {
    down[x] = (IS_USED(x) && open[x] -> frame : NONE)
}

/* ---- Judging --------------------------------------------------------------------------------------------------- */

/* Surely older than the connection that spoke last, or one that was replaced by another. */
#ifdef DROP_older_connection_does_not_speak
#define IS_OLDER(a, x) (0)
#elif defined(UNSURE)
#define IS_OLDER(a, x) (db.agency[a].replaced[SLOT(x)])
#else
#define IS_OLDER(a, x) (db.agency[a].replaced[SLOT(x)] || \
                        (db.agency[a].speaker == SLOT(OTHER(x)) && latest[a] != SLOT(x)))
#endif

#define ROW(s, a) groups[s].agency[a].row
#define CHANGE(s, a) groups[s].agency[a]

inline open_next(s, a) {
    ROW(s, a).round = ROW(s, a).round + 1;
    ROW(s, a).waits = 0;
    ROW(s, a).bets = 0
}

#if KEYED && !defined(DROP_key_of_bets_is_looked_up)
#define KNOWS_BET(a, r) (db.agency[a].copies[(r) - 1] > 0)
#else
#define KNOWS_BET(a, r) (0)
#endif

#if KEYED
#define KNOWS_FINISH(a, r) (db.agency[a].finish[(r) - 1])
#else
#define KNOWS_FINISH(a, r) (0)
#endif

inline judge_batch(s, a, meant) {
    if
    :: KNOWS_BET(a, meant) -> CHANGE(s, a).verdict = STORED_BEFORE
    :: else ->
        if
        :: ROW(s, a).waits && IS_DRAWN(ROW(s, a).round) && ROW(s, a).round < ROUNDS -> open_next(s, a)
        :: else
        fi;
        if
        :: !ROW(s, a).waits ->
            assert(ROW(s, a).round == meant);       /* each bet is in the round that it was made for */
            ROW(s, a).bets = 1;
            CHANGE(s, a).verdict = STORED
        :: else ->
            assert(0);      /* an agency that keeps to the protocol is refused by no state */
            CHANGE(s, a).verdict = REFUSED
        fi
    fi
}

inline judge_finish(s, a, meant) {
    if
    :: KNOWS_FINISH(a, meant) -> skip
    :: !KNOWS_FINISH(a, meant) && !ROW(s, a).waits && (KEYED || ROW(s, a).bets || ROW(s, a).round == 1) ->
        assert(ROW(s, a).round == meant);           /* no stale or repeated FINISH closes a round */
        ROW(s, a).waits = 1;
        ROW(s, a).finish[meant - 1] = KEYED;
        CHANGE(s, a).closes = 1
    :: else
    fi;
    CHANGE(s, a).verdict = COUNTS
}

/* It speaks for its agency from now on. The one before never does again. */
inline take_over(s, a, x) {
    if
    :: ROW(s, a).speaker == SLOT(OTHER(x)) -> ROW(s, a).replaced[SLOT(OTHER(x))] = 1
    :: else
    fi;
    ROW(s, a).speaker = SLOT(x)
}

inline judge_frame(s, a) {
    if
    :: CHANGE(s, a).asker ->
        x = CHANGE(s, a).asker - 1;
        CHANGE(s, a).about = up_round[x];
        copy_row(ROW(s, a), db.agency[a]);
        if
        :: IS_OLDER(a, x) -> CHANGE(s, a).verdict = OLD
        :: else ->
            take_over(s, a, x);
            if
            :: up[x] == BATCH -> judge_batch(s, a, CHANGE(s, a).about)
            :: else -> judge_finish(s, a, CHANGE(s, a).about)
            fi
        fi
    :: else
    fi
}

inline judge_group(s) {
    judge_frame(s, 0);
    judge_frame(s, 1)
}

#define CLOSES(s) (CHANGE(s, 0).closes || CHANGE(s, 1).closes)

/* What the statement sees: what is committed, and what this transaction did. */
inline count_agencies(s) {
    all_wait = 1;
    for (i : 0 .. AGENCIES - 1) {
        if
        :: CHANGE(s, i).closes && CHANGE(s, i).row.round == db.drawn + 1 -> skip
        :: !CHANGE(s, i).closes && db.agency[i].waits && db.agency[i].round == db.drawn + 1 -> skip
        :: else -> all_wait = 0
        fi
    };
    groups[s].draws = all_wait
}

/* ---- Telling --------------------------------------------------------------------------------------------------- */

/* With keys no answer makes the agency send the frame again, which shows what became of it. */
#ifdef DROP_taken_back_is_not_refused_where_there_are_keys
#define IS_REFUSED_WHEN_TAKEN_BACK (1)
#else
#define IS_REFUSED_WHEN_TAKEN_BACK (!KEYED)
#endif

inline tell(s, a, stored) {
    if
    :: CHANGE(s, a).asker ->
        x = CHANGE(s, a).asker - 1;
        verdict_ = CHANGE(s, a).verdict;
        up[x] = NONE;
        up_round[x] = 0;
        if
        :: stored && (verdict_ == STORED || verdict_ == STORED_BEFORE) ->
            promised[BET(a, CHANGE(s, a).about)] = 1;
            assert(db.agency[a].copies[CHANGE(s, a).about - 1]);    /* what is acknowledged is stored */
            send(x, ANSWER_0)
        :: stored && verdict_ == COUNTS -> waits_for[x] = CHANGE(s, a).about
        :: !stored && verdict_ == STORED && IS_REFUSED_WHEN_TAKEN_BACK ->
            assert(!KEYED || db.agency[a].copies[CHANGE(s, a).about - 1] == 0);   /* what is refused is not stored */
#ifndef STANDBY
            assert(!was_written[s]);
#endif
            refused_group[s] = 1;
            send(x, ANSWER_1)
        :: else -> close_connection(x)
        fi
    :: else
    fi;
    if
    :: left_over[s] == NONE -> forget_change(CHANGE(s, a))
    :: else
    fi
}

inline tell_group(s, stored) {
    if
    :: (stored) && groups[s].draws -> knows_drawn[s] = db.drawn
    :: else
    fi;
    tell(s, 0, stored);
    tell(s, 1, stored);
    groups[s].draws = 0
}

/* It can say nothing about them: not whether they are stored, either. */
inline close_group(s) {
    for (c : 0 .. AGENCIES - 1) {
        if
        :: CHANGE(s, c).asker -> close_connection(CHANGE(s, c).asker - 1)
        :: else
        fi;
        forget_change(CHANGE(s, c))
    };
    groups[s].draws = 0
}

/* ---- The server's own row -------------------------------------------------------------------------------------- */

#if defined(DROP_incarnation_is_raised) || defined(DROP_incarnation_is_checked)
#define IS_MINE(s) (1)
#else
#define IS_MINE(s) (db.incarnation[NUMBER(s)] == s + 1)
#endif

#ifdef DROP_last_group_is_that_of_the_incarnation
#define KNOWS_THE_ROW(s) (at[s] == LOOK_UP)
#else
#define KNOWS_THE_ROW(s) (at[s] == LOOK_UP && IS_MINE(s))
#endif

#ifdef DROP_own_row_is_locked_to_look_up
#define MAY_LOOK_UP(s) (at[s] == START || at[s] == LOOK_UP)
#else
#define MAY_LOOK_UP(s) ((at[s] == START || at[s] == LOOK_UP) && own_lock[NUMBER(s)] == NONE)
#endif

inline look_up(s) {
    replicate();        /* that the incarnation is raised is written to the log, after all that the row says */
    if
#ifdef DROP_lost_answer_is_looked_up
    :: at[s] == LOOK_UP -> tell_group(s, LOST_ANSWER_MEANS)
#endif
    :: KNOWS_THE_ROW(s) -> is_mine = (db.last_group[NUMBER(s)] == s + 1); tell_group(s, is_mine)
    :: else -> close_group(s)
    fi;
    db.incarnation[NUMBER(s)] = s + 1;
    replicate();
    knows_drawn[s] = db.drawn;
    at[s] = IDLE
}

/* A new group has another number than the one before. */
inline begin_group(s) {
    db.last_group[NUMBER(s)] = (db.last_group[NUMBER(s)] == s + 1 -> 0 : db.last_group[NUMBER(s)]);
#ifdef STANDBY
    standby.last_group[NUMBER(s)] = (standby.last_group[NUMBER(s)] == s + 1 -> 0 : standby.last_group[NUMBER(s)]);
#endif
    refused_group[s] = 0;
    was_written[s] = 0;
    at[s] = COLLECT
}

/* ---- A server that dies ---------------------------------------------------------------------------------------- */

inline die(s) {
    if
    :: HAS_SESSION(s) -> lose_session(s)
    :: else -> skip
    fi;
    for (c : 0 .. CONNECTIONS - 1) {
        if
        :: open[c] && server_of[c] == s -> close_connection(c)
        :: else
        fi
    };
    if
    :: left_over[s] == NONE -> forget_group(s)
    :: else
    fi;
    knows_drawn[s] = 0;
    at[s] = DOWN
}

/* ---- All of it ------------------------------------------------------------------------------------------------- */

#ifdef DROP_warning_is_a_lost_answer
#define AFTER_A_WARNING REPLY
#else
#define AFTER_A_WARNING LOOK_UP
#endif
#define WROTES(s, a) (CHANGE(s, a).asker && CHANGE(s, a).verdict != STORED_BEFORE)
#define WROTE(s) (WROTES(s, 0) || WROTES(s, 1))

#define MAY_ADD(s, x) ((at[s] == IDLE || at[s] == COLLECT) && left_over[s] == NONE && open[x] && up[x] != NONE && \
                       server_of[x] == s && groups[s].agency[AGENCY(x)].asker == 0)

inline add(s, x) {
    if
    :: at[s] == IDLE -> begin_group(s)
    :: else
    fi;
    groups[s].agency[AGENCY(x)].asker = x + 1
}

/* The agencies of the group, in the order in which they are locked. */
#ifdef DROP_rows_are_locked_in_ascending_order
#define PLACE(s, n) ((n) ^ (s))
#else
#define PLACE(s, n) (n)
#endif

#define MAY_LOCK(s, a) (CHANGE(s, a).asker == 0 || row_lock[a] == NONE)

/* A session waits for a lock that the other one has. */
#define WANTS_ROW(s, a) ((at[s] == FIRST_ROW && PLACE(s, 0) == a && CHANGE(s, a).asker) || \
                         (at[s] == SECOND_ROW && PLACE(s, 1) == a && CHANGE(s, a).asker))
#define IS_BLOCKED_BY(s, t) ((WANTS_ROW(s, 0) && row_lock[0] == SESSION(t)) || \
                             (WANTS_ROW(s, 1) && row_lock[1] == SESSION(t)) || \
                             (at[s] == ROUND_ROW && round_lock == SESSION(t)))

inline lock(s, a) {
    row_lock[a] = (CHANGE(s, a).asker -> SESSION(s) : row_lock[a])
}

#define MAY_TELL(s, x) (at[s] > LOOK_UP && open[x] && server_of[x] == s && waits_for[x] && \
                        waits_for[x] <= knows_drawn[s] && down[x] == NONE)

inline tell_winners(x) {
    send(x, WINNERS);
    waits_for[x] = 0
}

inline after_judging(s) {
#ifdef DROP_agencies_are_counted_after_the_lock
    count_agencies(s);
#endif
    at[s] = (CLOSES(s) -> ROUND_ROW : COMMIT)
}

proctype server(byte s) {
end:
    do
    :: d_step { MAY_LOOK_UP(s) -> look_up(s) }
    :: d_step { MAY_ADD(s, 0) -> add(s, 0) }
    :: d_step { MAY_ADD(s, 1) -> add(s, 1) }
    :: d_step { MAY_ADD(s, 2) -> add(s, 2) }
    :: d_step { MAY_ADD(s, 3) -> add(s, 3) }
    :: d_step { at[s] == COLLECT && !IS_MINE(s) -> close_group(s); at[s] = START }
    :: d_step { at[s] == COLLECT && IS_MINE(s) && own_lock[NUMBER(s)] == NONE ->
#ifdef DROP_rows_are_read_under_their_locks
                judge_group(s);
#endif
                own_lock[NUMBER(s)] = SESSION(s); at[s] = FIRST_ROW }
    :: d_step { at[s] == FIRST_ROW && MAY_LOCK(s, PLACE(s, 0)) -> lock(s, PLACE(s, 0)); at[s] = SECOND_ROW }
    :: d_step { at[s] == SECOND_ROW && MAY_LOCK(s, PLACE(s, 1)) ->
                lock(s, PLACE(s, 1));
#ifndef DROP_rows_are_read_under_their_locks
                judge_group(s);
#endif
                after_judging(s) }
#ifdef DROP_round_row_is_locked
    :: d_step { at[s] == ROUND_ROW -> at[s] = COUNT }
#else
    :: d_step { at[s] == ROUND_ROW && round_lock == NONE -> round_lock = SESSION(s); at[s] = COUNT }
#endif
    :: d_step { at[s] == COUNT ->
#ifndef DROP_agencies_are_counted_after_the_lock
                count_agencies(s);
#endif
                at[s] = COMMIT }
    :: d_step { at[s] == COMMIT -> write_group(s);
#ifdef DROP_repeat_is_confirmed_after_a_commit_of_its_own
                if
                :: WROTE(s) -> replicate()
                :: else
                fi;
#else
                replicate();
#endif
                pass_locks(SESSION(s), NONE); at[s] = REPLY }
    :: d_step { at[s] == REPLY -> tell_group(s, 1); at[s] = IDLE }
#ifndef DROP_draw_is_asked_for
    :: d_step { at[s] > LOOK_UP && knows_drawn[s] < db.drawn -> knows_drawn[s] = db.drawn }
#endif
    :: d_step { MAY_TELL(s, 0) -> tell_winners(0) }
    :: d_step { MAY_TELL(s, 1) -> tell_winners(1) }
    :: d_step { MAY_TELL(s, 2) -> tell_winners(2) }
    :: d_step { MAY_TELL(s, 3) -> tell_winners(3) }
    :: d_step { at[s] == DOWN && left_over[s] == NONE -> at[s] = START }

    /* What breaks. */
    :: d_step { !calm && HAS_SESSION(s) && left_over[s] == NONE -> lose_session(s); at[s] = LOOK_UP }
    :: d_step { !calm && at[s] == REPLY -> at[s] = LOOK_UP }
    :: d_step { !calm && (at[s] == START || at[s] == LOOK_UP) && own_lock[NUMBER(s)] == NONE ->
                db.incarnation[NUMBER(s)] = 0; replicate() }    /* it was raised, and the answer was lost */
    :: d_step { !calm && at[s] != DOWN && left_over[s] == NONE -> die(s) }
#ifdef STANDBY
    :: d_step { !calm && at[s] == COMMIT ->     /* the wait for the standby was cancelled: a WARNING */
                write_group(s); pass_locks(SESSION(s), NONE); at[s] = AFTER_A_WARNING }
#endif
    od
}
