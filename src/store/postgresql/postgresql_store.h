/*
 * postgresql_store.h: what the files of the PostgreSQL store share; no other folder includes it.
 *
 * Each file of this folder implements some of the operations of store/operations.h, with the SQL
 * that it needs beside the code that sends it. Nothing here knows about pools, barriers, sockets of
 * agencies, or rounds beyond their numbers. README.md beside `store.h` says what is promised.
 *
 * libpq is used in this folder alone, and loaded when the first store is opened (libpq.h).
 */
#ifndef STORE_POSTGRESQL_POSTGRESQL_STORE_H
#define STORE_POSTGRESQL_POSTGRESQL_STORE_H

#include "codec/bet_fields.h"
#include "store/operations.h"
#include "store/postgresql/libpq.h"
#include "store/postgresql/rows.h"
#include "store/postgresql/store_clock.h"

/*
 *          begin                commit
 *   IDLE ----------> OPEN --------------------> IDLE
 *                     | any call failed          ^
 *                     v                          | rollback
 *                   FAILED ----------------------+
 *   any of them --(the connection or the place among servers was lost)--> BROKEN: close is all that
 *   is left
 */
enum store_condition { STORE_IDLE, STORE_IN_TRANSACTION, STORE_TRANSACTION_FAILED, STORE_BROKEN };

/* Rows that were given but not yet sent: one COPY of many costs far less than as many of one. */
#define HELD_BYTES_MAX (1024u * 1024u)
#define HELD_KEYS_MAX 512u

/* Servers that listen there hear that another one has drawn. */
#define DRAWN_CHANNEL "sorteo_drawn"

/* The database's clock, in SQL. */
#define STORE_CLOCK_US "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"

#define CHANGE_UNKNOWN (-2) /* no count comes after it */

struct held_key {
    uint64_t key;
    struct key_record record;
    uint8_t agency;
};

#define PORTS 2

/* The connection that speaks for an agency on a port. All zeros: none has spoken. */
struct stored_speaker {
    int64_t process; /* whose it is */
    int64_t timeline;
    struct moment accepted; /* in the database's time, of that timeline … */
    uint64_t accepted_ns;   /* … and, of one of ours, by our clock */
    bool is_due;            /* the next flush writes it */
};

struct postgresql_store {
    struct store base; /* must be first */
    PGconn *connection;
    enum store_condition condition;
    bool made, read_only;
    bool may_lose;        /* as in the options */
    bool is_unsafe;       /* and it could, when it was connected to */
    bool is_cut_off;      /* the connection has ended */
    bool reads_keys;      /* the statement that reads a key is prepared in this session */
    bool is_doubted;      /* a warning came with the reply to COMMIT: what had to confirm did not */
    bool dialect_is_due;  /* opening has to write it … */
    bool changes_dialect; /* … in place of another one */
    int version;          /* of the schema */
    uint8_t agencies;
    uint32_t draw_piece;
    int64_t place;       /* our row among the servers (place.c); 0: none … */
    int64_t incarnation; /* … its incarnation … */
    int64_t tried;       /* … what that may be, too, as the answer to raising it was lost … */
    int64_t group;       /* … and the last transaction that was begun in it */
    int32_t number;      /* that this server draws; -1: it is none that draws */
    int64_t change;      /* the count of all servers' transactions, in the one that was begun last … */
    int64_t seen;        /* … and in our last one that was committed: what it left is what we know … */
    int64_t looked;      /* … and when it was last looked at between transactions (watch.c) */
    uint64_t looked_ms;
    int64_t timeline; /* of the primary */
    struct store_clock clock;
    struct stored_speaker speakers[PORTS][256];
    int64_t next_bet;     /* bets.id of the next one */
    uint32_t ready_round; /* the round whose row is known to be there and not drawn; 0: none */
    struct rows bets;
    struct held_key keys[HELD_KEYS_MAX];
    size_t key_count;
    bool agency_is_due[256]; /* the next flush writes it */
    struct agency_state due[256];
    bool knows_agencies; /* as they were when they were last read all at once: for reading them only */
    struct agency_state known[256];
    struct store_error error;
    char warning[256]; /* what an operator must know who opens it */
    char name[160];    /* of the database, for people: without a password */
    char path[];       /* as the caller gave it: never shown */
};

static inline struct postgresql_store *postgresql_store_of(struct store *store)
{
    return (struct postgresql_store *)store; /* it is the first in it */
}

/* ---- Errors: each sets store->error and returns what the caller is to return (query.c) ------- */

/* "cannot WHAT in NAME: what PostgreSQL says of `result`", or of the connection where that is NULL.
 * Frees the result. Inside a transaction only store_rollback helps after it. STORE_FAILED. */
enum store_code postgresql_fail(struct postgresql_store *store, const char *what, PGresult *result);

/* The same with a text of our own. STORE_FAILED. */
enum store_code postgresql_fail_because(struct postgresql_store *store, const char *what, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* "NAME WHY", about the store that is being opened. Returns `code`. */
enum store_code postgresql_refuse(struct postgresql_store *store, enum store_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* OK if the store is in a transaction that nothing has failed in; otherwise FAILED. */
enum store_code postgresql_check_write(struct postgresql_store *store, const char *what);

/* OK if what is read now can be believed; otherwise FAILED. */
enum store_code postgresql_check_read(struct postgresql_store *store, const char *what);

/* ---- Queries (query.c) ----------------------------------------------------------------------- */

/* Runs SQL text, of one statement or more, that yields no row of interest. OK or FAILED. */
enum store_code postgresql_execute(struct postgresql_store *store, const char *sql, const char *what);

/* The rows that a statement yields with these integers as $1 and up; NULL, with postgresql_fail
 * called, on failure. To be cleared. */
PGresult *postgresql_query(struct postgresql_store *store, const char *sql, const char *what, const int64_t *values,
                           int count);
#define POSTGRESQL_QUERY(store, sql, what, ...)                                                                        \
    postgresql_query(store, sql, what, (const int64_t[]){ __VA_ARGS__ },                                               \
                     (int)(sizeof((const int64_t[]){ __VA_ARGS__ }) / sizeof(int64_t)))

/* Runs such a statement whose rows do not matter. OK or FAILED. */
#define POSTGRESQL_RUN(store, sql, what, ...)                                                                          \
    postgresql_run(store, sql, what, (const int64_t[]){ __VA_ARGS__ },                                                 \
                   (int)(sizeof((const int64_t[]){ __VA_ARGS__ }) / sizeof(int64_t)))
enum store_code postgresql_run(struct postgresql_store *store, const char *sql, const char *what, const int64_t *values,
                               int count);

/* A value of a row as an integer; 0 for null. */
int64_t postgresql_integer(const PGresult *result, int row, int column);

/* Sends rows by a COPY … FROM STDIN (FORMAT binary), and drops them. OK or FAILED; FAILED, too,
 * where the database took fewer than were sent. */
enum store_code postgresql_copy(struct postgresql_store *store, const char *sql, const char *what, struct rows *rows);

/* ---- The connection (connect.c) -------------------------------------------------------------- */

/* Connects, sets the session up, and checks that what is committed there stays there. OK, REFUSED
 * or FAILED. */
enum store_code postgresql_connect(struct postgresql_store *store);

void postgresql_disconnect(struct postgresql_store *store);

/* ---- The tables (schema.c) ------------------------------------------------------------------- */

/* Makes the tables if there are none, and compares what was fixed when they were made with the
 * options. OK, REFUSED or FAILED. */
enum store_code schema_prepare(struct postgresql_store *store, const struct store_options *options);

/* Brings the tables up to date, in a transaction of its own, which is none where they are. OK or
 * FAILED; NONE while a server of the older version lives. */
enum store_code schema_bring_up(struct postgresql_store *store);

/* In a transaction: locks the lottery's row, so that nobody else changes anything, compares the
 * dialect with the options again, and remembers one that is new. OK, REFUSED or FAILED. */
enum store_code schema_settle(struct postgresql_store *store, const struct store_options *options);

/* Does each agency have as many bets as it says? OK, REFUSED or FAILED. */
enum store_code schema_check_counts(struct postgresql_store *store);

/* ---- The place among the servers (place.c) --------------------------------------------------- */

/* Takes one that no server has, unless one that lives does not agree with the options: then FAILED,
 * after options->lock_wait_ms. OK, REFUSED or FAILED. */
enum store_code place_take(struct postgresql_store *store, const struct store_options *options);

/* The first statements of a transaction: waits until no other server has one under way, and notes
 * that this is our next group. FAILED, and the store is broken, if the place is no longer ours. */
enum store_code place_begin_group(struct postgresql_store *store);

/* A number of this process, in whichever place it is; not 0. */
int64_t postgresql_process(void);

/* After an answer to COMMIT that was lost: connects again and finds out. OK: it is stored; FAILED:
 * it is not, and never will be; UNKNOWN: nothing could be found out in time. */
enum store_code place_resolve(struct postgresql_store *store);

/* ---- What others have changed (watch.c) ------------------------------------------------------ */

/* Have other servers changed anything since our last transaction? In one that has begun. */
bool watch_is_behind(const struct postgresql_store *store);

/* Forgets what others have changed, and reads what the next writes depend on. OK or FAILED. */
enum store_code watch_catch_up(struct postgresql_store *store);

/* ---- What is held back (held.c) -------------------------------------------------------------- */

/* Sends it, in the transaction that is under way. OK or FAILED. */
enum store_code postgresql_flush(struct postgresql_store *store);

/* Forgets what a rolled back transaction did. */
void postgresql_forget(struct postgresql_store *store);

/* Sends the keys that are held back. OK or FAILED. */
enum store_code postgresql_flush_keys(struct postgresql_store *store);

/* Sends the agencies' states that are held back. OK or FAILED. */
enum store_code postgresql_flush_agencies(struct postgresql_store *store);

/* Reads where every agency stands, all at one moment. OK or FAILED. */
enum store_code postgresql_read_agencies(struct postgresql_store *store);

/* Reads which connections speak for agencies. OK or FAILED. */
enum store_code postgresql_read_speakers(struct postgresql_store *store);

/* Sends what was put of them. OK or FAILED. */
enum store_code postgresql_flush_speakers(struct postgresql_store *store);

/* Sends the bets that are held back. OK or FAILED. */
enum store_code postgresql_flush_bets(struct postgresql_store *store);

/* ---- Rounds (bets.c) ------------------------------------------------------------------------- */

struct round_record {
    int64_t first_bet; /* bets.id of its first bet; 0: it has none */
    int64_t looked_at; /* by its draw: bets.id of the last one; 0: none yet */
    bool draw_began, drawn;
    uint16_t number;  /* the winning number, once the draw began */
    uint64_t winners; /* how many, so far */
    int64_t drawn_by; /* which process (draw.c) */
};

/* OK, NONE or FAILED. */
enum store_code postgresql_round_get(struct postgresql_store *store, uint32_t round, struct round_record *record);

/* The latest round that is not drawn and was opened with another winning number than that of this
 * server, and its number. OK, NONE or FAILED. */
enum store_code postgresql_round_find_other(struct postgresql_store *store, uint32_t *round, uint16_t *number);

/* ---- Operations: see store/store.h ----------------------------------------------------------- */

enum store_code postgresql_open(const struct store_options *options, struct store **out, struct store_error *error);
void postgresql_close(struct store *store);
const char *postgresql_error_text(const struct store *store);
uint8_t postgresql_agencies(const struct store *store);
bool postgresql_was_made(const struct store *store);
const char *postgresql_warning(const struct store *store);
bool postgresql_is_moved(struct store *store);
size_t postgresql_reads(const char *path, char *names[static STORE_READS_MAX]);

enum store_code postgresql_begin(struct store *store);
enum store_code postgresql_commit(struct store *store);
enum store_code postgresql_rollback(struct store *store);
enum store_code postgresql_checkpoint(struct store *store);
bool postgresql_is_overtaken(const struct store *store);
enum store_code postgresql_look(struct store *store, bool *changed);
bool postgresql_another_speaks(const struct store *store, unsigned port, uint8_t agency);
bool postgresql_is_surely_older(const struct store *store, unsigned port, uint8_t agency, uint64_t accepted_ns);
enum store_code postgresql_speaker_put(struct store *store, unsigned port, uint8_t agency, uint64_t accepted_ns);

enum store_code postgresql_append(struct store *store, uint32_t round, const struct store_frame *frame);
enum store_code postgresql_key_put(struct store *store, uint8_t agency, uint64_t key, const struct key_record *record);
enum store_code postgresql_agency_put(struct store *store, uint8_t agency, const struct agency_state *state);
enum store_code postgresql_draw(struct store *store, uint32_t round, uint16_t winning_number, struct store_draw *draw);
enum store_code postgresql_finish_put(struct store *store, const struct finish_record *record);

enum store_code postgresql_agency_get(struct store *store, uint8_t agency, struct agency_state *state);
enum store_code postgresql_key_get(struct store *store, uint8_t agency, uint64_t key, struct key_record *record);
enum store_code postgresql_draw_get(struct store *store, uint32_t round, struct store_draw *draw);
enum store_code postgresql_winners_count(struct store *store, uint32_t round, uint8_t agency, uint64_t *count);
enum store_code postgresql_winners(struct store *store, uint32_t round, uint8_t agency, uint64_t from,
                                   uint32_t *documents, size_t cap, size_t *count);
enum store_code postgresql_each(struct store *store, const struct store_filter *filter,
                                bool (*row)(void *context, uint32_t round, const struct sorteo_bet *bet),
                                void *context);
enum store_code postgresql_each_finish(struct store *store,
                                       bool (*row)(void *context, const struct finish_record *record), void *context);

enum store_code postgresql_copy_begin(struct store *store, int fd, struct store_copy **out, struct store_error *error);

#endif
