/*
 * The server that the simplest peers share: a thread for each connection takes a BATCH of the
 * dialect `wide`, has it stored, and answers 0.
 *
 * It finds where a frame ends and checks nothing of it. It has none of what sorteo-server promises
 * beside the answer: no limits, no deadlines, no rounds.
 */
#ifndef BENCH_THREADED_H
#define BENCH_THREADED_H

#include <stddef.h>
#include <stdint.h>

/* Returns once the frame is on stable storage. Called from many threads. Ends the program if it
 * cannot store. */
typedef void threaded_store(const uint8_t *frame, size_t len);

/* Listens on a port of 127.0.0.1 that the system chooses, prints "HOST:PORT" as a line, and serves
 * until the program is ended. Returns only if that fails, with the exit status. */
int threaded_serve(threaded_store *store);

#endif
