/*
 * A run: drives the lines of all agencies until the time is over or the bets are sent, and then
 * until their answers have come.
 */
#ifndef TOOL_LOAD_RUN_H
#define TOOL_LOAD_RUN_H

#include "tool/load/line.h"

struct load_settings {
    enum sorteo_dialect dialect;
    struct address server;
    unsigned agencies;
    uint32_t batch;       /* bets in a frame; 0: as many as fit */
    uint64_t rate;        /* frames a second of all agencies together; 0: each sends on as soon as it is answered */
    uint64_t duration_ms; /* of sending */
    uint64_t bets;        /* to send, of all agencies together; 0: until the time is over */
    unsigned window;
    uint64_t idle; /* further connections, that send nothing */
    uint64_t frames_per_connection;
    uint64_t seed;
};

enum load_outcome {
    LOAD_DONE,
    LOAD_BATCH,   /* so many bets do not fit into 8,000 bytes */
    LOAD_CONNECT, /* a connection could not be opened at the start: errno says why */
    LOAD_MEMORY
};

/* Fills *totals, which the caller frees (times_fini), and *behind: frames that were due and never
 * sent. Ends early when a stop signal came (tool/stop.h). */
enum load_outcome load_run(const struct load_settings *settings, struct load_totals *totals, uint64_t *behind);

#endif
