/*
 * An agency that keeps to the protocol, never gives up, and uses any server: a batch and FINISH in each round, one
 * request at a time. What is not answered it asks again, over another connection, at the same server or the other one.
 */

#define HERE CONNECTION(me, latest[me])

/* A connection's place may be taken again when the server has done with it. */
#define IS_IN_A_GROUP(x) (groups[0].agency[AGENCY(x)].asker == (x) + 1 || groups[1].agency[AGENCY(x)].asker == (x) + 1)
#define IS_FREE(x) (!open[x] && !IS_IN_A_GROUP(x))
#define MAY_CONNECT(s) (!connected[me] && at[s] != DOWN && \
                        (IS_FREE(HERE) || (me < OLDER && IS_FREE(OTHER(HERE)))))

/* The store's row names connections, not places: a new one has not spoken, and was not replaced. If the one whose place
 * it takes spoke last, and was newer than the other one, then that is older than who spoke. */
inline take_place(row_, is_other_older) {
#ifndef UNSURE
    if
    :: row_.speaker == latest[me] && is_other_older -> row_.replaced[1 - latest[me]] = 1
    :: else
    fi;
#endif
    row_.replaced[latest[me]] = 0;
    row_.speaker = (row_.speaker == latest[me] -> NOBODY : row_.speaker)
}

inline connect(s) {
    c = IS_FREE(HERE);
    latest[me] = (c -> latest[me] : 1 - latest[me]);
    open[HERE] = 1;
    server_of[HERE] = s;
    take_place(db.agency[me], c);
#ifdef STANDBY
    take_place(standby.agency[me], c);
#endif
    connected[me] = 1
}

#define WANTS (stored -> FINISH : BATCH)

inline ask() {
    up[HERE] = WANTS;
    up_round[HERE] = round;
    asked = 1
}

inline leave() {
    connected[me] = 0;
    down[HERE] = NONE;
    asked = 0
}

inline read_reply() {
    if
    :: down[HERE] == ANSWER_0 -> stored = 1; asked = 0
    :: down[HERE] == WINNERS ->
        assert(stored && db.agency[me].copies[round - 1]);      /* of a draw that its bets were in */
        assert(round <= db.drawn);
        round++;
        stored = 0;
        asked = 0;
        done[me] = (round > ROUNDS)
    :: else -> asked = 0        /* refused: it is asked for again */
    fi;
    down[HERE] = NONE
}

proctype client(byte me) {
    byte round = 1;
    bit stored = HAS_STORED, asked;
end:
    do
    :: d_step { !done[me] && MAY_CONNECT(0) -> connect(0) ; ask() }
    :: d_step { !done[me] && MAY_CONNECT(1) -> connect(1) ; ask() }
    :: d_step { !done[me] && connected[me] && open[HERE] && !asked && down[HERE] == NONE -> ask() }
    :: d_step { connected[me] && down[HERE] != NONE -> read_reply() }
    :: d_step { connected[me] && !open[HERE] && down[HERE] == NONE -> leave() }
    :: d_step { connected[me] && !calm -> leave() }
    /* The server notices, sooner or later, that the agency has left a connection. */
    :: d_step { open[CONNECTION(me, 0)] && !(connected[me] && latest[me] == 0) && !IS_IN_A_GROUP(CONNECTION(me, 0)) ->
                close_connection(CONNECTION(me, 0)) }
    :: d_step { open[CONNECTION(me, 1)] && !(connected[me] && latest[me] == 1) && !IS_IN_A_GROUP(CONNECTION(me, 1)) ->
                close_connection(CONNECTION(me, 1)) }
    od
}
