/*
 * store.h: what the server keeps on stable storage, and the interface of its implementations.
 *
 * A plain, durable memory: bets, keys, the state of each agency, draws and their winners. It makes
 * no decisions about rounds (src/lottery/rounds.c does); it writes what it is given, whole or not
 * at all. One transaction spans many frames: begin, any number of writes, commit. What is part of a
 * commit that returned OK is stored and survives a crash, a power cut included; nothing else is.
 * The handle is used by one process and one thread, opened after the fork.
 *
 * Each implementation is a table of operations (operations.h) in a folder of its own: sqlite/ keeps
 * a store in a file, postgresql/ in a database that another machine may have, and these two have
 * all SQL of the project; memory/ is for tests and fuzzers. store_open chooses one by the path
 * (open.c), and every other call goes to the one that opened the store.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "codec/sorteo.h"

struct store;

enum store_code {
    STORE_OK,
    STORE_NONE,    /* the row that was asked for is not there */
    STORE_FAILED,  /* the write or read failed before COMMIT was issued: nothing of the transaction is stored
                       once store_rollback was called */
    STORE_UNKNOWN, /* COMMIT itself failed, and its outcome is unknown; close the store and open it again */
    STORE_MOVED,   /* commit: all of it is stored, but the store's files have lost their names: nothing may be answered,
                      and the store is left as it is until they are back or the process ends */
    STORE_REFUSED, /* open: this store may not be used, and trying again does not help */
    STORE_FULL     /* checkpoint: the disk has no room for it; nothing is lost, and nothing else was tried */
};

#define STORE_ERROR_MAX 512
struct store_error {
    char text[STORE_ERROR_MAX]; /* what, where and what to do, in one line */
};

/* The state of an agency (protocol, section 7). */
enum agency_phase { AGENCY_OPEN, AGENCY_WAITING, AGENCY_DRAWN };

struct agency_state {
    uint32_t round; /* 1 and up: the round that it is in */
    enum agency_phase phase;
    bool announced;       /* DRAWN: its winners are being or were written */
    bool may_close_empty; /* OPEN: its next FINISH closes the round, bets or not (too many winners before) */
    uint64_t bets;        /* bets of this round that are stored */
};

enum key_use { KEY_SINGLE, KEY_BATCH, KEY_FINISH };

/* What a known KEY stands for (section 8). */
struct key_record {
    enum key_use use;
    uint64_t digest[2]; /* 128 bits over the frame's bytes */
    uint32_t round;     /* that its bets belong to, or that its FINISH closed or asked for */
};

struct store_options {
    const char *path;         /* of a file; or a PostgreSQL URI, postgresql://... */
    uint8_t agencies;         /* 1..255; fixed when the store is made; 0: whatever the store says (with the next two) */
    bool existing;            /* FAILED, rather than a new store, if it is not there or empty */
    const char *dialect;      /* that is spoken, by its name; NULL: no matter. A new store remembers it */
    bool change_dialect;      /* the store may be of another one, and is of this one from now on */
    bool may_lose;            /* a database that could lose what it has stored is used, with a warning */
    bool read_only;           /* export: opens without changing anything; fails if there is no store */
    uint64_t lock_wait_ms;    /* how long to try while another process holds it (5,000) */
    volatile uint32_t *calls; /* counted up as a call on this store begins, this one included, and again as it ends: odd
                                 while one is under way; NULL: it is not kept */
    uint16_t likely_number;   /* that will be drawn, as far as is known: its draw looks at few bets, others at all */
    bool is_server;           /* … and is the one that this server draws: others that share the store draw it, too */
    uint32_t draw_piece;      /* how many bets one piece of a draw looks at; 0: a number that takes a short time */
};

/* Opens the store, making it if it is not there (not if read_only), and brings it to stable
 * storage: whatever a killed process had written but not synced is synced (a checkpoint that must
 * succeed) before this returns. *out is set on OK only. On any other code *error says what is
 * wrong: REFUSED for another number of agencies or another dialect than the store's, an unknown
 * schema version, a file that is not a store, one that is damaged, one that does not belong to the
 * log beside it, is without a log that it needs, or has a second name; FAILED for what may get
 * better: a path that cannot be written, no space, held by another server. */
SORTEO_MUST_USE enum store_code store_open(const struct store_options *options, struct store **out,
                                           struct store_error *error);

/* Is it kept by a database server, which connections lead to, and not in a file? There is nothing
 * beside it then: no socket for operators, and no folder that a sandbox could be limited to. */
bool store_is_remote(const char *path);

/* The files and folders that opening such a store reads, for a sandbox: how many, each to be freed.
 * Not all of them need be there. */
#define STORE_READS_MAX 24
size_t store_reads(const char *path, char *names[static STORE_READS_MAX]);

/* Closes without committing what is under way. One whose files were moved stays open until the
 * process ends. NULL is allowed. */
void store_close(struct store *store);

/* The text of the last failure, for the log. Borrowed until the next call. */
const char *store_error_text(const struct store *store);

/* How many agencies the store is for. */
uint8_t store_agencies(const struct store *store);

/* Did this opening create the store? */
bool store_was_made(const struct store *store);

/* What people should know of an open store, in one line: that it is on a file system which forgets,
 * or can be read by others. NULL if there is nothing. Borrowed until it is closed. */
const char *store_warning(const struct store *store);

/* Have the files of an open store lost their names, or did others take their place? Then
 * store_error_text says which. The store is not to be closed: it may be all that is left of it. */
bool store_is_moved(struct store *store);

/* ---- A transaction --------------------------------------------------------------------------- */

/* OK or FAILED. */
SORTEO_MUST_USE enum store_code store_begin(struct store *store);

/* OK; FAILED (it failed before COMMIT: call store_rollback); UNKNOWN: close and open again, never
 * commit again on this handle; MOVED: stored, in files that lost their names. */
SORTEO_MUST_USE enum store_code store_commit(struct store *store);

/* Ends the transaction without storing any of it. FAILED: close and open again. */
SORTEO_MUST_USE enum store_code store_rollback(struct store *store);

/* Moves what was committed from the log into the database file, when it has grown enough for that
 * to pay; between transactions only. Never needed for durability. FULL: the log stays as it is, and
 * the next attempt comes when it has grown further. FAILED: the handle cannot be trusted any
 * more. */
SORTEO_MUST_USE enum store_code store_checkpoint(struct store *store);

/* How many of them moved something since the store was opened. */
uint64_t store_checkpoints(const struct store *store);

/* ---- Several servers on one store ------------------------------------------------------------ */

/* In a transaction: have other servers changed the store since the last transaction of this handle
 * that was committed? Then nothing that was read before counts any more. Their transactions and
 * this one follow one another, so it stays as it is until this one ends. */
bool store_is_overtaken(const struct store *store);

/* May several servers have it at a time? */
bool store_is_shared(const struct store *store);

/* Between transactions, to be called some times a second: has another server changed the store
 * since this was last said, or since the last transaction of this handle? Costs little: the store
 * is asked only when it pays to, and at least every second. What is read then may be overtaken by
 * the time when the next transaction begins. OK or FAILED. */
SORTEO_MUST_USE enum store_code store_look(struct store *store, bool *changed);

/* As far as was known when the transaction began, or at the last store_look that found a change: is
 * the connection that spoke last for the agency on a port, 0 or 1, one of another server? */
bool store_another_speaks(const struct store *store, unsigned port, uint8_t agency);

/* … and was it surely accepted after a connection of ours, accepted at that time of clock_ns? */
bool store_is_surely_older(const struct store *store, unsigned port, uint8_t agency, uint64_t accepted_ns);

/* In a transaction, of a store that is shared: a connection of this server speaks for the agency
 * now. OK or FAILED. */
SORTEO_MUST_USE enum store_code store_speaker_put(struct store *store, unsigned port, uint8_t agency,
                                                  uint64_t accepted_ns);

/* ---- Writes: inside a transaction only; OK or FAILED ----------------------------------------- */

/* A frame of bets: its bytes, which are kept as they came, and what its reader found in them. */
struct store_frame {
    enum sorteo_dialect dialect;
    bool is_single;       /* a SINGLE; otherwise a BATCH */
    const uint8_t *bytes; /* all of it */
    size_t len;
    const struct sorteo_bet *bets; /* every bet, in its order, all of one agency; texts point into `bytes` */
    size_t count;                  /* 1 and up */
};

/* Appends the bets of a frame to a round, in order; everything is copied before it returns. Frames
 * may be held back to be written together, at the latest by store_commit. */
SORTEO_MUST_USE enum store_code store_append(struct store *store, uint32_t round, const struct store_frame *frame);

/* Remembers a KEY of an agency. The key must not be known. */
SORTEO_MUST_USE enum store_code store_key_put(struct store *store, uint8_t agency, uint64_t key,
                                              const struct key_record *record);

/* Writes an agency's state. */
SORTEO_MUST_USE enum store_code store_agency_put(struct store *store, uint8_t agency, const struct agency_state *state);

/* How far the draw of a round has come. */
struct store_draw {
    bool done;
    uint16_t number;  /* the winning number */
    uint64_t winners; /* of all agencies, so far */
    bool elsewhere;   /* read: another process drew it, which has the store, too */
};

/* One piece of the draw of a round: the first records the winning number, and each records winners,
 * in the order in which the bets were stored, until one says in *draw that all is done. A number
 * that was recorded stays, whatever later pieces are given. A round whose draw has begun takes no
 * bets, and until it is done it has no winners for anyone who reads. Pieces may be in transactions
 * of their own, and in different openings of the store. FAILED if the round was drawn. */
SORTEO_MUST_USE enum store_code store_draw(struct store *store, uint32_t round, uint16_t winning_number,
                                           struct store_draw *draw);

/* An agency that was finished by hand. */
struct finish_record {
    uint32_t round;
    uint8_t agency;
    uint64_t bets;    /* of it that were stored by then */
    int64_t uid;      /* who did it … */
    const char *user; /* … by what name; "" if it has none */
    const char *host;
    const char *at; /* UTC; the store sets it */
};

/* Records that one was. Texts are copied. */
SORTEO_MUST_USE enum store_code store_finish_put(struct store *store, const struct finish_record *record);

/* ---- Reads: inside a transaction or outside -------------------------------------------------- */

/* The state of an agency; OPEN in round 1 with no bets if nothing was ever written. */
SORTEO_MUST_USE enum store_code store_agency_get(struct store *store, uint8_t agency, struct agency_state *state);

/* OK, or NONE if the agency never used the key, or FAILED. What this transaction put counts. */
SORTEO_MUST_USE enum store_code store_key_get(struct store *store, uint8_t agency, uint64_t key,
                                              struct key_record *record);

/* How far the draw of a round has come; NONE if it has not begun. `winners` counts only when it is
 * done. */
SORTEO_MUST_USE enum store_code store_draw_get(struct store *store, uint32_t round, struct store_draw *draw);

/* How many winners an agency has in a drawn round. NONE if the round was not drawn. */
SORTEO_MUST_USE enum store_code store_winners_count(struct store *store, uint32_t round, uint8_t agency,
                                                    uint64_t *count);

/* Documents of an agency's winners from the from-th (0 and up) on, at most cap, into documents;
 * *count is set to how many. None if the round was not drawn. On failure, the contents of documents
 * are undefined. */
SORTEO_MUST_USE enum store_code store_winners(struct store *store, uint32_t round, uint8_t agency, uint64_t from,
                                              uint32_t *documents, size_t cap, size_t *count);

/* ---- A copy of the whole store --------------------------------------------------------------- */

struct store_copy;

struct store_copied {
    bool done;            /* the copy is complete */
    uint32_t pages, left; /* in all, and to be copied yet */
};

/* Begins to copy an open store into an empty file, open for reading and writing, which stays the
 * caller's. The copy is a store of one file: the store as it is at the step that is the last one,
 * with everything that was committed before, and nothing of a transaction under way. Nothing is
 * synced. OK or FAILED. */
SORTEO_MUST_USE enum store_code store_copy_begin(struct store *store, int fd, struct store_copy **out,
                                                 struct store_error *error);

/* Copies a limited number of pages; between transactions only. Whatever is committed between two
 * steps is copied, too. A store whose files have lost their names can be copied. OK or FAILED: then
 * only store_copy_end helps, and what is in the file is worth nothing. */
SORTEO_MUST_USE enum store_code store_copy_step(struct store_copy *copy, struct store_copied *copied,
                                                struct store_error *error);

/* Ends it, complete or not; before the store is closed. NULL is allowed. */
void store_copy_end(struct store_copy *copy);

/* ---- Export ---------------------------------------------------------------------------------- */

struct store_filter {
    uint32_t round; /* 0: every round */
    uint8_t agency; /* 0: every agency */
    bool winners;   /* winning bets only */
    uint64_t after; /* passes over so many of the bets that were stored first, whosever they are */
};

/* Calls `row` for each bet in the order stored, until it returns false. The bet is borrowed for the
 * call. OK, or FAILED. */
SORTEO_MUST_USE enum store_code store_each(struct store *store, const struct store_filter *filter,
                                           bool (*row)(void *context, uint32_t round, const struct sorteo_bet *bet),
                                           void *context);

/* Calls `row` for each agency that was finished by hand, in the order of rounds, until it returns
 * false. The record is borrowed for the call. OK, or FAILED. */
SORTEO_MUST_USE enum store_code store_each_finish(struct store *store,
                                                  bool (*row)(void *context, const struct finish_record *record),
                                                  void *context);

#endif
