/*
 * Unfinished frames: whose has to go when there are too many bytes of them (protocol, section 6).
 *
 * The frame that grows last is not to blame: it may be an agency's, and the rest a stranger's.
 * Pure: knows no connection.
 */
#ifndef SERVER_WORKER_UNFINISHED_H
#define SERVER_WORKER_UNFINISHED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct unfinished {
    uint64_t address; /* of the peer */
    size_t bytes;     /* of its frame that have come; more than 0 */
    bool taken;       /* a frame of its connection was taken before */
    void *owner;      /* yours */
};

/* The largest frame of the address that has most bytes of them; of connections that never had a
 * frame taken, if there are such. NULL if there is none. Changes the order of the list. */
const struct unfinished *unfinished_choose(struct unfinished *frames, size_t count);

#endif
