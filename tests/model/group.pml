/*
 * The group, and the committer's process: frames are judged, then what they changed is made durable, and only then is
 * anyone told. Read it beside src/server/committer/commit_group.c and committer.c.
 */

/* ---- Copies of the store ----------------------------------------------------------------------------------- */

inline copy_store(to, from) {
    for (i : 0 .. AGENCIES - 1) {
        to.agency[i].round = from.agency[i].round;
        to.agency[i].phase = from.agency[i].phase;
        to.agency[i].announced = from.agency[i].announced;
        to.agency[i].may_close_empty = from.agency[i].may_close_empty;
        to.agency[i].bets = from.agency[i].bets
    }
    for (i : 0 .. BETS - 1) {
        to.copies[i] = from.copies[i];
        to.finish[i] = from.finish[i]
    }
    to.drawn = from.drawn
}

/* ---- Telling ----------------------------------------------------------------------------------------------------- */

#define IS_USED(x) (connected[AGENCY(x)] && latest[AGENCY(x)] == SLOT(x))

inline send(x, frame, round_) {
    down[x] = (IS_USED(x) -> frame : NONE);
    down_round[x] = (IS_USED(x) -> round_ : 0)
}

inline tell(x) {
    if
    :: due[x] == STORED || due[x] == STORED_BEFORE ->
        promised[BET(AGENCY(x), due_round[x])] = 1;
        send(x, ANSWER_0, due_round[x])
    :: due[x] == REFUSED ->
        assert(!KEYED || mem.copies[BET(AGENCY(x), due_round[x])] == 0);    /* what is refused is not stored */
        refused[x] = 1;
        send(x, ANSWER_1, due_round[x])
    :: due[x] == COUNTS -> session[x] = (IS_DRAWN(due_round[x]) -> TOLD : WAITS)
    :: due[x] == WINNERS ->
        promised_draw = (promised_draw < due_round[x] -> due_round[x] : promised_draw);
        send(x, WINNERS, due_round[x])
    :: due[x] == CLOSE -> close_connection(x); send(x, END, 0)
    :: due[x] == ABORT -> close_connection(x); send(x, NONE, 0)
    :: else
    fi;
    due[x] = NONE;
    due_round[x] = 0
}

/* Every worker is told about a draw, and its waiting connections ask for their winners. */
inline tell_drawn() {
    for (c : 0 .. CONNECTIONS - 1) {
        if
        :: session[c] == WAITS && IS_DRAWN(winners_round[c]) && winners_round[c] > told_drawn -> session[c] = TOLD
        :: else
        fi
    };
    told_drawn = mem.drawn
}

inline tell_superseded() {
    for (i : 0 .. AGENCIES - 1) {
        if
        :: claims_before[i] != NOBODY && claims[i] != claims_before[i] && open[CONNECTION(i, claims_before[i])] ->
            close_connection(CONNECTION(i, claims_before[i]))
        :: else
        fi;
        claims_before[i] = claims[i]
    };
    skip
}

#ifdef DROP_draw_moves_agencies
/* The draw is stored, and where agencies stand by another transaction. */
inline move_agencies() {
    for (i : 0 .. AGENCIES - 1) {
        if
        :: mem.agency[i].phase == WAITING && mem.agency[i].round == mem.drawn -> mem.agency[i].phase = DRAWN
        :: else
        fi
    };
    transaction = 1
}
#endif

inline tell_all() {
    for (c : 0 .. CONNECTIONS - 1) {
        if
        :: open[c] && due[c] != NONE -> tell(c)
        :: else
        fi
    }
    tell_superseded();
    tell_drawn()
}

/* ---- The group --------------------------------------------------------------------------------------------------- */

#ifdef DROP_sync_at_open
/* A group that only repeats writes nothing, and what writes nothing syncs nothing. */
inline look_whether_it_wrote() {
    wrote = 0;
    for (c : 0 .. CONNECTIONS - 1) {
        if
        :: due[c] == NONE || due[c] == STORED_BEFORE -> skip
        :: else -> wrote = 1
        fi
    };
    skip
}
#endif

/* What is written and synced is in disk, and only then are results sent. */
inline commit() {
    wrote = 1;
#ifdef DROP_sync_before_answer
    wrote = 0;
#endif
#ifdef DROP_sync_at_open
    look_whether_it_wrote();
#endif
    if
    :: wrote -> copy_store(disk, mem)
    :: else
    fi;
    unsynced = !wrote;
    transaction = 0;
    tell_all()
}

inline restore_claims() {
    for (i : 0 .. AGENCIES - 1) {
        claims[i] = claims_before[i]
    }
}

/* The store failed before COMMIT: none of it is stored. Bets that an earlier copy stored must not be called refused. */
inline take_back() {
    copy_store(mem, disk);
    restore_claims();
    for (c : 0 .. CONNECTIONS - 1) {
        if
#ifdef DROP_repeated_bets_are_not_called_refused
        :: due[c] == STORED || due[c] == STORED_BEFORE -> due[c] = REFUSED
#else
        :: due[c] == STORED -> due[c] = REFUSED
#endif
        :: due[c] == NONE || due[c] == REFUSED || due[c] == ABORT -> skip
        :: else -> due[c] = CLOSE
        fi
    }
    transaction = 0;
    tell_all()
}

/* COMMIT itself failed, and the store was opened again: whether it took the group shows only now. */
inline lose_store(kept) {
    if
    :: !kept -> copy_store(mem, disk)
    :: else -> copy_store(disk, mem)
    fi;
    unsynced = 0;
#ifdef DROP_newer_connection_stands_after_a_failed_commit
    restore_claims();
#endif
    for (c : 0 .. CONNECTIONS - 1) {
        if
#ifdef DROP_failed_commit_is_not_answered
        :: due[c] == STORED -> skip
#endif
        :: due[c] == NONE -> skip
        :: due[c] == ABORT -> skip
        :: else -> due[c] = CLOSE
        fi
    }
    transaction = 0;
#ifdef DROP_draw_is_told_after_a_failed_commit
    told_drawn = mem.drawn;
#endif
    tell_all()
}

proctype committer() {
end:
    do
    :: d_step { MAY_JUDGE(0) -> judge_frame(0) }
    :: d_step { MAY_JUDGE(1) -> judge_frame(1) }
    :: d_step { MAY_JUDGE(2) -> judge_frame(2) }
    :: d_step { MAY_JUDGE(3) -> judge_frame(3) }
    :: d_step { transaction -> commit() }
#ifdef DROP_draw_moves_agencies
    :: d_step { !transaction && mem.drawn && mem.agency[0].phase == WAITING && mem.agency[0].round == mem.drawn ->
                move_agencies() }
#endif
#ifdef DROP_draw_if_due_after_a_crash
    :: d_step { !transaction && draw_is_due -> draw_is_due = 0; judge_draw_if_due(); transaction = 1 }
#endif
    od
}
