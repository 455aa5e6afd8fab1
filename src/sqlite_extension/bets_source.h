/*
 * Where the bets come from: the tables of a store, read through SQLite itself. Rows of earlier
 * versions come first, then frames, which are decoded; so the ids go up.
 *
 * The database may be any one, and the tables may hold anything: what is no store, and what cannot
 * be read, is an error.
 */
#ifndef SQLITE_EXTENSION_BETS_SOURCE_H
#define SQLITE_EXTENSION_BETS_SOURCE_H

#include "sqlite_extension/api.h"

#include <stdbool.h>

#include "store/sqlite/frame_columns.h"

/* What a query asks of a bet, in bits, so that others need not be read. Each has a value. */
enum bets_filter {
    FILTER_ID = 1,   /* its id … */
    FILTER_FROM = 2, /* … which is this at least … */
    FILTER_TO = 4,   /* … or at most */
    FILTER_ROUND = 8,
    FILTER_AGENCY = 16
};
#define FILTER_COUNT 5

struct bets_source {
    sqlite3 *db;
    char *schema;                /* name of the database whose tables are read; NULL: not known yet */
    unsigned filter;             /* enum bets_filter, that the statements are for */
    sqlite3_stmt *rows, *frames; /* NULL: not prepared */
    bool has_frames;             /* the store is of a version that has a table of frames */
    enum { FROM_ROWS, FROM_FRAMES, FROM_NOTHING } place; /* of the bet that was read last */
    struct frame_reader frame;
    int64_t first, last;   /* ids of the bets that are asked for */
    int64_t next;          /* the least id that the next row or frame can have … */
    bool is_next_known;    /* … and has, since it follows a frame */
    int64_t id;            /* of the bet that was read last … */
    struct sorteo_bet bet; /* … and the bet, if it is FROM_FRAMES */
    char *error;           /* of the latest call that failed: the caller may take it, and frees it with sqlite3_free */
};

/* Begins to read the bets of a database by its name ("main") that pass the filter, and some that do
 * not; `values` has one for each bit of it, in their order. Goes to the first bet. A code of
 * SQLite; if it is not OK, source->error says why, unless there is no memory. */
int bets_source_begin(struct bets_source *source, const char *schema, unsigned filter, sqlite3_value **values);

/* Goes to the next bet; FROM_NOTHING after the last. A code as above. */
int bets_source_next(struct bets_source *source);

/* Frees what it holds, but not `source`. */
void bets_source_end(struct bets_source *source);

#endif
