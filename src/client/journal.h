/*
 * A journal: a file of records that is only ever appended to, and survives the death of its writer
 * and of the power.
 *
 * Knows nothing of what the records say. A record is 64 bytes, so that none lies across a disk's
 * sector:
 *
 *     0        8        16                              56       64
 *     | kind   | synced | body                          | check  |
 *
 * `kind` is text, readable in a hex dump. `check` is XXH3's 64 bits over what stands
 * before it, seeded with the record's place, so that it is valid nowhere else. `synced` says how
 * many records were known to be on stable storage when this one was written: a bad record after
 * those is what a kill or a power cut leaves of an append, and is cut off; a bad one that a later
 * record knows to have been synced is damage.
 *
 * One writer at a time: the file is locked as long as it is open, and a lock goes with its process.
 */
#ifndef CLIENT_JOURNAL_H
#define CLIENT_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JOURNAL_RECORD_LEN 64u
#define JOURNAL_KIND_LEN 8u
#define JOURNAL_BODY_LEN 40u
#define JOURNAL_ERROR_MAX 512
#define JOURNAL_CLOSED "closed" /* the kind of a record that says nothing but that all before it was synced */

struct journal_record {
    char kind[JOURNAL_KIND_LEN + 1];
    uint8_t body[JOURNAL_BODY_LEN];
};

struct journal {
    /* read-only */
    uint64_t count;                /* records in it */
    uint64_t synced;               /* of them, those that are on stable storage */
    bool broken;                   /* an append or a sync failed: never tried again on this descriptor */
    char error[JOURNAL_ERROR_MAX]; /* what went wrong, in one line */

    /* private */
    const char *path;
    int fd;          /* -1: not open */
    bool appended;   /* something, since it was opened */
    uint64_t page;   /* which page of records `bytes` holds … */
    size_t page_len; /* … and how many bytes of it; 0: none */
    uint8_t bytes[64 * JOURNAL_RECORD_LEN];
};

/* Opens the file, making it if it is not there, locks it, checks every record, cuts off what an
 * append left unfinished, and syncs the rest. `first` is the kind of a journal's first record: a
 * file that does not begin with one is another program's, and stays as it is. False, with a line in
 * error; journal_close is allowed then. The path is borrowed. */
bool journal_open(struct journal *journal, const char *path, const char *first);

/* The index-th record. False if it cannot be read, or is not what it was. */
bool journal_read(struct journal *journal, uint64_t index, struct journal_record *record);

/* Appends one: it survives a kill from now on, and a power cut once journal_sync has returned.
 * False once anything failed, and ever after. */
bool journal_append(struct journal *journal, const char *kind, const uint8_t body[static JOURNAL_BODY_LEN]);

/* All that was appended is on stable storage when it returns true; cheap if it was before. */
bool journal_sync(struct journal *journal);

/* Syncs, and leaves a record that knows it: damage to any other is seen from then on. One that is
 * not open is allowed. */
void journal_close(struct journal *journal);

#endif
