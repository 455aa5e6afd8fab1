/*
 * Passed: which connections the workers were passed, in memory that outlives the acceptor, so that
 * the next one believes no worker that claims others.
 *
 * Acceptors map the same file, one after the other; no other process looks into it. An acceptor may
 * die at any moment, so a line counts only once its number is there, which is written last, and
 * taken away first. Knows no socket and no process.
 */
#ifndef SERVER_CHANNEL_PASSED_H
#define SERVER_CHANNEL_PASSED_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/channel/counted_address.h"

#define PASSED_NOWHERE UINT32_MAX /* no line */

struct passed_line {
    _Atomic uint64_t number; /* of the connection; 0: the line is free */
    struct counted_address address;
    uint32_t worker;
    uint8_t port;
};

/* A file of zeros: nothing was passed. */
struct passed_file {
    _Atomic uint32_t used; /* lines that were ever used: they are the first ones */
    struct passed_line lines[];
};

/* A line that an acceptor before this one wrote. */
struct passed_left {
    uint64_t number;
    uint32_t line; /* PASSED_NOWHERE: it was claimed since, or forgotten */
};

struct passed {
    /* private */
    struct passed_file *file;
    uint32_t cap;
    uint32_t *free; /* lines below `used` that are free */
    uint32_t free_count;
    struct passed_left *left; /* by number */
    uint32_t left_count;
};

/* The size of the file, in bytes, where there are at most so many connections. */
size_t passed_size(uint32_t connections_max);

/* Begins with what is in the file, which outlives *passed. False if there is no memory. */
bool passed_open(struct passed *passed, struct passed_file *file, uint32_t connections_max);
void passed_close(struct passed *passed);

/* A connection is about to be passed to a worker. Its line, or PASSED_NOWHERE if all are in use. */
uint32_t passed_put(struct passed *passed, uint64_t number, struct counted_address address, uint8_t port,
                    uint32_t worker);

/* A proxy's header has said whose connection it is. */
void passed_report(struct passed *passed, uint32_t line, struct counted_address address);

/* It is gone. PASSED_NOWHERE is allowed. */
void passed_drop(struct passed *passed, uint32_t line);

/* A worker says that it has this connection from before. Its line, if the acceptor before this one
 * passed that worker such a connection, whose address and port are these, and it was not claimed
 * yet; else PASSED_NOWHERE. The address may also be one that a proxy's header has said since. */
uint32_t passed_claim(struct passed *passed, uint64_t number, struct counted_address address, uint8_t port,
                      uint32_t worker);

/* What this worker has not claimed, it does not have. */
void passed_forget(struct passed *passed, uint32_t worker);

#endif
