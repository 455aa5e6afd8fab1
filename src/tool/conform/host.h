/*
 * The server that a client is tried against: it listens, starts the client, hears frame after frame
 * on whichever connection it comes, and answers as it is told. Like a probe, it does nothing once
 * the case has failed.
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
    uint64_t timeout_ms;  /* whatever the client must do, it does within this … */
    uint64_t silence_ms;  /* … and what it must not, it would do within this */
};

struct guest {
    struct peer peer;
    bool has_ended; /* its direction */
};

enum heard_kind {
    HEARD_NOTHING, /* until the deadline */
    HEARD_BETS,
    HEARD_FINISH,
    HEARD_RECEIPT,
    HEARD_END, /* of a connection's direction, or of all of it */
    HEARD_EXIT /* the client has left, and nothing more will come */
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
    struct frames frames; /* of replies */
    struct command client;
    struct guest guests[HOST_GUESTS];
    unsigned connections; /* so far */
    bool hangs_up_first;  /* on the first one, before a byte is read */
    int listener;
    char folder[64];
    char server[32], port[8], agency[8], file[80];
};

#define HOST_AGENCY 3u /* that the client is told it is */

/* False if something could not be had: memory, a folder for the file. */
bool host_init(struct host *host, const struct host_settings *settings);
void host_fini(struct host *host);

/* Listens on a new port, and starts the client with this file. */
void host_start(struct host *host, const void *file, size_t len);

/* Kills the client, if it still runs, and closes all connections. */
void host_stop(struct host *host);

/* What comes next, within so many milliseconds; *heard is the caller's, and used again. A frame
 * that is malformed fails the case. */
enum heard_kind host_hear(struct host *host, struct heard *heard, uint64_t within_ms);

/* Replies: `value` is ANSWER 0 or 1, or no answer. `closes`: and ends the connection, so that both
 * arrive together. */
void host_answer(struct host *host, struct guest *guest, uint8_t value, bool closes);

/* Sends bytes of a reply. */
void host_send(struct host *host, struct guest *guest, const uint8_t *bytes, size_t len);

void host_close(struct host *host, struct guest *guest);

#endif
