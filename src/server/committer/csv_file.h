/*
 * The file of --csv: the store's bets as rows, in the order stored.
 *
 * It follows the store, a limited number of bets in each step, and what it lacks is found by
 * comparing: what a step would write is read first, and only what the file does not have is
 * written. So it does not matter when a process was killed, or in the middle of which row a disk
 * was full: no row is lost or doubled. A file with anything else in it than the store's rows, from
 * the first on, is never changed.
 *
 * Nothing is synced: what a power cut takes away is written again, from the store.
 */
#ifndef SERVER_COMMITTER_CSV_FILE_H
#define SERVER_COMMITTER_CSV_FILE_H

#include <stdint.h>
#include <sys/types.h>

#include "store/store.h"

#define CSV_STEP_BETS 500u    /* in one step at most … */
#define CSV_STEP_BYTES 65536u /* … or a bet more than so many bytes */

struct csv_file {
    const char *path;
    uint64_t bets;    /* the store's first, whose rows it is known to have … */
    char reason[192]; /* why it could not go on; "": it could */
    /* private */
    uint64_t len; /* … in so many bytes */
    dev_t device;
    ino_t inode; /* of the file that was compared; another one is compared from its beginning */
};

enum csv_step {
    CSV_CURRENT, /* it has all that is stored */
    CSV_BEHIND,  /* it has more than before; there may be more to come */
    CSV_FAILED   /* `reason` says why, and what to do; the next step tries again */
};

/* `path` is used as long as the file is. */
void csv_file_init(struct csv_file *file, const char *path);

/* One step, outside of any transaction of the store. Makes the file if it is not there; never
 * blocks for a reader. */
enum csv_step csv_file_step(struct csv_file *file, struct store *store);

#endif
