/*
 * A model of the protocol's promises (sections 5 to 8), for SPIN: the barrier, rounds, keys, newer and older
 * connections, over a server, connections and agencies that die at any time.
 *
 *     judge.pml    what a frame is worth; beside src/lottery/{judge,rounds,speakers}.c
 *     group.pml    what is durable, and who is told of it; beside src/server/committer/commit_group.c
 *     client.pml   an agency that keeps to the protocol
 *     faults.pml   what breaks, and what comes late
 *     rules.ini    each rule of the protocol that can be left out (-DDROP_…), and what must then be found
 *     check        runs all of it
 *
 * The properties. Safety, as assertions beside the code that they are about: a round is drawn once,
 * after all have finished; no bet of a drawn round is accepted, none lands in another round than
 * the agency meant; nothing acknowledged is lost; what was refused is not stored; in `keyed`
 * nothing is doubled; no FINISH closes a round that it was not meant for, no RECEIPT ends one; an
 * agency gets the winners that it asked for, of a draw that its bets were in; one that keeps to the
 * protocol is refused by no state. Liveness, as the formula `served`: once it is calm, agencies
 * that keep trying get the winners of every round. (In wide an agency stops where it cannot know
 * whether its FINISH closed a round without bets: exit status 3 of the client.)
 *
 * The round that a frame is meant for exists in the model only, not on the wire. So the model sees
 * what a server cannot.
 *
 * Differences from the C code, and why they are allowed:
 *   - Two agencies, two rounds, one batch of a round or none, one request under way for each agency. An agency has
 *     the connection that it uses, and one older one that it left and that the server has not done with (with
 *     ONE_CONNECTION: none; without TWO_CONNECTIONS, only the first agency has an older one: the two meet at the
 *     barrier and in the group, nowhere else).
 *   - Bytes, limits and deadlines are left to other tests, and `wide` stands for all dialects without keys (README.md
 *     says why). So are workers: a connection that breaks is all that an agency sees of a worker's death. The
 *     supervisor, too: a crash and the restart are one step, since no peer sees what happens in between.
 *   - A frame on its way takes the one place of its connection. A RECEIPT has no answer, so that a BATCH could follow
 *     at once; here it follows when the RECEIPT was judged. Over one connection they are judged in this order anyway.
 *   - A connection is accepted when its first frame is sent: an idle one changes nothing.
 *   - A group is judged, and then committed, taken back, lost in part, or cut off by a crash, as one step: between
 *     the write and the sync nothing else happens but that crash, after which what was written may be there or not.
 *   - The single-bet stream is SINGLES: a bet that its operator gave up, and that arrives at any time.
 *   - Winners are a draw's number. Which bets win does not matter here, only that they were in the
 *     draw.
 *
 * The size of the search (safety, with older connections): 8.1 million states in wide and 9.4 in
 * keyed, 1.5 GB and some 100 s of processor time each. It has found a bug: what is now the rule
 * newer_connection_stands_after_a_failed_commit.
 */
#define AGENCIES 2
#define ROUNDS 2
#define CONNECTIONS (2 * AGENCIES)
#define BETS (ROUNDS * AGENCIES)
#define AGENCY(x) ((x) / 2)
#define SLOT(x) ((x) % 2)
#define OTHER(x) ((x) ^ 1)
#define CONNECTION(a, slot) ((a) * 2 + (slot))
#define BET(a, r) ((a) * ROUNDS + (r) - 1)
#define NOBODY 2    /* has spoken for an agency */

/* ---- What is chosen from outside ------------------------------------------------------------------------------- */

#ifndef KEYED
#define KEYED 0
#endif
/* The first agency has a batch in every round, the other one only in the first. */
#define HAS_BETS(a, r) ((a) == 0 || (r) == 1)
#if defined(ONE_CONNECTION)
#define HAS_OLDER(a) (0)
#elif defined(TWO_CONNECTIONS)
#define HAS_OLDER(a) (1)
#else
#define HAS_OLDER(a) ((a) == 0)
#endif
#ifdef TOO_MANY     /* winners of the first agency in the first round: WINNERS cannot say how many */
#define HAS_TOO_MANY(a, r) ((a) == 0 && (r) == 1)
#else
#define HAS_TOO_MANY(a, r) (0)
#endif

/* ---- Names for numbers ----------------------------------------------------------------------------------------- */

#define NONE 0

/* Frames up */
#define BATCH 1
#define FINISH 2
#define RECEIPT 3

/* Frames down; END is the server's end of its direction */
#define ANSWER_0 1
#define ANSWER_1 2
#define WINNERS 3
#define END 4

/* Verdicts, of which WINNERS is one */
#define STORED 1
#define STORED_BEFORE 2
#define REFUSED 4
#define COUNTS 5
#define COLLECTED 6
#define CLOSE 7
#define ABORT 8

/* Where an agency stands */
#define OPEN 0
#define WAITING 1
#define DRAWN 2

/* Where a session stands: it waits for the draw, it was told of it */
#define TALKING 0
#define WAITS 1
#define TOLD 2

/* ---- The store: as the committer has it, and as it is on the disk ------------------------------------------------ */

typedef agency_state {
    unsigned round : 3 = 1;
    unsigned phase : 2;
    bit announced;
    bit may_close_empty;
    bit bets
}

typedef store {
    agency_state agency[AGENCIES];
    unsigned drawn : 2;     /* rounds that were */
    byte copies[BETS];      /* of each batch */
    byte finish[BETS]       /* the round that a FINISH with this key closed or asked for; 0: the key is not known */
}

store mem, disk;
bit transaction;        /* mem has what is not committed */
bit unsynced;           /* mem has what was written and, by a rule that was dropped, not synced */
bit draw_is_due;        /* only where a rule was dropped */
byte told_drawn;        /* the latest round whose draw the workers were told of */

/* ---- Connections: the server's end, and what is on its way ------------------------------------------------------- */

bit open[CONNECTIONS];
byte up[CONNECTIONS], up_round[CONNECTIONS];        /* a frame, and the round that is meant by it */
byte due[CONNECTIONS], due_round[CONNECTIONS];      /* a verdict that was not told yet */
byte down[CONNECTIONS], down_round[CONNECTIONS];
byte session[CONNECTIONS];
byte winners_round[CONNECTIONS], receipt_for[CONNECTIONS];
bit refused[CONNECTIONS];
byte claims[AGENCIES] = NOBODY, claims_before[AGENCIES] = NOBODY;

/* ---- Agencies ---------------------------------------------------------------------------------------------------- */

bit latest[AGENCIES];       /* which of its two connections is the newer one */
bit connected[AGENCIES];    /* it still uses that one */
bit done[AGENCIES];         /* it has the winners of every round */
bit stopped[AGENCIES];      /* it cannot know, and says so */
#ifdef SINGLES
bit single[AGENCIES], had_single[AGENCIES];
#endif

/* ---- What was promised ------------------------------------------------------------------------------------------- */

bit promised[BETS];         /* an ANSWER 0 for this batch was sent */
byte promised_draw;         /* the latest round whose WINNERS were */

#ifdef LIVENESS
bit calm;
#else
#define calm 0
#endif

/* Scratch of single steps, no part of any state; where the shortest way to a fault is looked for, SPIN does not allow
 * that. */
#ifdef SHORTEST
#define SCRATCH
#else
#define SCRATCH hidden
#endif
SCRATCH byte i, c, finish_round, all_wait, closes, takes, wrote;

#include "judge.pml"
#include "group.pml"
#include "client.pml"
#include "faults.pml"

init {
    atomic {
        run client(0);
        run client(1);
        run committer();
        run workers();
        run faults();
#ifdef LIVENESS
        run peace();
#endif
#ifdef SINGLES
        run late_singles();
#endif
#ifdef LATE_BATCH
        run late_batches();
#endif
        skip
    }
}

#ifdef LIVENESS
ltl served { <> ((done[0] && done[1]) || stopped[0] || stopped[1]) }
#endif
