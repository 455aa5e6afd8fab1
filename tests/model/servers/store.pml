/*
 * The store: rows, who has locked them, and what a commit does. Sessions are numbered: 1 and 2 are those of the two
 * servers, 3 and 4 what is left of sessions that they have lost.
 */

typedef agency_row {
    unsigned round : 2 = 1;
    bit waits;                  /* its FINISH of this round counts; if the round is drawn, so is the agency */
    bit bets;                   /* of this round are stored */
    unsigned speaker : 2 = NOBODY;
    bit replaced[2];            /* connections that spoke before others did */
    byte copies[ROUNDS];        /* of each batch */
    bit finish[ROUNDS]          /* the KEY of this FINISH is known */
}

typedef store {
    agency_row agency[AGENCIES];
    unsigned drawn : 2;         /* the rounds' row: so many were */
    byte incarnation[2];        /* a server's row: s + 1 if the incarnation is the one that s knows … */
    byte last_group[2]             /* … s + 1 if the last group is the one that s has */
}

store db;
#ifdef STANDBY
store standby;
#endif

byte row_lock[AGENCIES], round_lock, own_lock[2];

#define SESSION(s) ((s) + 1)
#define LEFT_OVER(s) ((s) + 3)

/* ---- A group, as its transaction will leave the rows ----------------------------------------------------------- */

typedef change {
    byte asker;                  /* connection + 1; 0: the group has no frame of this agency */
    byte verdict;
    byte about;                 /* the round that the frame is meant for, or whose winners it asks for */
    agency_row row;
    bit closes
}

typedef group {
    change agency[AGENCIES];
    bit draws
}

group groups[2];
bit was_written[2];             /* the server's latest group is in the store, whatever the server knows */

inline copy_row(to, from) {
    to.round = from.round;
    to.waits = from.waits;
    to.bets = from.bets;
    to.speaker = from.speaker;
    to.replaced[0] = from.replaced[0];
    to.replaced[1] = from.replaced[1];
    for (i : 0 .. ROUNDS - 1) {
        to.copies[i] = from.copies[i];
        to.finish[i] = from.finish[i]
    }
}

inline copy_store(to, from) {
    copy_row(to.agency[0], from.agency[0]);
    copy_row(to.agency[1], from.agency[1]);
    to.drawn = from.drawn;
    for (i : 0 .. 1) {
        to.incarnation[i] = from.incarnation[i];
        to.last_group[i] = from.last_group[i]
    };
    skip
}

inline forget_change(c) {
    c.asker = 0;
    c.verdict = NONE;
    c.about = 0;
    c.closes = 0;
    c.row.round = 1;
    c.row.waits = 0;
    c.row.bets = 0;
    c.row.speaker = NOBODY;
    c.row.replaced[0] = 0;
    c.row.replaced[1] = 0;
    for (i : 0 .. ROUNDS - 1) {
        c.row.copies[i] = 0;
        c.row.finish[i] = 0
    }
}

inline forget_group(s) {
    forget_change(groups[s].agency[0]);
    forget_change(groups[s].agency[1]);
    groups[s].draws = 0
}

/* ---- Locks ----------------------------------------------------------------------------------------------------- */

/* All that one session has, goes to another one, or to none. */
inline pass_locks(from, to) {
    for (i : 0 .. 1) {
        row_lock[i] = (row_lock[i] == from -> to : row_lock[i]);
        own_lock[i] = (own_lock[i] == from -> to : own_lock[i])
    };
    round_lock = (round_lock == from -> to : round_lock)
}

/* ---- Commit ---------------------------------------------------------------------------------------------------- */

/* What is written is only what was judged; a row whose lock is held is as it was then. Bets are rows of their own:
 * with a rule dropped, both copies of a batch are there. */
inline write_row(s, a) {
    if
    :: groups[s].agency[a].verdict == STORED ->
        assert(groups[s].agency[a].row.round > db.drawn);   /* no bet of a drawn round is accepted */
        groups[s].agency[a].row.copies[groups[s].agency[a].about - 1] =
            (db.agency[a].copies[groups[s].agency[a].about - 1] + 1 > 2 -> 2 :
             db.agency[a].copies[groups[s].agency[a].about - 1] + 1);
        assert(!KEYED || groups[s].agency[a].row.copies[groups[s].agency[a].about - 1] == 1)   /* nothing is doubled */
    :: else
    fi;
    if
    :: groups[s].agency[a].verdict != NONE && groups[s].agency[a].verdict != OLD &&
       groups[s].agency[a].verdict != REFUSED -> copy_row(db.agency[a], groups[s].agency[a].row)
    :: else
    fi
}

inline write_draw(s) {
    if
    :: groups[s].draws ->
        for (i : 0 .. AGENCIES - 1) {
            assert(db.agency[i].waits);                     /* a draw is after all have finished … */
            assert(db.agency[i].round == db.drawn + 1)      /* … and is the only one of its round */
        };
        db.drawn++
    :: else
    fi
}

/* A transaction that wrote nothing writes nothing to the log, either: it does not wait for the standby. */
inline replicate() {
#ifdef STANDBY
    copy_store(standby, db)
#else
    skip
#endif
}

inline write_group(s) {
    write_row(s, 0);
    write_row(s, 1);
    write_draw(s);
    was_written[s] = 1;
    db.last_group[NUMBER(s)] = s + 1
}

/* ---- Sessions that their servers have lost, and the loss of the primary ---------------------------------------- */

byte left_over[2];
bit refused_group[2];       /* a batch of the server's latest group was refused, since it was taken back */

inline lose_session(s) {
    left_over[s] = (at[s] == COMMIT -> MAY_COMMIT : HOLDS);
    pass_locks(SESSION(s), LEFT_OVER(s))
}

/* The store has ended it: its peer is gone, or it was idle in its transaction for too long. */
inline end_session(s) {
    pass_locks(LEFT_OVER(s), NONE);
    left_over[s] = NONE;
    if
    :: at[s] == DOWN || at[s] == IDLE -> forget_group(s)
    :: else
    fi
}

/* Its server has lost it, and COMMIT comes through. */
inline write_late(s) {
    assert(!refused_group[s]);      /* what was refused as taken back is not stored after all */
    write_group(s);
    replicate();
    end_session(s)
}

inline check_promises() {
    for (i : 0 .. AGENCIES * ROUNDS - 1) {
        assert(!promised[i] || db.agency[i / ROUNDS].copies[i % ROUNDS])
    };
    skip
}

#ifdef STANDBY
/* The standby is promoted: what it does not have is gone, and so are all sessions. */
inline promote() {
    copy_store(db, standby);
    for (i : 0 .. 1) {
        row_lock[i] = NONE;
        own_lock[i] = NONE;
        left_over[i] = NONE;
        at[i] = (at[i] >= OWN_ROW && at[i] <= REPLY -> LOOK_UP : at[i])
    };
    round_lock = NONE;
    for (c : 0 .. 1) {
        if
        :: at[c] == DOWN -> forget_group(c)
        :: else
        fi
    };
    check_promises()
}
#endif
