/*
 * What an operator's tool and a running server say to each other, over the socket beside the store
 * (socket.h): one request, with a descriptor where something is to be written; then replies, the
 * last of which says how it ended.
 *
 *     tool → server                                   server → tool
 *     COPY    the store, into the file of the         PROGRESS  it has begun, and how far it is
 *             descriptor                              DONE
 *     COUNT   the same, after all connections of      FAILED    nothing was done, or what was
 *             the agency were ended, so that what               written is worth nothing
 *             is there of it is all there will be     UNKNOWN   FINISH: it may be stored or not
 *     FINISH  the agency does not come
 *
 * Each is one packet of a fixed size, sent as it lies in memory: both ends are on one machine, and
 * of one version or nothing is done. Knows no store, and no process.
 */
#ifndef OPERATOR_FORM_H
#define OPERATOR_FORM_H

#include <stdint.h>

#define OPERATOR_VERSION 1u
#define OPERATOR_MAGIC 0x6f657473u

enum operator_what { OPERATOR_COPY = 1, OPERATOR_COUNT, OPERATOR_FINISH };

#define OPERATOR_NAME_MAX 256

struct operator_request {
    uint32_t magic;
    uint32_t version;
    uint8_t what;                 /* enum operator_what */
    uint8_t agency;               /* COUNT, FINISH; else 0 */
    uint8_t reserved[6];          /* 0 */
    char user[OPERATOR_NAME_MAX]; /* FINISH: who does it … */
    char host[OPERATOR_NAME_MAX]; /* … and where; both end in 0 */
};

enum operator_kind { OPERATOR_PROGRESS = 1, OPERATOR_DONE, OPERATOR_FAILED, OPERATOR_UNKNOWN };

#define OPERATOR_TEXT_MAX 2048

struct operator_reply {
    uint32_t magic;
    uint32_t version;
    uint32_t kind;                /* enum operator_kind */
    uint32_t pages, left;         /* PROGRESS: in all, and to be copied yet */
    char text[OPERATOR_TEXT_MAX]; /* DONE, FAILED, UNKNOWN: in plain words, one line; ends in 0 */
};

/* All but its fields filled in. */
struct operator_request operator_request_of(enum operator_what what, uint8_t agency);
struct operator_reply operator_reply_of(enum operator_kind kind);

/* What is wrong with what came as a request, with a descriptor or without (-1); or as a reply. A
 * static text, or NULL. */
const char *operator_request_doubt(const struct operator_request *request, int fd);
const char *operator_reply_doubt(const struct operator_reply *reply);

/* "copy", "count", "finish". */
const char *operator_what_name(unsigned what);

#endif
