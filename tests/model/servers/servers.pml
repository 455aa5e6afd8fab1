/*
 * A model of several servers over one transactional store (PROTOCOL.md, 11), for SPIN: row locks, sessions that go on
 * after their server has lost them, lost answers to COMMIT, servers that die and come back, agencies that go from one
 * server to another.
 *
 *     store.pml     rows, locks, sessions; what a commit makes of them
 *     database.pml  what the store does by itself
 *     committer.pml one server: groups, from collecting them to telling what became of them
 *     client.pml    an agency that keeps to the protocol, and uses any server
 *
 * ../sorteo.pml has the rules of the protocol with one server, in full: receipts, winners that were announced, rounds
 * without bets. Here is what several servers add, so an agency has one batch in each round, and its next one stands for
 * the RECEIPT.
 *
 * The properties. Safety, as assertions beside the code that they are about: nothing acknowledged is lost; in `keyed`
 * nothing is stored twice; what is called refused is not stored; each bet is in the round that it was made for; a round
 * is drawn once, after all have finished; no FINISH closes a round that it was not meant for; an agency gets winners of
 * a draw that its bets were in. Liveness, as the formula `served`: once faults stop, every agency gets the winners of
 * every round.
 *
 * What is left out, and why that is allowed:
 *   - Isolation is READ COMMITTED: a statement sees what is committed when it begins, and what its own transaction did.
 *     A row that a transaction has locked is changed by no other one, so it is read when it is judged.
 *   - A group has at most one frame of each agency. A transaction's writes are applied when it commits.
 *   - A statement that fails, a serialization failure, an administrator who ends the session, the loss of the primary:
 *     the server has lost its session, and the transaction does not commit, or may if COMMIT was sent.
 *   - Numbers of incarnations and groups are unbounded in the store. Here is what follows from them: whether the row's
 *     incarnation is the one that this server knows, and whether its last group is the one that this server has.
 *   - NOTIFY is a hint that may get lost, so it always does.
 */
#define AGENCIES 2
#ifndef ROUNDS
#define ROUNDS 1
#endif
#define CONNECTIONS 4
#define AGENCY(x) ((x) / 2)
#define SLOT(x) ((x) % 2)
#define OTHER(x) ((x) ^ 1)
#define CONNECTION(a, slot) ((a) * 2 + (slot))
#define BET(a, r) ((a) * ROUNDS + (r) - 1)
#define NOBODY 2

/* ---- What is chosen from outside ------------------------------------------------------------------------------- */

#ifndef KEYED
#define KEYED 0
#endif
/* SAME_NUMBER: both servers were given the same number, or one was replaced while it still runs.
 * STANDBY: a commit is safe when the standby has it; a wait for it may be cancelled, and it may be promoted.
 * UNSURE: the servers' clocks are never good enough to say which connection is older.
 * HAS_STORED: at the beginning the batch of round 1 is stored, so that searches for what comes later end soon.
 * ONE_AGENCY: the other one waits for the draw of round 1 already.
 * OLDER: so many agencies may have an older connection with a frame that is judged late. */
#ifndef OLDER
#define OLDER 1
#endif
#ifndef HAS_STORED
#define HAS_STORED 0
#endif
#ifdef SAME_NUMBER
#define NUMBER(s) (0)
#else
#define NUMBER(s) (s)
#endif

/* ---- Names for numbers ----------------------------------------------------------------------------------------- */

#define NONE 0

/* Frames up, frames down */
#define BATCH 1
#define FINISH 2
#define ANSWER_0 1
#define ANSWER_1 2
#define WINNERS 3

/* Verdicts */
#define STORED 1
#define STORED_BEFORE 2
#define REFUSED 3
#define COUNTS 4
#define OLD 5

/* Where a server is. From OWN_ROW to COMMIT it has a transaction; from OWN_ROW on, the session waits for what the name
 * says. */
#define DOWN 0
#define START 1         /* it has just been started: it knows of no group */
#define LOOK_UP 2       /* it has lost its session, and does not know what became of its group */
#define IDLE 3
#define COLLECT 4
#define OWN_ROW 5
#define FIRST_ROW 6
#define SECOND_ROW 7
#define JUDGE 8
#define ROUND_ROW 9
#define COUNT 10
#define COMMIT 11       /* COMMIT was sent */
#define REPLY 12        /* it was done, and the answer is on its way */

#define HAS_SESSION(s) (at[s] >= OWN_ROW && at[s] <= COMMIT)

/* What is left of a session that its server has lost */
#define HOLDS 1         /* locks, until it is ended */
#define MAY_COMMIT 2    /* COMMIT was sent */

byte at[2] = START;
byte knows_drawn[2];    /* the latest round of whose draw a server knows */

/* ---- Connections ----------------------------------------------------------------------------------------------- */

bit open[CONNECTIONS], server_of[CONNECTIONS];
byte up[CONNECTIONS], up_round[CONNECTIONS];
byte down[CONNECTIONS];
byte waits_for[CONNECTIONS];    /* the round whose winners this connection gets when its server knows of the draw */

bit latest[AGENCIES], connected[AGENCIES], done[AGENCIES];

/* ---- What was promised ----------------------------------------------------------------------------------------- */

bit promised[AGENCIES * ROUNDS];

#ifdef LIVENESS
bit calm;
#else
#define calm 0
#endif

hidden byte i, c, x, all_wait, is_mine, verdict_;

#include "store.pml"
#include "committer.pml"
#include "client.pml"
#include "database.pml"

init {
    atomic {
        run client(0);
#if HAS_STORED
        db.agency[0].bets = 1;
        db.agency[0].copies[0] = 1;
        db.agency[1].bets = 1;
        db.agency[1].copies[0] = 1;
#endif
#ifdef ONE_AGENCY
        db.agency[1].waits = 1;
#else
        run client(1);
#endif
        run server(0);
        run server(1);
        run database();
#ifdef LIVENESS
        run peace();
#endif
        skip
    }
}

#ifdef LIVENESS
proctype peace() {
    calm = 1
}

#ifdef ONE_AGENCY
ltl served { <> done[0] }
#else
ltl served { <> (done[0] && done[1]) }
#endif
#endif
