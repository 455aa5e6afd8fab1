/*
 * What a store's client sends for a batch, made before the clock starts: the frame itself, an RPUSH
 * with an element for each bet, or rows for COPY.
 *
 * Knows no connection.
 */
#ifndef BENCH_REQUEST_H
#define BENCH_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum request_form { REQUEST_FRAME, REQUEST_RPUSH, REQUEST_COPY };

struct request {
    uint8_t *bytes; /* owned by the list */
    size_t len;
    unsigned bets;
};

struct request_list {
    struct request *items;
    size_t count;
};

/* Reads a file of `wide` frames (as `sorteo encode` writes them) and makes a request of each BATCH;
 * other frames are left out. False, and the reason on standard error, if the file cannot be read or
 * is no such stream. */
bool request_list_read(struct request_list *list, const char *path, enum request_form form);

void request_list_fini(struct request_list *list);

#endif
