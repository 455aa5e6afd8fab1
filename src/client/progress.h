/*
 * The progress bar: bets, rate and time left, on standard error if that is a terminal, and nowhere
 * else.
 */
#ifndef CLIENT_PROGRESS_H
#define CLIENT_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PROGRESS_LINE_MAX 192
#define PROGRESS_SERVER_MAX 64

struct progress {
    bool enabled;
    bool shown;
    uint64_t total; /* bets; 0: unknown */
    uint64_t done;
    uint64_t recalled; /* of them, those that an earlier run had stored: no work of this one */
    size_t width;      /* columns of what is on the screen */
    uint64_t begin_ms;
    uint64_t drawn_ms; /* when it was last drawn */
    char server[PROGRESS_SERVER_MAX];
};

/* Enabled if standard error is a terminal that can erase a line. */
void progress_init(struct progress *progress, uint64_t total);

/* `bets` more are done; draws, though not too often. */
void progress_add(struct progress *progress, uint64_t bets);

/* `bets` more were done by an earlier run. */
void progress_recall(struct progress *progress, uint64_t bets);

/* Where the bets go to, of several servers. */
void progress_server(struct progress *progress, const char *server);

/* Takes the bar off the screen, so that a line can be written; the next progress_add draws it
 * again. */
void progress_hide(struct progress *progress);

/* The bar as a text of at most `columns`, `elapsed_ms` after it began: without the server, then
 * without the bar, and then without the time, where there is no room. Returns out. */
const char *progress_text(const struct progress *progress, uint64_t elapsed_ms, size_t columns,
                          char out[static PROGRESS_LINE_MAX]);

#endif
