/*
 * The server for a client under test: it listens, starts the client, reads frames from any of its
 * connections, and answers as the case says. Like a probe, it does nothing once the case has
 * failed.
 */
#ifndef TOOL_CONFORM_HOST_H
#define TOOL_CONFORM_HOST_H

#include "tool/conform/command.h"
#include "tool/conform/frames.h"
#include "tool/conform/lines.h"
#include "tool/conform/peer.h"
#include "tool/conform/verdict.h"

#define HOST_GUESTS 32u       /* connections at once */
#define HOST_FRAME_MAX 65536u /* bytes of a frame that are kept */

struct host_settings {
    enum sorteo_dialect dialect;
    char *const *command; /* ends with NULL */
    uint64_t timeout_ms;  /* how long to wait for what the client must do … */
    uint64_t silence_ms;  /* … and how long to watch that it does not do what it must not */
};

struct guest {
    struct peer peer;
    bool has_ended; /* its direction */
};

enum heard_kind {
    HEARD_NOTHING, /* before the deadline */
    HEARD_BETS,
    HEARD_FINISH,
    HEARD_RECEIPT,
    HEARD_END, /* the client ended its direction of a connection, or all of it */
    HEARD_EXIT /* the client has exited, and nothing more will come */
};

struct heard {
    enum heard_kind kind;
    struct guest *guest;
    uint64_t key;
    uint8_t agency; /* of a FINISH, or of all bets */
    bool mixed;     /* the bets are of several agencies */
    struct lines bets;
    size_t len; /* bytes of the frame */
    uint8_t bytes[HOST_FRAME_MAX];
};

struct host {
    const struct host_settings *settings;
    struct verdict verdict;
    struct frames frames; /* for replies */
    struct command client;
    struct guest guests[HOST_GUESTS];
    unsigned connections; /* so far */
    bool hangs_up_first;  /* closes the first one before a byte is read */
    int listener;
    char folder[64];
    char server[32], port[8], agency[8], file[80];
};

#define HOST_AGENCY 3u /* the agency that the client is told to be */

/* False if there is no memory, or no folder for the file. */
bool host_init(struct host *host, const struct host_settings *settings);
void host_fini(struct host *host);

/* Listens on a new port, and starts the client with this file. */
void host_start(struct host *host, const void *file, size_t len);

/* Kills the client, if it still runs, and closes all connections. */
void host_stop(struct host *host);

/* Waits up to within_ms for what comes next, and fills *heard, which the caller keeps between
 * calls. A malformed frame fails the case. */
enum heard_kind host_hear(struct host *host, struct heard *heard, uint64_t within_ms);

/* Sends an ANSWER: `value` is 0 or 1, or another byte, which is not one. `closes`: also ends the
 * connection, so that both arrive together. */
void host_answer(struct host *host, struct guest *guest, uint8_t value, bool closes);

/* Sends bytes of a reply. */
void host_send(struct host *host, struct guest *guest, const uint8_t *bytes, size_t len);

void host_close(struct host *host, struct guest *guest);

#endif
