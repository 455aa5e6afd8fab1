/*
 * sqlite_store.h: what the files of the SQLite store share; no other folder includes it.
 *
 * Each file of this folder implements some of the operations of store/operations.h, with the SQL
 * that it needs beside the code that binds it. Nothing here knows about pools, barriers, sockets,
 * or rounds beyond their numbers.
 */
#ifndef STORE_SQLITE_SQLITE_STORE_H
#define STORE_SQLITE_SQLITE_STORE_H

#include <sqlite3.h>
#include <sys/types.h>

#include "codec/bet_fields.h"
#include "store/operations.h"
#include "store/sqlite/checkpoint_pace.h"
#include "store/sqlite/frame_reader.h"
#include "store/sqlite/schema_version.h"

/* Statements that are prepared at their first use and kept. */
enum statement_id {
    STATEMENT_BEGIN,
    STATEMENT_COMMIT,
    STATEMENT_ROLLBACK,
    STATEMENT_FRAMES_ADD,
    STATEMENT_ROUND_GET,
    STATEMENT_ROUND_ADD,
    STATEMENT_ROUND_DRAW,
    STATEMENT_ROUND_DRAWN,
    STATEMENT_CANDIDATE_ADD,
    STATEMENT_CANDIDATES_DROP,
    STATEMENT_CANDIDATES_LEAVE,
    STATEMENT_CANDIDATES_READ,
    STATEMENT_NEXT_BET,
    STATEMENT_WINNER_ADD,
    STATEMENT_WINNER_LAST,
    STATEMENT_WINNERS_COUNT,
    STATEMENT_WINNERS_GET,
    STATEMENT_AGENCY_GET,
    STATEMENT_AGENCY_PUT,
    STATEMENT_KEY_GET,
    STATEMENT_KEY_PUT,
    STATEMENT_TIE_NUMBER,
    STATEMENT_TIE_SALT,
    STATEMENT_COUNT
};

/*
 *          begin                commit
 *   IDLE ----------> OPEN --------------------> IDLE
 *                     | any call failed          ^
 *                     v                          | rollback
 *                   FAILED ----------------------+
 *   any of them --(COMMIT, ROLLBACK or a checkpoint failed)--> BROKEN: close is all that is left
 */
enum store_condition { STORE_IDLE, STORE_IN_TRANSACTION, STORE_TRANSACTION_FAILED, STORE_BROKEN };

/* What the next commit has to write so that the log stays tied to the database (tie.c). */
enum tie_state {
    TIE_NONE,       /* not open for writing */
    TIE_LOG_BEGINS, /* its number: it writes the log from the beginning */
    TIE_SALT_DUE,   /* its salt, which is known now */
    TIE_DONE        /* nothing */
};

/* A file that was found under a name. */
struct file_seen {
    dev_t device;
    ino_t number;
    bool known; /* false: it was not there to be seen, so nothing is said about it later */
};

/* Bytes of bets in a row: longer frames are cut, between bets. In plain SQL each look at a byte
 * copies all of them. */
#define FRAME_PIECE_MAX 8192u

/* Rows that were appended but not yet given to SQLite: one INSERT of many rows costs far less than
 * as many of one row. */
#define HELD_ROWS_MAX 1024u
/* Room for any one bet, whose texts have at most 65,535 bytes each, and some more. */
#define HELD_BYTES_MAX ((2u BET_FIELDS(BET_FIELD_NOTHING, BET_FIELD_ONE, BET_FIELD_NOTHING)) * 64u * 1024u)

struct held_frames {
    struct frame_row rows[HELD_ROWS_MAX]; /* what they point at is in `bytes` */
    size_t count;
    size_t bytes_used;
    uint8_t bytes[HELD_BYTES_MAX];
};

/* The draw under way, as far as this transaction knows it. The tables hold all of it: it is read
 * from them when a piece begins that does not follow another one (draw.c). */
struct draw_place {
    uint32_t round; /* 0: nothing is known */
    uint16_t number;
    bool has_candidates;    /* every bet that can win is in the table of candidates */
    int64_t next;           /* bets.id of the first bet that was not looked at */
    uint64_t winners;       /* of all agencies, so far */
    int64_t positions[256]; /* of each agency, so far */
    uint64_t looked_at;     /* bets, one by one, since the store was opened */
};

struct sqlite_store {
    struct store base; /* must be first */
    sqlite3 *db;
    sqlite3_stmt *statements[STATEMENT_COUNT];
    enum store_condition condition;
    bool busy;     /* the last failure was another process's lock */
    bool made;     /* by this opening */
    bool keep_wal; /* leave the -wal file as it is when closing */
    bool moved;    /* a file of it has lost its name: nothing is changed any more, closing included */
    uint8_t agencies;
    enum tie_state tie;
    bool dialect_due;        /* opening has to write it */
    bool candidates_doubted; /* they are not as many as the bets: opening has to give them up */
    uint32_t salt;           /* of the log as it is now, from TIE_SALT_DUE on */
    struct file_seen seen_database, seen_log;
    struct sqlite_store *next_moved;
    int version;                /* of the schema */
    int wal_pages;              /* pages in the -wal file that no checkpoint has moved yet */
    int wal_pages_without_room; /* of them, those that were there when one found no room; 0: none did */
    struct checkpoint_pace pace;
    uint64_t began_ns;    /* when the transaction under way began */
    uint32_t ready_round; /* the round whose row in `rounds` is known to be there and not drawn; 0: none */
    uint16_t likely_number;
    uint32_t draw_piece;
    struct draw_place draw;
    int64_t next_bet; /* bets.id of the next one; 0: it is not known */
    struct held_frames held;
    struct store_error error;
    char path[]; /* as the caller gave it: for error texts */
};

static inline struct sqlite_store *sqlite_store_of(struct store *store)
{
    return (struct sqlite_store *)store; /* it is the first in it */
}

/* A path may be longer than an error text: enough of it to recognise it, so that the reason always
 * fits. */
#define PATH_SHOWN_MAX 256

/* ---- Errors: each sets store->error and returns what the caller is to return ----------------- */

/* "cannot WHAT in PATH: what SQLite says". Inside a transaction only store_rollback helps after it.
 * STORE_FAILED. */
enum store_code sqlite_fail(struct sqlite_store *store, const char *what);

/* The same with a text of our own instead of SQLite's. STORE_FAILED. */
enum store_code sqlite_fail_because(struct sqlite_store *store, const char *what, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* "PATH WHY", about a store that is not open yet or a file beside it. Returns `code`. */
enum store_code sqlite_explain(struct store_error *error, enum store_code code, const char *path, const char *format,
                               ...) __attribute__((format(printf, 4, 5)));

/* The same about the store that is being opened. Sets store->error, and returns `code`. */
enum store_code sqlite_refuse(struct sqlite_store *store, enum store_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* OK if the store is in a transaction that nothing has failed in; otherwise FAILED. */
enum store_code sqlite_check_write(struct sqlite_store *store, const char *what);

/* OK if what is read now can be believed; otherwise FAILED. */
enum store_code sqlite_check_read(struct sqlite_store *store, const char *what);

/* ---- Statements ------------------------------------------------------------------------------ */

/* The statement of that id, prepared from sql if this is its first use; NULL, with store_fail
 * called, on failure. */
sqlite3_stmt *statement_get(struct sqlite_store *store, enum statement_id id, const char *sql, const char *what);

/* Binds integers to the parameters 1 and up. */
void statement_bind(sqlite3_stmt *statement, const int64_t *values, int count);
#define STATEMENT_BIND(statement, ...)                                                                                 \
    statement_bind(statement, (const int64_t[]){ __VA_ARGS__ },                                                        \
                   (int)(sizeof((const int64_t[]){ __VA_ARGS__ }) / sizeof(int64_t)))

/* Runs a statement that yields no row, and resets it. OK or FAILED. */
enum store_code statement_run(struct sqlite_store *store, sqlite3_stmt *statement, const char *what);

/* Goes to the next row: OK, and the caller resets the statement when it has read enough; NONE or
 * FAILED, and it is reset. */
enum store_code statement_row(struct sqlite_store *store, sqlite3_stmt *statement, const char *what);

/* Runs SQL text that yields no row of interest. OK or FAILED. */
enum store_code sqlite_execute(struct sqlite_store *store, const char *sql, const char *what);

/* Reads the one integer that sql yields. OK, NONE or FAILED; *value is set on OK only. */
enum store_code sqlite_query_integer(struct sqlite_store *store, const char *sql, const char *what, int64_t *value);

/* ---- Frames (held.c, frames.c) --------------------------------------------------------------- */

/* Holds a row back, its bytes copied. False, and nothing changed, if there is no room for it. */
bool held_add(struct held_frames *held, const struct frame_row *row);

/* Forgets all of them. */
void held_clear(struct held_frames *held);

/* Makes them readable as the table held_frames of store->db. OK or FAILED. */
enum store_code held_register(struct sqlite_store *store);

/* Holds back a frame whose first bet gets this id, in as many rows as it needs. OK or FAILED. */
enum store_code frame_hold(struct sqlite_store *store, uint32_t round, int64_t id, const struct store_frame *frame);

/* Writes the rows that are held back. To be called before anything reads the bets. OK or FAILED. */
enum store_code sqlite_flush(struct sqlite_store *store);

/* ---- The fields of a bet, in columns one after the other (bet_columns.c) --------------------- */

/* A parameter for each of them, each after a comma and a blank. */
#define BET_PARAMETER(...) ", ?"
#define BET_PARAMETERS BET_FIELDS(BET_PARAMETER, BET_PARAMETER, BET_PARAMETER)

/* Binds those after its agency from this parameter on; its texts are borrowed until the statement
 * is reset. False if SQLite has no memory. */
bool bet_bind(sqlite3_stmt *statement, int parameter, const struct sorteo_bet *bet);

/* Reads them from this column on; its texts are borrowed until the next step. */
struct sorteo_bet bet_of_columns(sqlite3_stmt *statement, int column, uint8_t agency);

/* Is each of its texts there, read from columns that may be null? */
bool bet_is_whole(const struct sorteo_bet *bet);

/* Do they say the same? */
bool bet_is(const struct sorteo_bet *bet, const struct sorteo_bet *other);

struct stored_bet {
    int64_t id;
    uint32_t round;
    struct sorteo_bet bet;
};

/* Reads a whole one from a statement that selects its id and then these columns. */
#define COLUMNS_AFTER_ID ", round, agency" BET_FIELD_NAMES
struct stored_bet stored_bet_of_columns(sqlite3_stmt *statement);

/* ---- Reading (reader.c) ---------------------------------------------------------------------- */

/* Goes from bet to bet, those of earlier versions' rows and those in frames alike. */
struct bet_reader {
    struct sqlite_store *store;
    const char *what; /* is being done, for errors */
    int64_t from;
    sqlite3_stmt *rows, *frames; /* NULL: no more */
    struct frame_reader frame;   /* being read */
    bool is_damaged;             /* it failed because that frame cannot be read */
};

/* From this id on, of one round and one agency (0: of all). Whoever began it ends it, whatever it
 * returns. OK or FAILED. */
enum store_code reader_begin(struct bet_reader *reader, struct sqlite_store *store, const char *what, int64_t from,
                             uint32_t round, uint8_t agency);

/* The next bet, borrowed until the next call. OK, NONE or FAILED: a frame that cannot be read,
 * among others. */
enum store_code reader_next(struct bet_reader *reader, struct stored_bet *stored);

void reader_end(struct bet_reader *reader);

/* ---- Bets and rounds (bets.c) ---------------------------------------------------------------- */

/* The id that the next bet will get, those held back counted. OK or FAILED. */
enum store_code sqlite_next_bet(struct sqlite_store *store, int64_t *id);

/* Forgets them, and what is known about rounds: after a rollback. */
void sqlite_forget(struct sqlite_store *store);

/* The row of a round. OK, NONE if there is none, or FAILED. */
struct round_record {
    int64_t first_bet; /* id of its first bet; 0 if it has none */
    bool draw_began;   /* it has a winning number … */
    bool drawn;        /* … and all its winners */
    uint16_t number;   /* the winning number */
    uint64_t winners;
    int32_t candidates_of; /* the number that its candidates have; -1: it has none */
};
enum store_code sqlite_round_get(struct sqlite_store *store, uint32_t round, struct round_record *record);

/* ---- Schema (schema.c) ----------------------------------------------------------------------- */

#define DRAW_PIECE 32768u

/* Whose database is this? OK: a store of ours, of this version or one that schema_update knows.
 * NONE: empty, to become one. REFUSED, FAILED. Changes nothing. */
enum store_code schema_identify(struct sqlite_store *store);

/* Makes an empty database a store for `agencies`, whole or not at all. OK or FAILED. */
enum store_code schema_create(struct sqlite_store *store, uint8_t agencies);

/* Makes the schema of an earlier version today's, whole or not at all. OK or FAILED. */
enum store_code schema_update(struct sqlite_store *store);

/* Are the tables those of its version? OK, REFUSED or FAILED. */
enum store_code schema_check(struct sqlite_store *store);

/* Is there a table of those who were finished by hand? Not in a store of an earlier version that is
 * only read. */
bool schema_has_finishes(const struct sqlite_store *store);

/* Reads for how many agencies the store is. OK, REFUSED or FAILED. */
enum store_code schema_agencies(struct sqlite_store *store, uint8_t *agencies);

/* Is the store of this dialect, or of none that it remembers? *write: it has to be written. OK,
 * REFUSED or FAILED. */
enum store_code schema_check_dialect(struct sqlite_store *store, const char *wanted, bool may_change, bool *write);

/* Writes it, in a transaction. OK or FAILED. */
enum store_code schema_write_dialect(struct sqlite_store *store, const char *dialect);

/* The tables and views that are new in version 5, as SQL; NULL if there is no memory. The caller
 * frees it with sqlite3_free. (frames_schema.c) */
char *schema_with_frames(void);

/* ---- What is looked for before it is used (checks.c): OK, REFUSED or FAILED ------------------ */

/* Damaged pages, and values that the schema forbids. */
enum store_code check_sound(struct sqlite_store *store);

/* As many bets as each agency says it has, and no gap between them. As many candidates as bets that
 * have their number, or they are doubted. */
enum store_code check_counts(struct sqlite_store *store);

/* ---- Database and log (tie.c) ---------------------------------------------------------------- */

/* Do the two that were found belong together, and is none of them missing? Before anything is
 * written. OK, REFUSED or FAILED. */
enum store_code tie_check(struct sqlite_store *store);

/* Where what was found is a file that needs its log: moves all of the log into the file, durably,
 * and makes that whole without one. At any moment a crash leaves what tie_check takes. OK or
 * FAILED. */
enum store_code tie_settle(struct sqlite_store *store);

/* Begins a log whose number the database file knows. The log must be empty. OK or FAILED. */
enum store_code tie_begin(struct sqlite_store *store);

/* Gives a log that begins with the transaction under way, which brings the tables up to date, a
 * number that goes with the file. Nothing if it does not begin with it. OK or FAILED. */
enum store_code tie_update(struct sqlite_store *store);

/* Writes what is due, inside the transaction that is to be committed. OK or FAILED. */
enum store_code tie_write(struct sqlite_store *store);

/* It was committed. */
void tie_committed(struct sqlite_store *store);

/* Makes the database file whole without a log, before it is closed. Sets keep_wal if it cannot. */
void tie_end(struct sqlite_store *store);

/* Makes the database of another connection, a complete copy of the store, whole without a log: one
 * that belongs to no log which there is or was. False if it cannot. */
bool tie_end_copy(sqlite3 *copy);

/* ---- Names (names.c) ------------------------------------------------------------------------- */

/* May a store be at this path at all? Looks without opening anything. OK, or *error says why not:
 * REFUSED or FAILED. */
enum store_code names_check(const struct store_options *options, struct store_error *error);

/* Remembers which files have the names of the database and its log. */
void names_note(struct sqlite_store *store);

/* Do the same files still have them? Sets `moved` and the error text if not. */
bool names_hold(struct sqlite_store *store);

/* ---- The operations: each does what store.h says of the function store_… --------------------- */

enum store_code sqlite_open(const struct store_options *options, struct store **out, struct store_error *error);
void sqlite_close(struct store *store);
const char *sqlite_error_text(const struct store *store);
uint8_t sqlite_agencies(const struct store *store);
bool sqlite_was_made(const struct store *store);
const char *sqlite_warning(const struct store *store);
bool sqlite_is_moved(struct store *store);

enum store_code sqlite_begin(struct store *store);
enum store_code sqlite_commit(struct store *store);
enum store_code sqlite_rollback(struct store *store);
enum store_code sqlite_checkpoint(struct store *store);

enum store_code sqlite_append(struct store *store, uint32_t round, const struct store_frame *frame);
enum store_code sqlite_key_put(struct store *store, uint8_t agency, uint64_t key, const struct key_record *record);
enum store_code sqlite_agency_put(struct store *store, uint8_t agency, const struct agency_state *state);
enum store_code sqlite_draw(struct store *store, uint32_t round, uint16_t winning_number, struct store_draw *draw);
enum store_code sqlite_finish_put(struct store *store, const struct finish_record *record);

enum store_code sqlite_agency_get(struct store *store, uint8_t agency, struct agency_state *state);
enum store_code sqlite_key_get(struct store *store, uint8_t agency, uint64_t key, struct key_record *record);
enum store_code sqlite_draw_get(struct store *store, uint32_t round, struct store_draw *draw);
enum store_code sqlite_winners_count(struct store *store, uint32_t round, uint8_t agency, uint64_t *count);
enum store_code sqlite_winners(struct store *store, uint32_t round, uint8_t agency, uint64_t from, uint32_t *documents,
                               size_t cap, size_t *count);
enum store_code sqlite_each(struct store *store, const struct store_filter *filter,
                            bool (*row)(void *context, uint32_t round, const struct sorteo_bet *bet), void *context);
enum store_code sqlite_each_finish(struct store *store, bool (*row)(void *context, const struct finish_record *record),
                                   void *context);

enum store_code sqlite_copy_begin(struct store *store, int fd, struct store_copy **out, struct store_error *error);
enum store_code sqlite_copy_step(struct store_copy *copy, struct store_copied *copied, struct store_error *error);
void sqlite_copy_end(struct store_copy *copy);

#endif
