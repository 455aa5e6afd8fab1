/*
 * What is in a write-ahead log, seen from outside: SQLite says nothing of what it passes over.
 *
 *     header (32 bytes)   magic, version, page size, checkpoints, salt 1, salt 2, checksum (8)
 *     frame, again and    page number, pages of the database if it ends a commit else 0, salt 1,
 *     again (24 + page)   salt 2, checksum (8) of everything so far; then the page
 *
 * A log is written from its beginning again and again; each time salt 1 is one more. Frames of the
 * log before stand after the new ones until they are overwritten, so only the salts tell them
 * apart. SQLite takes the frames up to the last commit before the first one that does not fit, and
 * passes over the rest. Reads through the database's own handle on the file; changes nothing.
 */
#ifndef STORE_SQLITE_WAL_FILE_H
#define STORE_SQLITE_WAL_FILE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

struct wal_summary {
    int64_t len;          /* of the file; 0 where there is none */
    bool is_log;          /* its header is whole */
    uint32_t salt;        /* salt 1 of the header */
    bool committed;       /* SQLite takes at least one commit of it … */
    bool has_page;        /* … and the page that was asked for is among them */
    bool has_frames;      /* there are frames of it, or of the one before that it is written over */
    bool goes_on;         /* frames of a log that was begun later stand in it: a copy, made while it was written */
    unsigned passed_over; /* commits of this log that SQLite does not take: a damaged frame stands before them */
};

/* Looks through the log of the open database. `page`: whose presence is of interest. False, with
 * nothing of use in *summary, if it cannot be read. */
bool wal_look(sqlite3 *db, uint32_t page, struct wal_summary *summary);

/* Salt 1 of the log as it is now. False if it cannot be read, or there is none. */
bool wal_salt(sqlite3 *db, uint32_t *salt);

/* Is there nothing in it? */
bool wal_is_empty(sqlite3 *db);

/* Brings it to stable storage as it is. False if that fails; true where there is none. */
bool wal_sync(sqlite3 *db);

#endif
