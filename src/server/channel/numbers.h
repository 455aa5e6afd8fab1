/*
 * Numbers: what the roles of the server count for who watches it (--observe), and how it is added
 * up. Pure: no clock, no line, no store.
 *
 *     worker    --struct worker_numbers-----\
 *     worker    --struct worker_numbers------>  supervisor  --struct numbers-->  observer
 *     committer --struct committer_numbers--/   adds up (server/supervisor/tally.h)
 *
 * Each role says how much it has counted since it began, not what is new: a message that is lost
 * loses nothing. Counters only rise, and so slowly that every number stays exact in a double.
 */
#ifndef SERVER_CHANNEL_NUMBERS_H
#define SERVER_CHANNEL_NUMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "codec/sorteo.h"
#include "lottery/request.h"
#include "lottery/rounds.h"
#include "server/channel/child_role.h"

#define NUMBERS_MOST (UINT64_C(1) << 53)      /* a total stays there */
#define NUMBERS_RISE_MOST (UINT64_C(1) << 40) /* of a counter, from one message to the next */

/* ---- Durations ------------------------------------------------------------------------------- */

#define DURATIONS_BOUNDS 16u

/* How many took at most durations_bounds_us[i] and more than the bound before; in the last place,
 * more than the last bound. */
struct durations {
    uint64_t counts[DURATIONS_BOUNDS + 1];
    uint64_t sum_us;
};

extern const uint32_t durations_bounds_us[DURATIONS_BOUNDS]; /* ascending */

void durations_add(struct durations *durations, uint64_t ns);

/* ---- Of a worker ----------------------------------------------------------------------------- */

enum {
#define X(code, name, text) +1
    NUMBERS_CODES = SORTEO_CODES(X) /* of the decoder's errors, OK with them */
#undef X
};

/* Of counters (uint64_t) only. */
struct worker_counters {
    uint64_t connections;    /* that it took over */
    uint64_t failed;         /* of them, closed for an error, a deadline or a limit */
    uint64_t received_bytes; /* over the wire, TLS's own with them */
    uint64_t sent_bytes;
    uint64_t malformed[NUMBERS_CODES]; /* frames that the decoder refused, by its error */
};

struct worker_numbers {
    struct worker_counters counters;
    uint64_t open; /* connections */
};

/* ---- Of the committer ------------------------------------------------------------------------ */

enum frame_result {
    RESULT_TAKEN,
    RESULT_REPEATED, /* known already: answered as the first time, and nothing is stored for it */
    RESULT_REFUSED,
    FRAME_RESULTS
};

/* Of counters only. */
struct agency_counters {
    uint64_t bets[FRAME_RESULTS];
    uint64_t frames[FRAME_KINDS][FRAME_RESULTS];
};

struct agency_numbers {
    struct agency_counters counters;
    uint64_t bets;          /* of its round, that are stored */
    uint64_t winners;       /* that it has in `winners_round` */
    uint32_t winners_round; /* the latest whose winners it was told; 0: none since the committer began */
    uint32_t round;
    uint32_t phase; /* enum agency_phase */
    uint32_t reserved;
};

extern const char *const agency_phase_names[AGENCY_DRAWN + 1]; /* "open", "waiting", "drawn" */

#define REASONS_MAX 24u
#define REASON_TEXT_MAX 160u

/* How often each reason was given, by its text: that of the log. */
struct reason {
    char text[REASON_TEXT_MAX]; /* printable, NUL-terminated; "" from the first free place on */
    uint64_t count;
};

struct reasons {
    struct reason list[REASONS_MAX];
};

/* Adds `count` to a reason; beyond REASONS_MAX, to the last one. */
void reasons_add(struct reasons *reasons, const char *text, uint64_t count);

/* Of counters only. */
struct committer_counters {
    struct durations commits; /* of those that succeeded */
    struct durations answers; /* from a request's arrival at the committer until its result is sent */
    uint64_t failed_commits;
    uint64_t checkpoints;
    uint64_t draws;
};

struct committer_numbers {
    struct committer_counters counters;
    struct reasons refusals;
    uint64_t winners;    /* of the round that was drawn last, or of the draw under way */
    uint64_t drawn_at_s; /* when that was, in seconds of the epoch; 0: before the committer began */
    uint32_t drawn;      /* the round that was drawn last; 0: none */
    uint32_t is_drawing; /* a draw is under way */
    uint32_t collected;  /* rounds whose winners all agencies have acknowledged */
    uint32_t is_usable;  /* the store is */
    uint32_t agencies;   /* N */
    uint32_t reserved;
    struct agency_numbers agency[AGENCIES_MAX + 1]; /* 1 to N; [0]: frames of no agency that is served */
};

/* Bytes of a message of so many agencies: the others are not sent. */
size_t committer_numbers_len(uint32_t agencies);

/* ---- Of all ---------------------------------------------------------------------------------- */

#define NUMBERS_FILES 3u /* that expire: certificate, CAs, CRLs */

struct role_numbers {
    uint64_t ended; /* processes, for any reason */
    uint64_t running;
};

struct numbers {
    uint64_t started_s;               /* the supervisor, in seconds of the epoch */
    uint64_t is_ready;                /* every process of the pool runs, and the store is open */
    int64_t expires_s[NUMBERS_FILES]; /* the first of each, in seconds of the epoch; 0: there is none */
    struct role_numbers roles[CHILD_ROLES];
    struct worker_numbers workers; /* of all, also of those that are gone */
    struct committer_numbers committer;
};

size_t numbers_len(uint32_t agencies);

/* ---- What the supervisor does with them ------------------------------------------------------ */

/* Adds counters, `size` bytes of them; each stays at NUMBERS_MOST. */
void numbers_add(void *counters, const void *more, size_t size);

/* What no sound process says, after what it said before (all zeros: nothing): a static text, or
 * NULL. `len` is the message's. */
const char *doubt_worker_numbers(const struct worker_numbers *before, const struct worker_numbers *now, size_t len);
const char *doubt_committer_numbers(const struct committer_numbers *before, const struct committer_numbers *now,
                                    size_t len, uint32_t agencies);

#endif
