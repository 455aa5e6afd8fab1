/*
 * Failures of connections, processes, power and disk, at any time until it is calm; and late
 * frames, which correct clients would no longer have sent.
 */

/* What was answered is stored, whatever happened. */
inline check_promises() {
    for (i : 0 .. BETS - 1) {
        assert(!promised[i] || mem.copies[i])
    }
    assert(promised_draw <= mem.drawn)
}

/* The server has died, and starts again. What was written but not synced may be there (if a process
 * died) or not (if the power failed), and is synced before anything is answered. */
inline crash(kept) {
    for (c : 0 .. CONNECTIONS - 1) {
        close_connection(c)
    }
    if
    :: !kept -> copy_store(mem, disk)
    :: else
    fi;
#ifndef DROP_sync_at_open
    copy_store(disk, mem);
#endif
#ifdef DROP_sync_at_open
    unsynced = kept;
#else
    unsynced = 0;
#endif
    transaction = 0;
    draw_is_due = 0;
    for (i : 0 .. AGENCIES - 1) {
        claims[i] = NOBODY;
        claims_before[i] = NOBODY
    }
    check_promises();
#ifndef DROP_draw_if_due_after_a_crash
    judge_draw_if_due();
#ifndef DROP_sync_at_open
    copy_store(disk, mem);
#endif
#endif
    told_drawn = mem.drawn
}

proctype faults() {
end:
    do
    :: d_step { !calm -> crash(0) }
    :: d_step { !calm && (transaction || unsynced) -> crash(1) }    /* after it was written */
    :: d_step { !calm && transaction -> take_back() }
    :: d_step { !calm && transaction -> lose_store(0) }
    :: d_step { !calm && transaction -> lose_store(1) }
    :: d_step { !calm && open[0] && !IS_USED(0) -> close_connection(0) }    /* with what it had not read */
    :: d_step { !calm && open[1] && !IS_USED(1) -> close_connection(1) }
    :: d_step { !calm && open[2] && !IS_USED(2) -> close_connection(2) }
    :: d_step { !calm && open[3] && !IS_USED(3) -> close_connection(3) }
    od
}

#ifdef LIVENESS
proctype peace() {
    calm = 1
}
#endif

/* A worker notices, sooner or later, that the agency has left a connection. */
#define IS_LEFT(x) (open[x] && due[x] == NONE && up[x] == NONE && !IS_USED(x))

proctype workers() {
end:
    do
    :: d_step { IS_LEFT(0) -> close_connection(0) }
    :: d_step { IS_LEFT(1) -> close_connection(1) }
    :: d_step { IS_LEFT(2) -> close_connection(2) }
    :: d_step { IS_LEFT(3) -> close_connection(3) }
    od
}

#ifdef SINGLES
/* A SINGLE on the bet stream's port, in round 1, that its operator gave up: it may arrive at any
 * time. */
inline judge_single(a) {
    single[a] = 0;
    rounds_take_bets(a, 0);
    if
    :: takes -> transaction = 1; mem.agency[a].bets = 1
    :: else
    fi
}

proctype late_singles() {
end:
    do
    :: d_step { single[0] -> judge_single(0) }
    :: d_step { single[1] -> judge_single(1) }
    od
}
#endif

#ifdef LATE_BATCH
/* A second program of the agency sends a BATCH, over a newer connection, after the first has sent
 * its FINISH. (Once winners are being written, that ends the first one's round: this is the
 * agency's own fault.) */
#define MAY_COME_LATE(a) (!calm && (mem.agency[a].phase == WAITING || \
                          (mem.agency[a].phase == DRAWN && !mem.agency[a].announced)))

inline judge_late_batch(a) {
    assert(mem.agency[a].phase != OPEN);
    rounds_take_bets(a, 1);
    if
    :: takes ->
        assert(mem.agency[a].phase == OPEN);    /* no bet is accepted after a FINISH */
        transaction = 1;
        mem.agency[a].bets = 1;
        close_connection(CONNECTION(a, 0));
        close_connection(CONNECTION(a, 1))
    :: else
    fi
}

proctype late_batches() {
end:
    do
    :: d_step { MAY_COME_LATE(0) -> judge_late_batch(0) }
    :: d_step { MAY_COME_LATE(1) -> judge_late_batch(1) }
    od
}
#endif
