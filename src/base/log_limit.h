/*
 * A limit for lines about peers: a stranger who is refused again and again must not fill a disk.
 *
 * Of lines of one kind about one peer, one is written in a second; the others are counted, and at
 * the second's end one line says how many there were. At most LOG_LIMIT_KINDS kinds and peers are
 * told apart at once; lines beyond them are counted together. So a process writes at most twice as
 * many lines in a second, no matter who connects.
 *
 * It writes nothing itself, knows no clock but the time that is passed in, and is not for lines
 * that must never be missing: those are written without asking it.
 */
#ifndef BASE_LOG_LIMIT_H
#define BASE_LOG_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/log.h"
#include "base/peer_name.h"

#define LOG_LIMIT_KINDS 64u
#define LOG_LIMIT_MS 1000u

/* What makes two lines the same. Texts are static, and compared as they lie in memory. */
struct log_kind {
    const char *action;
    const char *reason; /* or NULL */
    uint64_t detail;    /* an agency and a round, for instance */
    enum log_level level;
};

struct log_repeats {
    struct log_kind kind; /* where it counts all that found no place: no action, and their highest level */
    struct peer_name peer;
    uint64_t group;    /* peer_name_group of the peer */
    uint64_t began_ms; /* when its line was written */
    uint32_t count;    /* lines not written since */
    bool used;
};

/* All zeros when it is new. */
struct log_limit {
    struct log_repeats places[LOG_LIMIT_KINDS];
    struct log_repeats others;
    uint32_t used; /* of all, `others` too */
};

/* May a line of this kind about this peer be written now? If not, it is counted. */
bool log_limit_allows(struct log_limit *limit, const struct log_kind *kind, const struct peer_name *peer,
                      uint64_t now_ms);

/* Takes out one whose second is over. False if there is none. *repeats has then a count of 0 if
 * there is nothing to say. */
bool log_limit_take(struct log_limit *limit, uint64_t now_ms, struct log_repeats *repeats);

#endif
